import type { Actor } from '../../../base/request-scope.ts'
import type { PaymentOperation, PaymentSummary } from '../../model/payment-summary.ts'
import { type ApprovedPayment, isVoided, moneyOf, type OrderedFollowUp } from '../approved-payment.ts'

/** What is told of an approved payment outside the vault. */
export function summaryOf(payment: ApprovedPayment): PaymentSummary {
  const { taken, givenBack, underWay, left } = moneyOf(payment)
  return {
    gateway: payment.gateway,
    gatewayReference: payment.answer.gatewayReference,
    currency: payment.authorised.currency,
    authorised: payment.authorised.amountMinor,
    captured: taken,
    refunded: givenBack,
    refundsUnderWay: underWay,
    refundable: Math.max(left, 0),
    isVoided: isVoided(payment),
    operations: payment.orders.map(operationOf),
  }
}

const itself: Actor = { kind: 'system' }

/** What is told of an order. */
export function operationOf(order: OrderedFollowUp): PaymentOperation {
  const { idempotencyKey: key, kind, amountMinor, requestedAt, answeredAt, answer } = order
  return {
    key,
    kind,
    amountMinor,
    status: answer === undefined ? 'pending' : answer.status === 'done' ? 'succeeded' : 'failed',
    ...(answer?.status === 'refused' && { gatewayCode: answer.gatewayCode }),
    requestedAt,
    ...(answeredAt !== undefined && { answeredAt }),
    requestedBy: order.requestedBy ?? itself,
  }
}
