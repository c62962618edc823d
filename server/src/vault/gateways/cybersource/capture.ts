import type { Gateway } from '../../model/gateway.ts'
import { amountDetails } from './cybersource-amounts.ts'
import type { CybersourceCalls } from './cybersource-calls.ts'
import { followUp } from './follow-up.ts'

/** Takes what is held, or less of it. It is `PENDING` until it is sent to the processor. */
export const cybersourceCapture =
  (calls: CybersourceCalls): Gateway['capture'] =>
  (order) =>
    followUp(calls, order, {
      path: `/pts/v2/payments/${encodeURIComponent(order.gatewayReference)}/captures`,
      body: { orderInformation: { amountDetails: amountDetails(order.amount) } },
      done: ['PENDING', 'TRANSMITTED'],
      application: 'ics_bill',
      sum: order.amount,
      named: ['amountDetails', 'totalAmount'],
    })
