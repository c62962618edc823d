import type { DoubleAnswer } from '../../test-double.ts'
import type { TestLedger } from '../../test-ledger.ts'
import { fromAdyenAmount } from '../adyen-units.ts'
import {
  type AdyenState,
  failure,
  merchantAccount,
  newReference,
  type PaymentRequest,
  tell,
} from './test-adyen-state.ts'

/** A capture, cancellation, refund or reversal of a payment that its reference names. */
export function modify(
  state: AdyenState,
  { amount, reference: ours }: PaymentRequest,
  { key, reference, what }: { readonly key: string; readonly reference: string; readonly what: string },
): DoubleAnswer {
  const found = [...state.authorisedBy].find(([, { pspReference }]) => pspReference === reference)
  if (!found) return failure(422, '167', 'validation')
  const [paymentKey, payment] = found
  const sum = amount ? fromAdyenAmount(amount).amountMinor : 0
  const whole = state.ledger.moved()[paymentKey]
  const [eventCode = '', act] =
    modifications[what]?.({ ledger: state.ledger, key, reference, sum, whole }) ?? []
  const pspReference = newReference(state)
  tell(state, eventCode, {
    pspReference,
    originalReference: reference,
    merchantReference: ours,
    amount: amount ?? payment.amount,
    success: act === 'done' ? 'true' : 'false',
  })
  return {
    status: 201,
    body: {
      status: 'received',
      merchantAccount,
      pspReference,
      reference: ours,
      paymentPspReference: reference,
      ...(amount && { amount }),
    },
  }
}

type Modify = (order: {
  readonly ledger: TestLedger
  readonly key: string
  readonly reference: string
  readonly sum: number
  readonly whole: { readonly held: number; readonly taken: number } | undefined
}) => readonly [eventCode: string, done: string]

const modifications: Readonly<Record<string, Modify>> = {
  captures: ({ ledger, key, reference, sum }) => [
    'CAPTURE',
    ledger.capture({ key, reference, amountMinor: sum }),
  ],
  cancels: ({ ledger, key, reference }) => ['CANCELLATION', ledger.void({ key, reference })],
  refunds: ({ ledger, key, reference, sum }) => [
    'REFUND',
    ledger.refund({ key, reference, amountMinor: sum }),
  ],
  reversals: ({ ledger, key, reference, whole }) => [
    'CANCEL_OR_REFUND',
    whole && whole.held > 0
      ? ledger.void({ key, reference })
      : ledger.refund({ key, reference, amountMinor: whole?.taken ?? 0 }),
  ],
}

/** The cancellation of a payment that may never have arrived. */
export function cancelByReference(
  state: AdyenState,
  { paymentReference, reference: ours }: { readonly paymentReference: string; readonly reference: string },
  key: string,
): DoubleAnswer {
  const { pspReference: originalReference = '', amount = { currency: 'EUR', value: 0 } } =
    state.authorisedBy.get(paymentReference) ?? {}
  const success = state.ledger.void({ key, reference: originalReference }) === 'done' ? 'true' : 'false'
  const pspReference = newReference(state)
  const merchantReference = ours
  tell(state, 'TECHNICAL_CANCEL', { pspReference, originalReference, merchantReference, amount, success })
  return {
    status: 201,
    body: {
      status: 'received',
      merchantAccount,
      pspReference,
      paymentReference,
      reference: ours,
    },
  }
}
