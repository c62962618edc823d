import type { Money } from '../../../model/gateway.ts'
import type { Json } from '../../json-answer.ts'
import type { DoubleAnswer } from '../../test-double.ts'
import { amountDetails, amountIn } from '../cybersource-amounts.ts'
import { cybersourceCards } from './test-cards.ts'
import {
  add,
  type Body,
  type CybersourceParts,
  invalid,
  newId,
  type Reference,
  type Transaction,
} from './test-transactions.ts'

/** A payment: what the card's bank says of it, and what is held or taken then. */
export function pay(parts: CybersourceParts, body: Body, reference: Reference): DoubleAnswer {
  const number = numberIn(parts, body)
  const { amountDetails: sum } = body.orderInformation as { amountDetails: Record<string, string> }
  const amount = amountIn(sum, 'totalAmount')
  const { capture, actionList, authorizationOptions } = body.processingInformation as Readonly<
    Record<string, unknown>
  >
  if (!amount) return invalid('MISSING_FIELD')
  if (parts.state.byTransactionId.has(reference.transactionId)) {
    return invalid('DUPLICATE_REQUEST')
  }
  if (!/^\d{12,19}$/.test(number) || (capture && amount.amountMinor === 0)) return invalid('INVALID_DATA')
  const { state } = parts
  const verdict = verdictOn(number, { amount, capture: capture === true })
  const { isPart, isHeld, isCaptured, authorised } = verdict
  if (isPart && (authorizationOptions as Json | undefined)?.partialAuthIndicator !== false)
    state.partsAllowed += 1
  const id = newId(state)
  if (isHeld && amount.amountMinor > 0) {
    state.ledger.authorise({ key: reference.code, reference: id, amount: authorised, captured: isCaptured })
  }
  const made: Transaction = {
    id,
    ...reference,
    submittedAt: state.clock.now(),
    payment: id,
    amount: sum,
    reasonCode: verdict.card?.code ?? '100',
    number,
    applications: applicationsOf(verdict),
    ...(isHeld && { authorised }),
    ...(actionList !== undefined && !verdict.card && { token: `token-${id}` }),
  }
  add(state, made)
  return answerOf(made, verdict)
}

type Verdict = ReturnType<typeof verdictOn>

function verdictOn(
  number: string,
  { amount, capture }: { readonly amount: Money; readonly capture: boolean },
) {
  const card = cybersourceCards[number]
  const isPart = card?.part === true
  const isHeld = !card || isPart || card.bill !== undefined || card.status.startsWith('AUTHORIZED')
  const authorised = isPart ? { ...amount, amountMinor: Math.floor(amount.amountMinor / 2) } : amount
  return { card, isPart, isHeld, isCaptured: capture && !card, authorised }
}

function applicationsOf({ card, isPart, isHeld, isCaptured }: Verdict): Transaction['applications'] {
  const code = card?.code ?? '100'
  const bill = card?.bill ?? (isCaptured ? '1' : undefined)
  const authorisation = {
    name: 'ics_auth',
    rCode: isHeld ? '1' : '0',
    reasonCode: isPart ? '110' : isHeld ? '100' : code,
  }
  if (!bill) return [authorisation]
  return [authorisation, { name: 'ics_bill', rCode: bill, reasonCode: bill === '1' ? '100' : code }]
}

function answerOf(
  { id, code, amount: sum, submittedAt, number = '', token }: Transaction,
  { card, isPart, isHeld, isCaptured, authorised }: Verdict,
): DoubleAnswer {
  const said = amountDetails(authorised)
  const amounts = { authorizedAmount: said.totalAmount, currency: sum.currency }
  return {
    status: 201,
    body: {
      id,
      status: card?.status ?? 'AUTHORIZED',
      submitTimeUtc: new Date(submittedAt).toISOString(),
      reconciliationId: `R${id.slice(-8)}`,
      _links: { self: {}, ...(isHeld && !isCaptured && { capture: {}, authReversal: {} }) },
      clientReferenceInformation: { code },
      ...(card && { errorInformation: { reason: card.reason, message: 'Decline.' } }),
      ...(isHeld && {
        orderInformation: {
          amountDetails: { ...amounts, ...(isPart && { totalAmount: sum.totalAmount }) },
        },
      }),
      processorInformation: {
        ...(isHeld && { approvalCode: '888888', transactionId: '016153570198200' }),
        ...(card?.responseCode && { responseCode: card.responseCode }),
        avs: { code: 'X' },
        cardVerification: { resultCode: 'M' },
      },
      paymentInformation: { card: { suffix: number.slice(-4) } },
      ...(token !== undefined && { tokenInformation: { paymentInstrument: { id: token } } }),
    },
  }
}

/** The card that a payment is asked by: its number, one that was handed over, or one that is kept. */
function numberIn({ state, bank }: CybersourceParts, body: Body): string {
  const information = body.paymentInformation as Record<string, Record<string, string>> | undefined
  const handedOver = bank.cardOf(body)
  if (handedOver) return handedOver.number ?? ''
  if (information?.card) return information.card.number ?? ''
  const id = information?.paymentInstrument?.id ?? information?.customer?.id
  return state.transactions.find(({ token }) => token !== undefined && token === id)?.number ?? ''
}
