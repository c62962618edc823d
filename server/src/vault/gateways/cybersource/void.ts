import type { FollowUp, FollowUpAnswer, Gateway } from '../../gateway.ts'
import { amountDetails } from './cybersource-amounts.ts'
import type { CybersourceCalls } from './cybersource-calls.ts'
import { followUp } from './follow-up.ts'

/** Lets go what is held: a full reversal of the authorisation. What has been taken is not held any more. */
export const cybersourceVoid =
  (calls: CybersourceCalls): Gateway['void'] =>
  async (order) =>
    order.authorised.captured
      ? { status: 'refused', gatewayCode: 'captured' }
      : reverse(calls, { ...order, amount: order.authorised.amount ?? order.amount })

/** `done` also when there is nothing held any more because it had been reversed. */
export async function reverse(
  calls: CybersourceCalls,
  order: Pick<FollowUp, 'idempotencyKey' | 'gatewayReference' | 'amount' | 'signal'>,
): Promise<FollowUpAnswer> {
  const answer = await followUp(calls, order, {
    path: `/pts/v2/payments/${encodeURIComponent(order.gatewayReference)}/reversals`,
    body: { reversalInformation: { amountDetails: amountDetails(order.amount) } },
    done: ['REVERSED'],
    application: 'ics_auth_reversal',
  })
  return answer.status === 'refused' && answer.gatewayCode === 'AUTH_ALREADY_REVERSED'
    ? { status: 'done' }
    : answer
}
