import type { FollowUp, FollowUpAnswer, Gateway } from '../../model/gateway.ts'
import { amountDetails } from './cybersource-amounts.ts'
import type { CybersourceCalls } from './cybersource-calls.ts'
import { followUp } from './follow-up.ts'
import { outcomeOf, readRelated, readTransaction } from './transactions.ts'

/** Voids what is held: a full reversal of the authorisation. What has been taken is not held any more. */
export const cybersourceVoid =
  (calls: CybersourceCalls): Gateway['void'] =>
  async (order) =>
    order.authorised.captured
      ? { status: 'refused', gatewayCode: 'captured' }
      : reverse(calls, { ...order, amount: order.authorised.amount ?? order.amount })

/** `done` also when there is nothing held any more because it had been reversed. */
export async function reverse(
  calls: CybersourceCalls,
  order: Pick<FollowUp, 'idempotencyKey' | 'gatewayReference' | 'amount' | 'memory' | 'signal'>,
): Promise<FollowUpAnswer> {
  const answer = await followUp(calls, order, {
    path: `/pts/v2/payments/${encodeURIComponent(order.gatewayReference)}/reversals`,
    body: { reversalInformation: { amountDetails: amountDetails(order.amount) } },
    done: ['REVERSED'],
    application: 'ics_auth_reversal',
    sum: order.amount,
    named: ['reversalAmountDetails', 'reversedAmount'],
  })
  return answer.status === 'refused' && (await wasReversed(calls, order, answer.gatewayCode))
    ? { status: 'done' }
    : answer
}

/** CyberSource says that it was, or that it was or has been taken: then its own record says which. */
async function wasReversed(
  calls: CybersourceCalls,
  { gatewayReference, signal }: Pick<FollowUp, 'gatewayReference' | 'signal'>,
  reason: string,
): Promise<boolean> {
  if (reason === 'AUTH_ALREADY_REVERSED') return true
  if (reason !== 'TRANSACTION_ALREADY_REVERSED_OR_SETTLED') return false
  const payment = await readTransaction(calls, gatewayReference, signal)
  const all = [payment, ...(await readRelated(calls, payment, signal))]
  return all.some((each) =>
    ['ics_auth_reversal', 'ics_auto_full_auth_reversal'].some((name) => outcomeOf(each, name) === '1'),
  )
}
