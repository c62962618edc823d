import type { Log } from '../../../base/log.ts'
import {
  type AuthorisationRequest,
  type ChallengeCompletion,
  type Gateway,
  type GatewayAnswer,
  type GatewayChallenge,
  type KeptCardRequest,
  NotSent,
} from '../../model/gateway.ts'
import { takesMoney } from '../../model/launch.ts'
import { isSum } from './is-sum.ts'
import { type NamedGateway, nameOf } from './named-gateway.ts'
import type { WithSignal } from './signals.ts'

/** An answer that has not come after so long is left to reconciliation. */
export const maxWait = 15 * 60_000

export type PaymentCalls = ReturnType<typeof createPaymentCalls>

/** The calls by which a payment is authorised. What comes of each, `undefined`: nobody knows. */
export function createPaymentCalls({
  withSignal,
  log,
}: {
  readonly withSignal: WithSignal
  readonly log: Log
}) {
  function ask<Answer extends GatewayAnswer | GatewayChallenge>(
    { name, gateway }: NamedGateway,
    question: (gateway: Gateway, signal: AbortSignal) => Promise<Answer>,
  ): Promise<Answer | GatewayAnswer | undefined> {
    return withSignal(maxWait, async (signal) => {
      try {
        if (!gateway) throw new NotSent('The gateway does not exist.')
        return await question(gateway, signal)
      } catch (error) {
        if (error instanceof NotSent) {
          log.error({ gateway: name, detail: error.message }, 'a payment could not be sent to its gateway')
          return { status: 'error', gatewayCode: 'not-sent' }
        }
        if (!signal.aborted)
          log.error({ gateway: name, error: nameOf(error) }, 'the gateway failed during a request')
        return undefined
      }
    })
  }

  return {
    /** The digits have been read when this returns its promise. */
    authorise: (named: NamedGateway, request: Omit<AuthorisationRequest, 'signal'>) =>
      ask<GatewayAnswer | GatewayChallenge>(named, async (gateway, signal) => {
        refuseNothing(request)
        return gateway.authorise({ ...request, signal })
      }),
    /** The same by a card that the gateway keeps. */
    authoriseKept: (named: NamedGateway, request: Omit<KeptCardRequest, 'signal'>) =>
      ask<GatewayAnswer | GatewayChallenge>(named, async (gateway, signal) => {
        refuseNothing(request)
        if (!gateway.authoriseKept) throw new NotSent('The gateway does not support kept cards.')
        return gateway.authoriseKept({ ...request, signal })
      }),
    completeChallenge: (named: NamedGateway, completion: Omit<ChallengeCompletion, 'signal'>) =>
      ask(named, async (gateway, signal) => {
        if (!gateway.completeChallenge) throw new Error('The gateway does not support challenges.')
        return gateway.completeChallenge({ ...completion, signal })
      }),
  }
}

/** The last guard of all: where money is meant, no gateway is asked for nothing. */
function refuseNothing({ purpose, order }: Pick<AuthorisationRequest, 'purpose' | 'order'>): void {
  if (takesMoney(purpose) && !isSum(order)) throw new NotSent('The order has no amount.')
}
