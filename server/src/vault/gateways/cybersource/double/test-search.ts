import type { DoubleAnswer, DoubleRequest } from '../../test-double.ts'
import { amountDetails } from '../cybersource-amounts.ts'
import type { CybersourceState, Transaction } from './test-transactions.ts'

/** By the code of a request; what is too young is not found. */
export function search(
  { transactions, clock, behindMilliseconds }: CybersourceState,
  { body }: DoubleRequest,
): DoubleAnswer {
  const { query } = JSON.parse(body.toString()) as { query: string }
  const code = /^clientReferenceInformation\.code:([0-9a-z-]+) AND submitTimeUtc:/.exec(query)?.[1]
  const seen = transactions.filter(
    (each) => each.code.startsWith(code ?? '?') && each.submittedAt <= clock.now() - behindMilliseconds,
  )
  const transactionSummaries = seen.map(shown).reverse()
  return { status: 201, body: { totalCount: seen.length, _embedded: { transactionSummaries } } }
}

/** All that there is of a transaction. */
export function details({ byId, transactions }: CybersourceState, id: string): DoubleAnswer {
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
