import type { FollowUp, Gateway } from '../../gateway.ts'
import { UnclearAnswer } from '../ask-gateway.ts'
import { objectIn, objectsIn, textIn } from '../json-answer.ts'
import { amountDetails } from './cybersource-amounts.ts'
import type { CybersourceCalls } from './cybersource-calls.ts'
import { followUp } from './follow-up.ts'
import { outcomeOf } from './search.ts'

/** More related transactions than a payment can have that was captured once. */
const mostRelated = 20

/** Gives back what was taken: of the payment that took it at once, or of the capture that took it later. */
export function cybersourceRefund(calls: CybersourceCalls): Gateway['refund'] {
  return async (order) =>
    followUp(calls, order, {
      path: `${await takenBy(calls, order)}/refunds`,
      body: { orderInformation: { amountDetails: amountDetails(order.amount) } },
      done: ['PENDING', 'TRANSMITTED'],
      application: 'ics_credit',
      sum: order.amount,
    })
}

/** The transaction that took the money. */
async function takenBy(
  calls: CybersourceCalls,
  { gatewayReference, authorised, signal }: FollowUp,
): Promise<string> {
  const payment = `/pts/v2/payments/${encodeURIComponent(gatewayReference)}`
  if (authorised.captured) return payment
  const capture = await findCapture(calls, gatewayReference, signal)
  return capture === undefined ? payment : `/pts/v2/captures/${encodeURIComponent(capture)}`
}

/** The capture among the transactions that belong to a payment. */
async function findCapture(
  calls: CybersourceCalls,
  payment: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const details = await detailsOf(payment)
  const related = objectsIn(objectIn(details, '_links'), 'relatedTransactions')
  for (const { href } of related.slice(0, mostRelated)) {
    const id = typeof href === 'string' ? /\/tss\/v2\/transactions\/(\d+)$/.exec(href)?.[1] : undefined
    if (id !== undefined && outcomeOf(await detailsOf(id), 'ics_bill') === '1') return id
  }
  return undefined

  async function detailsOf(id: string) {
    const answer = await calls.get(`/tss/v2/transactions/${encodeURIComponent(id)}`, signal)
    if (answer.is === 'refused' || textIn(answer.object, 'id') !== id) {
      throw new UnclearAnswer('a transaction that is not found')
    }
    return answer.object
  }
}
