import { type Clock, systemClock } from '../../../../base/clock.ts'
import { jsonIn } from '../../json-answer.ts'
import { type DoubleAnswer, type DoubleRequest, startGatewayDouble } from '../../test-double.ts'
import { amountDetails, amountIn } from '../cybersource-amounts.ts'
import { accepted } from './test-authentication.ts'
import { requestIn, type TestKeys } from './test-encryption.ts'
import { follow, reverse } from './test-follow-ups.ts'
import { faultsOf, type ModelName } from './test-models.ts'
import { pay } from './test-pay.ts'
import { createPayerAuthenticationDouble } from './test-payer-authentication.ts'
import { details, search } from './test-search.ts'
import {
  add,
  type Body,
  type CybersourceParts,
  type CybersourceState,
  createCybersourceState,
  invalid,
  newId,
  type Transaction,
} from './test-transactions.ts'

export { cybersourceSettings } from './test-authentication.ts'
export { cybersourceCards } from './test-cards.ts'

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
  const state = createCybersourceState(clock)
  const bank = createPayerAuthenticationDouble({
    now: clock.now,
    record: (code, name, reasonCode) => recordAsked(state, { code, name, reasonCode }),
  })

  function answer(encrypted: DoubleRequest): DoubleAnswer {
    if (!accepted(encrypted, clock.now())) return notLetIn
    const isPlain = !keys || encrypted.method === 'GET' || encrypted.path.startsWith('/flex/')
    const body = isPlain ? encrypted.body : requestIn(encrypted.body, keys.vendor.privateKey)
    return body ? serve({ state, bank }, { ...encrypted, body }) : invalid('INVALID_DATA')
  }

  const double = await startGatewayDouble({ answer, ...(tls && { tls }) })
  return {
    ...double,
    ledger: state.ledger,
    bank,
    transactions: state.transactions as readonly Transaction[],
    /** How many payments would have let a part be authorised. */
    partsAllowed: () => state.partsAllowed,
    /** The search finds nothing younger than this. */
    searchIsBehind(milliseconds: number): void {
      state.behindMilliseconds = milliseconds
    },
  }
}

/** What a bank was asked is found, too. */
function recordAsked(
  state: CybersourceState,
  { code, name, reasonCode }: { readonly code: string; readonly name: string; readonly reasonCode: string },
): void {
  const id = newId(state)
  add(state, {
    id,
    code,
    transactionId: id,
    submittedAt: state.clock.now(),
    payment: id,
    amount: {},
    reasonCode,
    applications: [{ name, rCode: reasonCode === '100' ? '1' : '0', reasonCode }],
  })
}

function serve(parts: CybersourceParts, request: DoubleRequest): DoubleAnswer {
  const { state, bank } = parts
  const [, api = '', , collection = '', id = '', verb = ''] = request.path.split('/')
  if (api === 'flex' || api === 'risk') return bank.answer(request)
  if (api === 'tms')
    return { status: 404, body: { errors: [{ type: 'notFound', message: 'Token not found' }] } }
  if (api === 'tss' && collection !== 'searches') return details(state, id)
  const body = (jsonIn(request.body) ?? {}) as Body
  const model = api === 'tss' ? 'search' : (modelNames[verb || collection] ?? 'payment')
  if (faultsOf(verb === '' && collection === 'reversals' ? 'timeoutReversal' : model, body).length > 0) {
    return invalid('INVALID_DATA')
  }
  if (api === 'tss') return search(state, request)
  const { code = '', transactionId = '' } = body.clientReferenceInformation as Record<string, string>
  if (!verb)
    return collection === 'payments'
      ? pay(parts, body, { code, transactionId })
      : reverse(state, collection, { code, transactionId })
  if (state.byTransactionId.has(transactionId)) return invalid('DUPLICATE_REQUEST')
  const payment = state.byId.get(id)?.payment
  if (payment === undefined) return invalid('INVALID_PAYMENT_ID')
  return follow(state, verb, body, { code, transactionId, payment })
}

const modelNames: Readonly<Record<string, ModelName>> = {
  captures: 'capture',
  reversals: 'reversal',
  refunds: 'refund',
  voids: 'timeoutVoid',
}

const notLetIn: DoubleAnswer = { status: 401, body: { response: { rmsg: 'Authentication Failed' } } }

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
