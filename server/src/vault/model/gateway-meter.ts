import type { Gateway } from './gateway.ts'

/** What a gateway is asked for. */
export type GatewayOperation = Exclude<keyof Gateway, 'readNotifications' | 'check'>

/**
 * What came of it: the status of its answer, `not-sent` where nothing has left for it, and `unknown` where nothing is known.
 */
export type GatewayOutcome =
  | 'approved'
  | 'review'
  | 'declined'
  | 'error'
  | 'challenge'
  | 'at-bank'
  | 'not-found'
  | 'done'
  | 'refused'
  | 'not-sent'
  | 'unknown'

/** Counts what gateways are asked. */
export interface GatewayMeter {
  /** @param kind of the gateway: `stripe`, never the name that an account has given it. */
  asked(
    kind: string,
    question: {
      readonly operation: GatewayOperation
      readonly outcome: GatewayOutcome
      readonly milliseconds: number
    },
  ): void
}
