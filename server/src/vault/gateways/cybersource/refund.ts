import type { FollowUp, FollowUpAnswer, Gateway } from '../../model/gateway.ts'
import { textIn } from '../json-answer.ts'
import { amountDetails } from './cybersource-amounts.ts'
import type { CybersourceCalls } from './cybersource-calls.ts'
import { followUp } from './follow-up.ts'
import { outcomeOf, readRelated, readTransaction } from './transactions.ts'

/** Refunds what was taken: of the payment that took it at once, or of the capture that took it later. */
export const cybersourceRefund =
  (calls: CybersourceCalls): Gateway['refund'] =>
  async (order) =>
    refundTaken(calls, order, await takenBy(calls, order))

/** @param taken path of what took the money. */
export const refundTaken = (
  calls: CybersourceCalls,
  order: Pick<FollowUp, 'idempotencyKey' | 'amount' | 'memory' | 'signal'>,
  taken: string,
): Promise<FollowUpAnswer> =>
  followUp(calls, order, {
    path: `${taken}/refunds`,
    body: { orderInformation: { amountDetails: amountDetails(order.amount) } },
    done: ['PENDING', 'TRANSMITTED'],
    application: 'ics_credit',
    sum: order.amount,
    named: ['refundAmountDetails', 'refundAmount'],
  })

/** The transaction that took the money. */
async function takenBy(
  calls: CybersourceCalls,
  { gatewayReference, authorised, signal }: FollowUp,
): Promise<string> {
  const payment = `/pts/v2/payments/${encodeURIComponent(gatewayReference)}`
  if (authorised.captured) return payment
  const details = await readTransaction(calls, gatewayReference, signal)
  const related = await readRelated(calls, details, signal)
  const capture = textIn(
    related.find((each) => outcomeOf(each, 'ics_bill') === '1'),
    'id',
  )
  return capture === undefined ? payment : `/pts/v2/captures/${encodeURIComponent(capture)}`
}
