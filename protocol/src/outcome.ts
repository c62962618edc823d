import type { Guid } from './guid.ts'

/** How a capture session came to its end (contract/provider §6, with the two ways of running out of time). */
export const ends = [
  'success',
  'payment-connector-error',
  'too-many-failed-attempts',
  'cancelled',
  'timeout',
  'expired',
  'internal-error',
] as const

export type End = (typeof ends)[number]

/** What became of the money. `unknown`: it may have moved; nobody may say that it has not. */
export const outcomes = ['approved', 'declined', 'review', 'cancelled', 'failed', 'unknown'] as const

export type Outcome = (typeof outcomes)[number]

/** Why an issuer or a gateway declined, in one vocabulary for every gateway. */
export const declineReasons = [
  'do-not-honour',
  'insufficient-funds',
  'expired-card',
  'invalid-card-number',
  'invalid-security-code',
  'lost-or-stolen',
  'limit-exceeded',
  'card-not-supported',
  'suspected-fraud',
  'authentication-failed',
] as const

export type DeclineReason = (typeof declineReasons)[number]

/** What may be known of a card outside the vault. */
export interface CardSummary {
  /** As `credit-card-type` names it. */
  readonly brand: string
  readonly last4: string
  /** MMYY. */
  readonly expiry: string
}

/** What the gateway said. */
export interface Charge {
  /** The gateway's own reference of the payment. */
  readonly gatewayReference?: string
  readonly authorisationCode?: string
  readonly declineReason?: DeclineReason
  /** The gateway's own result code. */
  readonly gatewayCode?: string
  /** What the gateway says beyond that, under its own names. */
  readonly details?: Readonly<Record<string, string>>
  /** Stands for the card at the gateway, where one was made. */
  readonly token?: string
  /** Whether the money was taken and not only held; absent where none was authorised. */
  readonly captured?: boolean
}

/** The end of a capture session, as it is reported upwards. */
export interface SessionResult {
  readonly guid: Guid
  readonly end: End
  readonly outcome: Outcome
  readonly card?: CardSummary
  readonly charge?: Charge
  /**
   * The second result of a session: an outcome that was `unknown` has become known (`reconciled`), or what had been
   * authorised was voided or refunded, and the outcome is `cancelled` (`voided`); or the gateway has told that a capture
   * or a refund has failed after all.
   */
  readonly correction?: 'reconciled' | 'voided' | Failure['what']
  /** With the last two. */
  readonly failure?: Failure
}

/** A capture or a refund that its gateway had taken on and that came to nothing. */
export interface Failure {
  readonly what: 'capture-failed' | 'refund-failed'
  /** The order's key: each is told once. */
  readonly order: string
  /** What was to be captured or refunded, in minor units of the currency. */
  readonly amountMinor: number
  /** ISO 4217. */
  readonly currency: string
  /** The gateway's own word for it. */
  readonly gatewayCode: string
}
