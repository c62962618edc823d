import type { DoubleAnswer } from '../../test-double.ts'
import { type AdyenState, failure, type PaymentRequest } from './test-adyen-state.ts'
import { authorised, paid, type Refusal, refused } from './test-adyen-verdicts.ts'

const asksTheBank = '4212345678901245'
export const isPending = '4000000000000077'
/** Its bank has 5.00 of whatever is asked for, and authorises that. */
export const hasAPart = '4000000000000259'
export const declined: Readonly<Record<string, Refusal>> = {
  '4000000000000002': { refusalReason: 'Refused', refusalReasonCode: '2' },
  '4000000000009995': { refusalReason: 'Not enough balance', refusalReasonCode: '12' },
  '4000000000000069': { refusalReason: 'Expired Card', refusalReasonCode: '6' },
  '4000000000000127': { refusalReason: 'CVC Declined', refusalReasonCode: '24' },
}
const fails = '4000000000000119'

export function pay(state: AdyenState, request: PaymentRequest): DoubleAnswer {
  const { number, storedPaymentMethodId } = request.paymentMethod
  if (storedPaymentMethodId !== undefined) return payKept(state, request, storedPaymentMethodId)
  if (number === undefined) return failure(422, '14_002', 'validation')
  if (!state.takesRawCards) return failure(403, '010', 'security', 'Not allowed')
  if (!isCardNumber(number)) return failure(422, '101', 'validation', 'Invalid card number')
  if (request.amount.value < 0) return failure(422, '100', 'validation')
  if (request.storePaymentMethod && !(request.shopperReference && request.recurringProcessingModel))
    return failure(422, '130', 'validation')
  if (number in declined) return refused(state, request, declined[number])
  if (number === fails) {
    return paid(state, request, 'Error', { refusalReason: 'Acquirer Error', refusalReasonCode: '4' })
  }
  if (number === isPending) {
    state.pending.push(request)
    return paid(state, request, 'Pending', {})
  }
  if (number === hasAPart && request.amount.value > 500) return partOf(state, request)
  if (number !== asksTheBank || request.shopperInteraction === 'Moto') return authorised(state, request)
  if (!request.browserInfo)
    return refused(state, request, { refusalReason: '3D Not Authenticated', refusalReasonCode: '11' })
  return askTheBank(state, request)
}

/** The customer is sent to the bank, which says later what it made of them. */
function askTheBank(state: AdyenState, request: PaymentRequest): DoubleAnswer {
  state.asks += 1
  state.atTheBank.set(`redirect-${state.asks}`, request)
  return {
    status: 200,
    body: {
      resultCode: 'RedirectShopper',
      merchantReference: request.reference,
      action: {
        type: 'redirect',
        paymentMethodType: 'scheme',
        method: 'GET',
        url: `${state.url}/threeDS2.shtml?redirectData=abc`,
      },
    },
  }
}

function payKept(state: AdyenState, request: PaymentRequest, id: string): DoubleAnswer {
  const isWhole = request.recurringProcessingModel && request.shopperInteraction && request.shopperReference
  if (!isWhole) return failure(422, '130', 'validation')
  if (state.kept.get(id) !== request.shopperReference) return failure(422, '803', 'validation')
  return authorised(state, request)
}

function partOf(state: AdyenState, request: PaymentRequest): DoubleAnswer {
  const isAllowed = state.partly === 'always' || request.additionalData?.allowPartialAuth === 'true'
  if (!isAllowed)
    return refused(state, request, { refusalReason: 'Not enough balance', refusalReasonCode: '12' })
  const { currency } = request.amount
  return authorised(state, request, { amount: { currency, value: 500 }, resultCode: 'PartiallyAuthorised' })
}

/** What the customer came back with from the bank. */
export function details(
  state: AdyenState,
  { details: given }: { readonly details: { readonly redirectResult?: string } },
): DoubleAnswer {
  const [reference = '', decision] = (given.redirectResult ?? '').split('!')
  const request = state.atTheBank.get(reference)
  if (!request) return failure(422, '15_016', 'validation')
  state.atTheBank.delete(reference)
  return decision === 'confirms'
    ? authorised(state, request)
    : refused(state, request, { refusalReason: '3D Not Authenticated', refusalReasonCode: '11' })
}

/** By its check digit. */
function isCardNumber(number: string): boolean {
  const sum = [...number].reverse().reduce((total, digit, at) => {
    const value = Number(digit) * (at % 2 === 1 ? 2 : 1)
    return total + (value > 9 ? value - 9 : value)
  }, 0)
  return /^\d{12,19}$/.test(number) && sum % 10 === 0
}
