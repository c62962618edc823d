import type { DoubleAnswer } from '../../test-double.ts'
import { amountIn } from '../cybersource-amounts.ts'
import { add, type Body, type CybersourceState, invalid, newId, type Reference } from './test-transactions.ts'

/** A capture, reversal or refund. */
export function follow(
  state: CybersourceState,
  verb: string,
  body: Body,
  { code, transactionId, payment }: Reference & { readonly payment: string },
): DoubleAnswer {
  const kind = ({ captures: 'capture', reversals: 'void', refunds: 'refund' } as const)[verb]
  if (!kind) return { status: 404, body: { response: { rmsg: 'Not Found' } } }
  const sum = (
    (body.orderInformation ?? body.reversalInformation) as { amountDetails: Record<string, string> }
  ).amountDetails
  const amountMinor = amountIn(sum, 'totalAmount')?.amountMinor ?? 0
  if (state.ledger[kind]({ key: code, reference: payment, amountMinor }) === 'refused') {
    return invalid(kind === 'void' ? 'TRANSACTION_ALREADY_REVERSED_OR_SETTLED' : 'EXCEEDS_AUTH_AMOUNT')
  }
  const id = newId(state)
  const name = { capture: 'ics_bill', void: 'ics_auth_reversal', refund: 'ics_credit' }[kind]
  add(state, {
    id,
    code,
    transactionId,
    submittedAt: state.clock.now(),
    payment,
    amount: sum,
    reasonCode: '100',
    applications: [{ name, rCode: '1', reasonCode: '100' }],
  })
  const named = {
    capture: { orderInformation: { amountDetails: sum } },
    void: { reversalAmountDetails: { reversedAmount: sum.totalAmount, currency: sum.currency } },
    refund: { refundAmountDetails: { refundAmount: sum.totalAmount, currency: sum.currency } },
  }[kind]
  const status = kind === 'void' ? 'REVERSED' : 'PENDING'
  return { status: 201, body: { id, status, clientReferenceInformation: { code }, ...named } }
}

/** A time-out reversal voids what is held, a time-out void what is to be taken. */
export function reverse(
  state: CybersourceState,
  collection: string,
  { code, transactionId }: Reference,
): DoubleAnswer {
  const found = state.byTransactionId.get(transactionId)
  if (!found) return invalid('MISSING_AUTH')
  const { payment, amount } = found
  const amountMinor = amountIn(amount, 'totalAmount')?.amountMinor ?? 0
  const isTaken = found.applications.some(({ name }) => name === 'ics_bill')
  const isVoid = collection === 'voids'
  const order = { key: code, reference: payment, amountMinor }
  const done = isVoid
    ? isTaken && state.ledger.refund(order) === 'done'
    : !isTaken && state.ledger.void(order) === 'done'
  if (!done) return invalid(isVoid ? 'NOT_VOIDABLE' : 'AUTH_ALREADY_REVERSED')
  const id = newId(state)
  const name = isVoid ? 'ics_void' : 'ics_auth_reversal'
  add(state, {
    id,
    code,
    transactionId: id,
    submittedAt: state.clock.now(),
    payment,
    amount,
    reasonCode: '100',
    applications: [{ name, rCode: '1', reasonCode: '100' }],
  })
  return { status: 201, body: { id, status: isVoid ? 'VOIDED' : 'REVERSED' } }
}
