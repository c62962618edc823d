import type { DoubleAnswer } from '../../test-double.ts'
import { fromAdyenAmount } from '../adyen-units.ts'
import { type AdyenState, newReference, type PaymentRequest, tell } from './test-adyen-state.ts'

export interface Refusal {
  readonly refusalReason: string
  readonly refusalReasonCode: string
}

export function authorised(
  state: AdyenState,
  request: PaymentRequest,
  { amount = request.amount, resultCode = 'Authorised' } = {},
): DoubleAnswer {
  const pspReference = newReference(state)
  const { reference } = request
  state.authorisedBy.set(reference, { pspReference, amount })
  if (amount.value > 0) {
    const captured = request.additionalData?.manualCapture !== 'true'
    state.ledger.authorise({
      key: reference,
      reference: pspReference,
      amount: fromAdyenAmount(amount),
      captured,
    })
  }
  tell(state, 'AUTHORISATION', { pspReference, merchantReference: reference, amount })
  const more = {
    authCode: '062286',
    cvcResult: '1 Matches',
    avsResult: '7 Both match',
    ...(resultCode !== 'Authorised' && {
      authorisedAmountValue: String(amount.value),
      authorisedAmountCurrency: amount.currency,
    }),
    ...(request.storePaymentMethod && keep(state, request)),
  }
  return paid(state, request, resultCode, {
    pspReference,
    amount,
    additionalData: more,
    paymentMethod: { type: 'scheme', brand: 'visa' },
  })
}

function keep({ made, kept, tellsTokens }: AdyenState, { shopperReference = '' }: PaymentRequest) {
  const id = `M5N7TQ4TG5P${made}`
  kept.set(id, shopperReference)
  return (
    tellsTokens && {
      'tokenization.storedPaymentMethodId': id,
      'tokenization.shopperReference': shopperReference,
    }
  )
}

export function refused(
  state: AdyenState,
  request: PaymentRequest,
  reason: Refusal | undefined,
): DoubleAnswer {
  const pspReference = newReference(state)
  const { reference, amount } = request
  tell(state, 'AUTHORISATION', { pspReference, merchantReference: reference, amount, success: 'false' })
  return paid(state, request, 'Refused', { ...reason, pspReference })
}

export const paid = (
  state: AdyenState,
  { reference }: PaymentRequest,
  resultCode: string,
  more: object,
): DoubleAnswer => ({
  status: 200,
  body: { pspReference: newReference(state), merchantReference: reference, resultCode, ...more },
})
