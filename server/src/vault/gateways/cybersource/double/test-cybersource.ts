import { type Clock, systemClock } from '../../../../base/clock.ts'
import type { Money } from '../../../model/gateway.ts'
import { type Json, jsonIn } from '../../json-answer.ts'
import { type DoubleAnswer, type DoubleRequest, startGatewayDouble } from '../../test-double.ts'
import { createTestLedger } from '../../test-ledger.ts'
import { amountDetails, amountIn } from '../cybersource-amounts.ts'
import { accepted } from './test-authentication.ts'
import { cybersourceCards } from './test-cards.ts'
import { requestIn, type TestKeys } from './test-encryption.ts'
import { faultsOf, type ModelName } from './test-models.ts'
import { createPayerAuthenticationDouble } from './test-payer-authentication.ts'

export { cybersourceSettings } from './test-authentication.ts'
export { cybersourceCards } from './test-cards.ts'

type Body = Readonly<Record<string, Readonly<Record<string, unknown>>>>

interface Application {
  readonly name: string
  readonly rCode: string
  readonly reasonCode: string
}

interface Transaction {
  readonly id: string
  readonly code: string
  readonly transactionId: string
  readonly submittedAt: number
  /** The payment that it belongs to. */
  readonly payment: string
  readonly applications: readonly Application[]
  readonly reasonCode: string
  readonly amount: Readonly<Record<string, string>>
  /** What the bank said; absent where it was not asked. */
  readonly authorised?: Money
  readonly token?: string
  /** Of the card. */
  readonly number?: string
}

export type CybersourceDouble = Awaited<ReturnType<typeof startCybersourceDouble>>

/**
 * A double of the part of CyberSource's REST API that is used, after its public description: authentication and encryption,
 * payments and what follows them, time-out reversals and voids, the transaction search, which may be behind and knows no
 * more than the sum that was asked for, and what there is of each transaction. It refuses what the API does not know.
 *
 * @param keys what is encrypted to it has to be, and what it answers is.
 */
export async function startCybersourceDouble({
  clock = systemClock,
  tls,
  keys,
}: {
  readonly clock?: Clock
  readonly tls?: { readonly key: string; readonly cert: string }
  readonly keys?: TestKeys
} = {}) {
  const ledger = createTestLedger()
  const bank = createPayerAuthenticationDouble({
    now: clock.now,
    record(code, name, reasonCode) {
      const id = newId()
      add({
        ...{
          id,
          code,
          transactionId: id,
          submittedAt: clock.now(),
          payment: id,
          amount: {},
          reasonCode,
        },
        applications: [{ name, rCode: reasonCode === '100' ? '1' : '0', reasonCode }],
      })
    },
  })
  const transactions: Transaction[] = []
  const byId = new Map<string, Transaction>()
  const byTransactionId = new Map<string, Transaction>()
  let behindMilliseconds = 0
  let partsAllowed = 0
  let nextId = 7_000_000_000_000_000_000_000n

  function answer(encrypted: DoubleRequest): DoubleAnswer {
    if (!accepted(encrypted, clock.now())) return notLetIn
    const isPlain = !keys || encrypted.method === 'GET' || encrypted.path.startsWith('/flex/')
    const body = isPlain ? encrypted.body : requestIn(encrypted.body, keys.vendor.privateKey)
    return body ? serve({ ...encrypted, body }) : invalid('INVALID_DATA')
  }

  function serve(request: DoubleRequest): DoubleAnswer {
    const [, api = '', , collection = '', id = '', verb = ''] = request.path.split('/')
    if (api === 'flex' || api === 'risk') return bank.answer(request)
    if (api === 'tms')
      return { status: 404, body: { errors: [{ type: 'notFound', message: 'Token not found' }] } }
    if (api === 'tss' && collection !== 'searches') return details(id)
    const body = (jsonIn(request.body) ?? {}) as Body
    const model = api === 'tss' ? 'search' : (modelNames[verb || collection] ?? 'payment')
    if (faultsOf(verb === '' && collection === 'reversals' ? 'timeoutReversal' : model, body).length > 0) {
      return invalid('INVALID_DATA')
    }
    if (api === 'tss') return search(request)
    const { code = '', transactionId = '' } = body.clientReferenceInformation as Record<string, string>
    if (!verb)
      return collection === 'payments'
        ? pay(body, { code, transactionId })
        : undo(collection, { code, transactionId })
    if (byTransactionId.has(transactionId)) return invalid('DUPLICATE_REQUEST')
    const payment = byId.get(id)?.payment
    if (payment === undefined) return invalid('INVALID_PAYMENT_ID')
    return follow(verb, body, { code, transactionId, payment })
  }

  /** The card that a payment is asked by: its number, one that was handed over, or one that is kept. */
  function numberIn(body: Body): string {
    const information = body.paymentInformation as Record<string, Record<string, string>> | undefined
    const handedOver = bank.cardOf(body)
    if (handedOver) return handedOver.number ?? ''
    if (information?.card) return information.card.number ?? ''
    const id = information?.paymentInstrument?.id ?? information?.customer?.id
    return transactions.find(({ token }) => token !== undefined && token === id)?.number ?? ''
  }

  function pay(
    body: Body,
    reference: { readonly code: string; readonly transactionId: string },
  ): DoubleAnswer {
    const number = numberIn(body)
    const { amountDetails: sum } = body.orderInformation as { amountDetails: Record<string, string> }
    const amount = amountIn(sum, 'totalAmount')
    const { capture, actionList, authorizationOptions } = body.processingInformation as Readonly<
      Record<string, unknown>
    >
    if (!amount) return invalid('MISSING_FIELD')
    if (byTransactionId.has(reference.transactionId)) {
      return invalid('DUPLICATE_REQUEST')
    }
    if (!/^\d{12,19}$/.test(number) || (capture && amount.amountMinor === 0)) return invalid('INVALID_DATA')
    const id = newId()
    const verdict = cybersourceCards[number]
    const isPart = verdict?.part === true
    if (isPart && (authorizationOptions as Json | undefined)?.partialAuthIndicator !== false)
      partsAllowed += 1
    const authorised = isPart ? { ...amount, amountMinor: Math.floor(amount.amountMinor / 2) } : amount
    const isHeld = !verdict || isPart || verdict.bill !== undefined || verdict.status.startsWith('AUTHORIZED')
    const isCaptured = capture === true && !verdict
    if (isHeld && amount.amountMinor > 0) {
      ledger.authorise({ key: reference.code, reference: id, amount: authorised, captured: isCaptured })
    }
    const token = actionList && !verdict ? `token-${id}` : undefined
    const code = verdict?.code ?? '100'
    const bill = verdict?.bill ?? (isCaptured ? '1' : undefined)
    add({
      ...{ id, ...reference, submittedAt: clock.now(), payment: id, amount: sum, reasonCode: code, number },
      applications: [
        {
          ...{ name: 'ics_auth', rCode: isHeld ? '1' : '0' },
          reasonCode: isPart ? '110' : isHeld ? '100' : code,
        },
        ...(bill ? [{ name: 'ics_bill', rCode: bill, reasonCode: bill === '1' ? '100' : code }] : []),
      ],
      ...(isHeld && { authorised }),
      ...(token !== undefined && { token }),
    })
    const said = amountDetails(authorised)
    return {
      status: 201,
      body: {
        id,
        status: verdict?.status ?? 'AUTHORIZED',
        submitTimeUtc: new Date(clock.now()).toISOString(),
        reconciliationId: `R${id.slice(-8)}`,
        _links: { self: {}, ...(isHeld && !isCaptured && { capture: {}, authReversal: {} }) },
        clientReferenceInformation: { code: reference.code },
        ...(verdict && { errorInformation: { reason: verdict.reason, message: 'Decline.' } }),
        ...(isHeld && {
          orderInformation: {
            amountDetails: {
              ...{ authorizedAmount: said.totalAmount, currency: sum.currency },
              ...(isPart && { totalAmount: sum.totalAmount }),
            },
          },
        }),
        processorInformation: {
          ...(isHeld && { approvalCode: '888888', transactionId: '016153570198200' }),
          ...(verdict?.responseCode && { responseCode: verdict.responseCode }),
          avs: { code: 'X' },
          cardVerification: { resultCode: 'M' },
        },
        paymentInformation: { card: { suffix: number.slice(-4) } },
        ...(token !== undefined && { tokenInformation: { paymentInstrument: { id: token } } }),
      },
    }
  }

  function follow(
    verb: string,
    body: Body,
    { code, transactionId, payment }: { code: string; transactionId: string; payment: string },
  ): DoubleAnswer {
    const kind = ({ captures: 'capture', reversals: 'void', refunds: 'refund' } as const)[verb]
    if (!kind) return { status: 404, body: { response: { rmsg: 'Not Found' } } }
    const sum = (
      (body.orderInformation ?? body.reversalInformation) as { amountDetails: Record<string, string> }
    ).amountDetails
    const amountMinor = amountIn(sum, 'totalAmount')?.amountMinor ?? 0
    if (ledger[kind]({ key: code, reference: payment, amountMinor }) === 'refused') {
      return invalid(kind === 'void' ? 'TRANSACTION_ALREADY_REVERSED_OR_SETTLED' : 'EXCEEDS_AUTH_AMOUNT')
    }
    const id = newId()
    const name = { capture: 'ics_bill', void: 'ics_auth_reversal', refund: 'ics_credit' }[kind]
    add({
      ...{ id, code, transactionId, submittedAt: clock.now(), payment, amount: sum, reasonCode: '100' },
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

  /** A time-out reversal lets go what is held, a time-out void what is to be taken. */
  function undo(
    collection: string,
    { code, transactionId }: { readonly code: string; readonly transactionId: string },
  ): DoubleAnswer {
    const found = byTransactionId.get(transactionId)
    if (!found) return invalid('MISSING_AUTH')
    const { payment, amount } = found
    const amountMinor = amountIn(amount, 'totalAmount')?.amountMinor ?? 0
    const isTaken = found.applications.some(({ name }) => name === 'ics_bill')
    const isVoid = collection === 'voids'
    const order = { key: code, reference: payment, amountMinor }
    const done = isVoid
      ? isTaken && ledger.refund(order) === 'done'
      : !isTaken && ledger.void(order) === 'done'
    if (!done) return invalid(isVoid ? 'NOT_VOIDABLE' : 'AUTH_ALREADY_REVERSED')
    const id = newId()
    const name = isVoid ? 'ics_void' : 'ics_auth_reversal'
    add({
      ...{ id, code, transactionId: id, submittedAt: clock.now(), payment, amount, reasonCode: '100' },
      applications: [{ name, rCode: '1', reasonCode: '100' }],
    })
    return { status: 201, body: { id, status: isVoid ? 'VOIDED' : 'REVERSED' } }
  }

  function search({ body }: DoubleRequest): DoubleAnswer {
    const { query } = JSON.parse(body.toString()) as { query: string }
    const code = /^clientReferenceInformation\.code:([0-9a-z-]+) AND submitTimeUtc:/.exec(query)?.[1]
    const seen = transactions.filter(
      (each) => each.code.startsWith(code ?? '?') && each.submittedAt <= clock.now() - behindMilliseconds,
    )
    const transactionSummaries = seen.map(shown).reverse()
    return { status: 201, body: { totalCount: seen.length, _embedded: { transactionSummaries } } }
  }

  function details(id: string): DoubleAnswer {
    const found = byId.get(id)
    if (!found) return { status: 404, body: { response: { rmsg: 'Not Found' } } }
    const related = transactions.filter((each) => each.payment === found.payment && each.id !== id)
    const links = related.map((each) => ({ href: `https://x/tss/v2/transactions/${each.id}`, method: 'GET' }))
    const { authorised } = found
    const said = authorised && { authorizedAmount: amountDetails(authorised).totalAmount }
    return {
      status: 200,
      body: {
        ...shown(found),
        orderInformation: { amountDetails: { ...found.amount, ...said } },
        _links: { relatedTransactions: links },
      },
    }
  }

  /** A summary: of the sum it has what was asked for. */

  const shown = ({ id, code, applications, reasonCode, amount, authorised, token }: Transaction) => ({
    id,
    clientReferenceInformation: { code },
    applicationInformation: { reasonCode, rCode: reasonCode === '100' ? '1' : '0', applications },
    orderInformation: { amountDetails: amount },
    processorInformation: authorised ? { approvalCode: '888888' } : {},
    paymentInformation: { ...(token !== undefined && { paymentInstrument: { id: token } }) },
  })

  function add(transaction: Transaction): void {
    transactions.push(transaction)
    byId.set(transaction.id, transaction)
    byTransactionId.set(transaction.transactionId, transaction)
  }

  function newId(): string {
    nextId += 1n
    return String(nextId)
  }

  const double = await startGatewayDouble({ answer, ...(tls && { tls }) })
  return {
    ...double,
    ledger,
    bank,
    transactions: transactions as readonly Transaction[],
    /** How many payments would have let a part be authorised. */
    partsAllowed: () => partsAllowed,
    /** The search finds nothing younger than this. */
    searchIsBehind(milliseconds: number): void {
      behindMilliseconds = milliseconds
    },
  }
}

const modelNames: Readonly<Record<string, ModelName>> = {
  captures: 'capture',
  reversals: 'reversal',
  refunds: 'refund',
  voids: 'timeoutVoid',
}

const notLetIn: DoubleAnswer = { status: 401, body: { response: { rmsg: 'Authentication Failed' } } }

const invalid = (reason: string): DoubleAnswer => ({
  status: 400,
  body: { submitTimeUtc: '2026-01-15T09:30:00Z', status: 'INVALID_REQUEST', reason, message: reason },
})

/** The same answer, of one minor unit more. */
export function withOtherAmount(answer: DoubleAnswer): DoubleAnswer {
  const body = answer.body as {
    readonly orderInformation: { readonly amountDetails: Record<string, string> }
  }
  const amount = amountIn(body.orderInformation.amountDetails, 'authorizedAmount')
  if (!amount) throw new Error('The answer is of no sum.')
  const { totalAmount, currency } = amountDetails({ ...amount, amountMinor: amount.amountMinor + 1 })
  return {
    ...answer,
    body: { ...body, orderInformation: { amountDetails: { authorizedAmount: totalAmount, currency } } },
  }
}
