import { majorAmount } from '../../base/money/major-amount.ts'
import type { OrderedPayment, PaymentOperation, PaymentSummary } from '../../vault/model/payment-summary.ts'
import type { PaymentAnswer, PaymentOperationAnswer } from '../requests/schemas.ts'
import { sixDigitTime } from '../session-answer.ts'

/** The payment of a session, as a program is told of it: amounts in major units, times in UTC with six fraction digits. */
export function paymentAnswer(sessionGuid: string, payment: PaymentSummary): PaymentAnswer {
  const { currency } = payment
  const say = (amountMinor: number) => majorAmount({ amountMinor, currency })
  return {
    sessionGuid,
    status: statusOf(payment),
    currency,
    authorizedAmount: say(payment.authorised),
    capturedAmount: say(payment.captured),
    refundedAmount: say(payment.refunded),
    pendingRefundAmount: say(payment.refundsUnderWay),
    refundableAmount: say(payment.refundable),
    gateway: payment.gateway,
    gatewayReference: payment.gatewayReference,
    operations: payment.operations.map((each) => operationAnswer(each, currency)),
  }
}

/** What was ordered, and the payment afterwards. */
export const orderedAnswer = (sessionGuid: string, { operation, payment }: OrderedPayment) => ({
  operation: operationAnswer(operation, payment.currency),
  payment: paymentAnswer(sessionGuid, payment),
})

function statusOf({ isVoided, captured, refunded }: PaymentSummary): PaymentAnswer['status'] {
  if (isVoided) return 'voided'
  if (captured === 0) return 'authorized'
  if (refunded === 0) return 'captured'
  return refunded < captured ? 'partially-refunded' : 'refunded'
}

function operationAnswer(
  { key, kind, amountMinor, status, gatewayCode, requestedAt, answeredAt, requestedBy }: PaymentOperation,
  currency: string,
): PaymentOperationAnswer {
  return {
    operationId: key,
    type: kind,
    status,
    amount: majorAmount({ amountMinor, currency }),
    requestedOn: sixDigitTime(requestedAt),
    ...(answeredAt !== undefined && { completedOn: sixDigitTime(answeredAt) }),
    requestedBy,
    ...(gatewayCode !== undefined && { gatewayCode }),
  }
}
