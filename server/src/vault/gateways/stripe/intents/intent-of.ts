import { UnclearAnswer } from '../../ask-gateway.ts'
import { type Json, objectIn, textIn } from '../../json-answer.ts'
import type { StripeCalls, StripeForm } from '../stripe-calls.ts'

/** Whether an intent bears the key of the payment. */
export const isIntentOf = (intent: Json, idempotencyKey: string): boolean =>
  textIn(objectIn(intent, 'metadata'), 'tonegate_key') === idempotencyKey

/** @throws {UnclearAnswer} when an intent is of another payment than the one that was asked about. */
export function refuseOther(intent: Json, idempotencyKey: string): void {
  if (!isIntentOf(intent, idempotencyKey)) throw new UnclearAnswer('an intent of another payment')
}

/**
 * What is shown with an intent: a PaymentIntent's charge, which has the card's checks and what the bank approved of. A
 * SetupIntent has none, and Stripe refuses to show it.
 *
 * @param path of the intent or of all of its kind.
 */
export const shownWith = (path: string): StripeForm =>
  path.startsWith('/v1/payment_intents') ? { 'expand[0]': 'latest_charge' } : {}

/**
 * An intent as it is at this moment, whole: what lists, searches and notifications show is less, or old.
 *
 * @throws {UnclearAnswer} when it cannot be read, or is of another payment.
 */
export async function readFresh(
  calls: StripeCalls,
  path: string,
  { idempotencyKey, signal }: { readonly idempotencyKey: string; readonly signal: AbortSignal },
): Promise<Json> {
  const answer = await calls.get(path, shownWith(path), signal)
  if (answer.is === 'refusal') throw new UnclearAnswer('an intent that cannot be read')
  refuseOther(answer.object, idempotencyKey)
  return answer.object
}
