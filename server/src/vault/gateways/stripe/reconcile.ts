import type { AskedBefore, Gateway, GatewayAnswer } from '../../model/gateway.ts'
import { textIn } from '../json-answer.ts'
import { concludeIntent } from './intents/conclude-intent.ts'
import { findIntent } from './intents/find-intent.ts'
import { isSetup } from './intents/intent-form.ts'
import { readIntent } from './intents/read-intent.ts'
import type { StripeCalls } from './stripe-calls.ts'

/** By how much the clocks here and there may differ. */
const clocksDiffer = 10 * 60_000

/** A request that was sent has reached Stripe after so long, or never will. */
const maxUnderWay = 3_600_000

/**
 * What became of a payment. The request is not sent again: the card is gone, and a day later Stripe would take the same
 * key for a new payment. The intent is found by the key in its metadata instead.
 *
 * Nobody can go on with a challenge any more when this is asked: an intent that still waits for the customer is given
 * up. One that was confirmed by hand and waits for us is given up too; nothing has been charged.
 */
export function stripeReconcile(
  calls: StripeCalls,
  { now }: { readonly now: () => number },
): Gateway['reconcile'] {
  return async (asked) => {
    const { idempotencyKey, requestedAt, signal } = asked
    const kind = isSetup(asked) ? 'setup_intents' : 'payment_intents'
    const { intent, wasSearched } = await findIntent(calls, {
      kind,
      idempotencyKey,
      from: requestedAt - clocksDiffer,
      to: requestedAt + maxUnderWay,
      signal,
    })
    if (intent) return outcomeOf(intent, `/v1/${kind}/${textIn(intent, 'id')}`, asked)
    const isTooOld = now() > requestedAt + maxUnderWay + clocksDiffer
    return wasSearched && isTooOld ? neverMade : undefined
  }

  async function outcomeOf(
    intent: Parameters<typeof readIntent>[0],
    path: string,
    { idempotencyKey, signal }: AskedBefore,
  ): Promise<GatewayAnswer | undefined> {
    if (textIn(intent, 'status') === 'processing') return undefined
    const state = readIntent(intent, idempotencyKey)
    return concludeIntent(calls, { path }, { state, idempotencyKey, signal })
  }
}

const neverMade: GatewayAnswer = { status: 'error', gatewayCode: 'not-received' }
