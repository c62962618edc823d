import { createHash, createHmac } from 'node:crypto'
import { type Clock, systemClock } from '../../../base/clock.ts'
import { type DoubleAnswer, type DoubleRequest, startGatewayDouble } from '../test-double.ts'
import { createTestLedger } from '../test-ledger.ts'
import { amountDetails, amountIn } from './cybersource-amounts.ts'
import type { CybersourceSettings } from './cybersource-settings.ts'

export const cybersourceSettings = {
  merchantId: 'harbour_books',
  keyId: '08c94330-f618-42a3-b09d-e1e43be5efda',
  sharedSecret: 'yBJxy6LjM2TmcPGu+GaJrHtkke25fPpUX+UY6/L/1tE=',
} satisfies CybersourceSettings

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
  readonly token?: string
}

interface Verdict {
  readonly status: string
  readonly reason: string
  readonly code: string
  readonly responseCode?: string
}

/** Cards that are not simply authorised. */
export const cybersourceCards: Readonly<Record<string, Verdict>> = {
  '4000000000000002': { status: 'DECLINED', reason: 'PROCESSOR_DECLINED', code: '203', responseCode: '05' },
  '4000000000009995': { status: 'DECLINED', reason: 'INSUFFICIENT_FUND', code: '204', responseCode: '51' },
  '4000000000009987': { status: 'DECLINED', reason: 'PROCESSOR_DECLINED', code: '203', responseCode: '41' },
  '4000000000000069': { status: 'DECLINED', reason: 'EXPIRED_CARD', code: '202', responseCode: '54' },
  '4000000000000119': { status: 'DECLINED', reason: 'ISSUER_UNAVAILABLE', code: '207' },
  '4000000000009235': {
    status: 'AUTHORIZED_PENDING_REVIEW',
    reason: 'DECISION_PROFILE_REVIEW',
    code: '480',
  },
  '4100000000000019': {
    status: 'AUTHORIZED_RISK_DECLINED',
    reason: 'DECISION_PROFILE_REJECT',
    code: '481',
  },
}

export type CybersourceDouble = Awaited<ReturnType<typeof startCybersourceDouble>>

/**
 * A double of the part of CyberSource's REST API that is used, after its public OpenAPI description: HTTP signatures,
 * payments and what follows them, time-out reversals and voids, and the transaction search, which may be behind.
 */
export async function startCybersourceDouble({
  clock = systemClock,
  tls,
}: {
  readonly clock?: Clock
  readonly tls?: { readonly key: string; readonly cert: string }
} = {}) {
  const ledger = createTestLedger()
  const transactions: Transaction[] = []
  let behindMilliseconds = 0
  let nextId = 7_000_000_000_000_000_000_000n

  function answer(request: DoubleRequest): DoubleAnswer {
    if (!isSigned(request)) return { status: 401, body: { response: { rmsg: 'Authentication Failed' } } }
    const [, api = '', , collection = '', id = '', verb = ''] = request.path.split('/')
    if (api === 'tss') return collection === 'searches' ? search(request) : details(id)
    const body = JSON.parse(request.body.toString()) as Body
    const { code = '', transactionId = '' } = body.clientReferenceInformation as Record<string, string>
    if (!verb)
      return collection === 'payments'
        ? pay(body, { code, transactionId })
        : undo(collection, { code, transactionId })
    if (transactions.some((each) => each.transactionId === transactionId)) return invalid('DUPLICATE_REQUEST')
    const payment = transactions.find((each) => each.id === id)?.payment
    if (payment === undefined) return invalid('INVALID_PAYMENT_ID')
    return follow(verb, body, { code, transactionId, payment })
  }

  function pay(
    body: Body,
    reference: { readonly code: string; readonly transactionId: string },
  ): DoubleAnswer {
    const card = (body.paymentInformation as { card: Record<string, string> }).card
    const { amountDetails: sum } = body.orderInformation as { amountDetails: Record<string, string> }
    const amount = amountIn(sum)
    const { capture, actionList, commerceIndicator } = body.processingInformation ?? {}
    if (!amount || !['MOTO', 'internet'].includes(String(commerceIndicator))) return invalid('MISSING_FIELD')
    if (transactions.some((each) => each.transactionId === reference.transactionId)) {
      return invalid('DUPLICATE_REQUEST')
    }
    if (!/^\d{12,19}$/.test(card.number ?? '')) return invalid('INVALID_DATA')
    const id = newId()
    const verdict = cybersourceCards[card.number ?? '']
    const isHeld = !verdict || verdict.status.startsWith('AUTHORIZED')
    const isCaptured = capture === true && !verdict
    if (isHeld && amount.amountMinor > 0) {
      ledger.authorise({ key: reference.code, reference: id, amount, captured: isCaptured })
    }
    const token = actionList && !verdict ? `token-${id}` : undefined
    const code = verdict?.code ?? '100'
    transactions.push({
      ...{ id, ...reference, submittedAt: clock.now(), payment: id, amount: sum, reasonCode: code },
      applications: [
        { name: 'ics_auth', rCode: isHeld ? '1' : '0', reasonCode: isHeld ? '100' : code },
        ...(isCaptured ? [{ name: 'ics_bill', rCode: '1', reasonCode: '100' }] : []),
      ],
      ...(token !== undefined && { token }),
    })
    return {
      status: 201,
      body: {
        id,
        status: verdict?.status ?? 'AUTHORIZED',
        submitTimeUtc: new Date(clock.now()).toISOString(),
        reconciliationId: `R${id.slice(-8)}`,
        clientReferenceInformation: { code: reference.code },
        ...(verdict && { errorInformation: { reason: verdict.reason, message: 'Decline.' } }),
        ...(isHeld && {
          orderInformation: { amountDetails: { authorizedAmount: sum.totalAmount, currency: sum.currency } },
        }),
        processorInformation: {
          ...(isHeld && { approvalCode: '888888', transactionId: '016153570198200' }),
          ...(verdict?.responseCode && { responseCode: verdict.responseCode }),
          avs: { code: 'X' },
          cardVerification: { resultCode: 'M' },
        },
        paymentInformation: { card: { suffix: card.number?.slice(-4) } },
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
    const amountMinor = amountIn(sum)?.amountMinor ?? 0
    if (ledger[kind]({ key: code, reference: payment, amountMinor }) === 'refused') {
      return invalid(kind === 'void' ? 'TRANSACTION_ALREADY_REVERSED_OR_SETTLED' : 'EXCEEDS_AUTH_AMOUNT')
    }
    const id = newId()
    const name = { capture: 'ics_bill', void: 'ics_auth_reversal', refund: 'ics_credit' }[kind]
    transactions.push({
      ...{ id, code, transactionId, submittedAt: clock.now(), payment, amount: sum, reasonCode: '100' },
      applications: [{ name, rCode: '1', reasonCode: '100' }],
    })
    return { status: 201, body: { id, status: kind === 'void' ? 'REVERSED' : 'PENDING' } }
  }

  /** A time-out reversal lets go what is held, a time-out void what is to be taken. */
  function undo(
    collection: string,
    { code, transactionId }: { readonly code: string; readonly transactionId: string },
  ): DoubleAnswer {
    const found = transactions.find((each) => each.transactionId === transactionId)
    if (!found) return invalid('MISSING_AUTH')
    const { payment, amount } = found
    const amountMinor = amountIn(amount)?.amountMinor ?? 0
    const isTaken = found.applications.some(({ name }) => name === 'ics_bill')
    const isVoid = collection === 'voids'
    const order = { key: code, reference: payment, amountMinor }
    const done = isVoid
      ? isTaken && ledger.refund(order) === 'done'
      : !isTaken && ledger.void(order) === 'done'
    if (!done) return invalid(isVoid ? 'NOT_VOIDABLE' : 'AUTH_ALREADY_REVERSED')
    const id = newId()
    const name = isVoid ? 'ics_void' : 'ics_auth_reversal'
    transactions.push({
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
    const found = transactions.find((each) => each.id === id)
    if (!found) return { status: 404, body: { response: { rmsg: 'Not Found' } } }
    const related = transactions.filter((each) => each.payment === found.payment && each.id !== id)
    const links = related.map((each) => ({ href: `https://x/tss/v2/transactions/${each.id}`, method: 'GET' }))
    return { status: 200, body: { ...shown(found), _links: { relatedTransactions: links } } }
  }

  const shown = ({ id, code, applications, reasonCode, amount, token }: Transaction) => ({
    id,
    clientReferenceInformation: { code },
    applicationInformation: { reasonCode, rCode: reasonCode === '100' ? '1' : '0', applications },
    orderInformation: { amountDetails: amount },
    processorInformation: { approvalCode: '888888' },
    paymentInformation: { ...(token !== undefined && { paymentInstrument: { id: token } }) },
  })

  function newId(): string {
    nextId += 1n
    return String(nextId)
  }

  const double = await startGatewayDouble({ answer, ...(tls && { tls }) })
  return {
    ...double,
    ledger,
    transactions: transactions as readonly Transaction[],
    /** The search finds nothing younger than this. */
    searchIsBehind(milliseconds: number): void {
      behindMilliseconds = milliseconds
    },
  }
}

const invalid = (reason: string): DoubleAnswer => ({
  status: 400,
  body: { submitTimeUtc: '2026-01-15T09:30:00Z', status: 'INVALID_REQUEST', reason, message: reason },
})

/** Checks a signature as CyberSource's documents say, by its own list of headers. */
function isSigned({ method, path, query, headers, body }: DoubleRequest): boolean {
  const parts = new Map(
    [...(headers.signature ?? '').matchAll(/(\w+)="([^"]*)"/g)].map(
      ([, name, value]) => [name, value] as const,
    ),
  )
  const digest = `SHA-256=${createHash('sha256').update(body).digest('base64')}`
  const names = (parts.get('headers') ?? '').split(' ')
  const wanted = [
    'host',
    'v-c-date',
    'request-target',
    ...(method === 'POST' ? ['digest'] : []),
    'v-c-merchant-id',
  ]
  if (names.join() !== wanted.join() || (method === 'POST' && headers.digest !== digest)) return false
  const target = `${method.toLowerCase()} ${path}${query.size > 0 ? `?${query}` : ''}`
  const text = names
    .map((name) => `${name}: ${name === 'request-target' ? target : headers[name]}`)
    .join('\n')
  const { keyId, merchantId, sharedSecret } = cybersourceSettings
  const right = createHmac('sha256', Buffer.from(sharedSecret, 'base64')).update(text).digest('base64')
  return (
    parts.get('keyid') === keyId &&
    parts.get('algorithm') === 'HmacSHA256' &&
    headers['v-c-merchant-id'] === merchantId &&
    parts.get('signature') === right
  )
}

/** The same answer, of one minor unit more. */
export function withOtherAmount(answer: DoubleAnswer): DoubleAnswer {
  const body = answer.body as {
    readonly orderInformation: { readonly amountDetails: Record<string, string> }
  }
  const amount = amountIn(body.orderInformation.amountDetails)
  if (!amount) throw new Error('The answer is of no sum.')
  const { totalAmount, currency } = amountDetails({ ...amount, amountMinor: amount.amountMinor + 1 })
  return {
    ...answer,
    body: { ...body, orderInformation: { amountDetails: { authorizedAmount: totalAmount, currency } } },
  }
}
