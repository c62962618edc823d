import type { GatewayAnswer } from '../../model/gateway.ts'
import { UnclearAnswer } from '../ask-gateway.ts'
import { textIn } from '../json-answer.ts'
import { readFresh } from './intents/intent-of.ts'
import type { KnownIntent } from './intents/known-intents.ts'
import { declinedPart, readIntent, requireOutcome } from './intents/read-intent.ts'
import { formOf, type StripeCalls, type StripeForm } from './stripe-calls.ts'

/**
 * Lets a part go that a bank approved of: it is not what was ordered. What is held is released, what has been taken is
 * refunded, and the payment is declined. The intent is read once more before, since one answer may be wrong.
 *
 * @throws {UnclearAnswer} when Stripe did not do it; the part is there still, and is found again.
 */
export async function releasePart(
  calls: StripeCalls,
  { path }: KnownIntent,
  { idempotencyKey, signal }: { readonly idempotencyKey: string; readonly signal: AbortSignal },
): Promise<GatewayAnswer> {
  const intent = await readFresh(calls, path, { idempotencyKey, signal })
  const state = readIntent(intent, idempotencyKey)
  if (state.status !== 'part') return requireOutcome(state)
  const id = textIn(intent, 'id') ?? ''
  const isHeld = textIn(intent, 'status') === 'requires_capture'
  const done = isHeld
    ? await ask(`${path}/cancel`, { cancellation_reason: 'requested_by_customer' })
    : await ask('/v1/refunds', { payment_intent: id, 'metadata[tonegate_key]': `${idempotencyKey}-release` })
  const ends = isHeld ? ['canceled'] : ['succeeded', 'pending']
  if (done.is === 'refusal' || !ends.includes(textIn(done.object, 'status') ?? '')) {
    throw new UnclearAnswer('a part that is not released')
  }
  return declinedPart(id)

  function ask(at: string, form: StripeForm) {
    const body = Buffer.from(formOf(form))
    return calls.post({ path: at, body, idempotencyKey: `${idempotencyKey}-release`, signal })
  }
}
