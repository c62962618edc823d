import type { FollowUp, FollowUpAnswer, Gateway } from '../../model/gateway.ts'
import { UnclearAnswer } from '../ask-gateway.ts'
import { integerIn, type Json, objectIn, objectsIn, textIn } from '../json-answer.ts'
import { askFollowUp, refusalOf } from './follow-up.ts'
import type { StripeCalls } from './stripe-calls.ts'
import { toStripeUnits } from './stripe-units.ts'

/** More refunds of one payment are no refunds of it any more. */
const maxPages = 10

/**
 * Refunds what was taken. It may be asked again days later, when Stripe has forgotten the key: so the refunds that
 * there are, are looked through first.
 */
export const stripeRefund =
  (calls: StripeCalls): Gateway['refund'] =>
  async (order) => {
    const before = await refundBefore(calls, order)
    if (before) return verdictOf(before, order)
    const answer = await askFollowUp(calls, order, {
      path: '/v1/refunds',
      form: {
        payment_intent: order.gatewayReference,
        amount: toStripeUnits(order.amount),
        'metadata[tonegate_key]': order.idempotencyKey,
      },
    })
    if (answer.is === 'object') return verdictOf(answer.object, order)
    // Of a part, that all has been refunded says nothing: it was not by this order.
    const isAllOfIt = order.amount.amountMinor === order.authorised.amount.amountMinor
    if (isAllOfIt && textIn(answer.error, 'code') === 'charge_already_refunded') return { status: 'done' }
    return refusalOf(order, answer, () => false)
  }

/**
 * A refund of this order that there is already. A list that cannot be read tells nothing.
 *
 * @throws {UnclearAnswer} then: nothing may be refunded twice.
 */
async function refundBefore(
  calls: StripeCalls,
  { gatewayReference, idempotencyKey, signal }: FollowUp,
): Promise<Json | undefined> {
  let after: string | undefined
  for (let page = 0; page < maxPages; page += 1) {
    const query = { payment_intent: gatewayReference, limit: 100, starting_after: after }
    const answer = await calls.get('/v1/refunds', query, signal)
    if (answer.is === 'refusal') throw new UnclearAnswer('refunds that cannot be read')
    const refunds = objectsIn(answer.object, 'data')
    const found = refunds.find(
      (refund) => textIn(objectIn(refund, 'metadata'), 'tonegate_key') === idempotencyKey,
    )
    if (found) return found
    after = textIn(refunds.at(-1), 'id')
    if (answer.object.has_more !== true || after === undefined) return undefined
  }
  throw new UnclearAnswer('more refunds than can be checked')
}

/** A refund that is pending is on its way; one that fails later comes back to the merchant's balance. */
function verdictOf(refund: Json, order: FollowUp): FollowUpAnswer {
  if (!isRefundOf(refund, order)) throw new UnclearAnswer('another refund')
  const gatewayReference = textIn(refund, 'id')
  switch (textIn(refund, 'status')) {
    case 'succeeded':
    case 'pending':
      return { status: 'done', ...(gatewayReference !== undefined && { gatewayReference }) }
    case 'failed':
    case 'canceled':
      return { status: 'refused', gatewayCode: textIn(refund, 'failure_reason') ?? 'failed' }
    default:
      throw new UnclearAnswer('a refund without an end')
  }
}

/** Whether a refund is this one: of this payment, with this key, and of the sum that belongs to it. */
const isRefundOf = (refund: Json, { gatewayReference, idempotencyKey, amount }: FollowUp): boolean =>
  textIn(refund, 'payment_intent') === gatewayReference &&
  textIn(objectIn(refund, 'metadata'), 'tonegate_key') === idempotencyKey &&
  integerIn(refund, 'amount') === toStripeUnits(amount) &&
  textIn(refund, 'currency') === amount.currency.toLowerCase()
