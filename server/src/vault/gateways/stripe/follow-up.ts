import type { FollowUp, FollowUpAnswer } from '../../model/gateway.ts'
import { UnclearAnswer } from '../ask-gateway.ts'
import { type Json, objectIn, textIn } from '../json-answer.ts'
import { isIntentOf, refuseOther } from './intents/intent-of.ts'
import { codeOf } from './read-error.ts'
import { formOf, type StripeAnswer, type StripeCalls, type StripeForm } from './stripe-calls.ts'

/** Asks for something to be done with an intent. */
export const askFollowUp = (
  calls: StripeCalls,
  { idempotencyKey, signal }: FollowUp,
  { path, form }: { readonly path: string; readonly form: StripeForm },
): Promise<StripeAnswer> => calls.post({ path, body: Buffer.from(formOf(form)), idempotencyKey, signal })

export const intentPath = ({ gatewayReference }: FollowUp): string =>
  `/v1/payment_intents/${encodeURIComponent(gatewayReference)}`

/**
 * What a refusal means. A key that is not accepted and too many requests are no decision about the payment: it is asked
 * again.
 *
 * @param isDone whether the intent that a refusal shows is as it was wanted: it had been done before.
 */
export function refusalOf(
  order: FollowUp,
  { status, error }: Extract<StripeAnswer, { is: 'refusal' }>,
  isDone: (intent: Json) => boolean,
): FollowUpAnswer {
  if ([401, 403, 429].includes(status)) throw new UnclearAnswer(`status ${status}`)
  const intent = objectIn(error, 'payment_intent')
  if (intent && isIntentOf(intent, order.paymentKey) && isDone(intent)) return { status: 'done' }
  return { status: 'refused', gatewayCode: codeOf(error) }
}

/** @throws {UnclearAnswer} when an answer is about another intent, or one in another currency. */
export function refuseOtherIntent(intent: Json, { gatewayReference, paymentKey, amount }: FollowUp): void {
  refuseOther(intent, paymentKey)
  const isOther =
    textIn(intent, 'id') !== gatewayReference || textIn(intent, 'currency') !== amount.currency.toLowerCase()
  if (isOther) throw new UnclearAnswer('another intent')
}
