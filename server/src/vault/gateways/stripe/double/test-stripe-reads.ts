import type { DoubleAnswer, DoubleRequest } from '../../test-double.ts'
import { shownIntent } from './test-stripe-intents.ts'
import { missing, type StripeState, shownMethod } from './test-stripe-state.ts'

interface Reading {
  /** Whether the search finds nothing yet. */
  readonly searchIsBehind: boolean
  readonly pageLength: number
}

/** A GET. */
export function readFrom(
  { intents, refunds, methods }: StripeState,
  { path, query }: DoubleRequest,
  { searchIsBehind, pageLength }: Reading,
): DoubleAnswer {
  const [, , collection = '', id] = path.split('/')
  const kind = collection === 'setup_intents' ? 'setup_intent' : 'payment_intent'
  if (collection === 'refunds') {
    const data = refunds.filter((refund) => refund.payment_intent === query.get('payment_intent'))
    return pageOf(data, { after: query.get('starting_after'), pageLength })
  }
  if (collection === 'payment_methods') return shownMethod(methods.get(id ?? ''))
  const all = [...intents.values()].filter(({ object }) => object === kind)
  if (id === 'search' && kind === 'payment_intent') {
    const key = /^metadata\['tonegate_key'\]:'([^']+)'$/.exec(query.get('query') ?? '')?.[1]
    const found = all.filter(({ metadata }) => (metadata as Record<string, string>).tonegate_key === key)
    return { status: 200, body: { object: 'search_result', data: searchIsBehind ? [] : found } }
  }
  if (id) {
    const found = intents.get(id)
    return found?.object === kind ? shownIntent(found, query) : missing
  }
  const [from = 0, to = 0] = [query.get('created[gte]') ?? 0, query.get('created[lte]') ?? Infinity].map(
    Number,
  )
  const data = all.filter(({ created }) => Number(created) >= from && Number(created) <= to).reverse()
  return pageOf(data, { after: query.get('starting_after'), pageLength })
}

function pageOf(
  data: readonly Record<string, unknown>[],
  { after, pageLength }: { readonly after: string | null; readonly pageLength: number },
): DoubleAnswer {
  const start = data.findIndex(({ id }) => id === after) + 1
  const end = start + pageLength
  return { status: 200, body: { object: 'list', data: data.slice(start, end), has_more: end < data.length } }
}
