import type { FollowUp, Gateway } from '../../model/gateway.ts'
import type { AdyenCalls } from './adyen-calls.ts'
import { askFollowUp } from './follow-up.ts'

/**
 * Refunds what was taken. A refund of what Adyen is only about to take would fail, and the money be taken after it:
 * where all of it is refunded, Adyen is asked to reverse the payment, however far it has come.
 */
export const adyenRefund =
  (calls: AdyenCalls): Gateway['refund'] =>
  (order) =>
    isAllOfIt(order)
      ? askFollowUp(calls, order, { what: 'reversals', sum: 'whole' })
      : askFollowUp(calls, order, { what: 'refunds', sum: 'named' })

const isAllOfIt = ({ amount, authorised }: FollowUp): boolean =>
  authorised.amount.amountMinor === amount.amountMinor && authorised.amount.currency === amount.currency
