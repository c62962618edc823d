import { type Clock, systemClock } from '../../../../base/clock.ts'
import { type DoubleAnswer, type DoubleRequest, startGatewayDouble } from '../../test-double.ts'
import { readFrom } from './test-stripe-reads.ts'
import { failure, stripeRefusal } from './test-stripe-refusals.ts'
import { createStripeState, keep, type StripeState } from './test-stripe-state.ts'
import { confirmed, declined } from './test-stripe-verdicts.ts'
import { writeTo } from './test-stripe-writes.ts'

export { hasAHalf, isReviewed } from './test-stripe-create.ts'

export const stripeApiKey = 'sk_test_1234567890abcdef'

export type StripeDouble = Awaited<ReturnType<typeof startStripeDouble>>

/**
 * A double of the part of Stripe's API that is used, after its public OpenAPI description and its documents of
 * idempotency, amounts, errors, partial authorisation and test cards.
 */
export async function startStripeDouble({
  clock = systemClock,
  searchIsBehind = false,
  pageLength = 100,
  rawCards = true,
  moto = true,
  tls,
}: {
  readonly clock?: Clock
  /** Whether the search finds nothing yet. */
  readonly searchIsBehind?: boolean
  readonly pageLength?: number
  /** Whether the account may send card numbers. */
  readonly rawCards?: boolean
  readonly moto?: boolean
  readonly tls?: { readonly key: string; readonly cert: string }
} = {}) {
  const state = createStripeState(clock)
  const { ledger, intents, refunds, customers } = state
  const answered = new Map<string, { readonly form: string; readonly answer: DoubleAnswer }>()

  function answer(request: DoubleRequest): DoubleAnswer {
    if (request.headers.authorization !== `Bearer ${stripeApiKey}`) {
      return failure(401, { type: 'invalid_request_error', message: 'Invalid API Key provided' })
    }
    if (!/^\d{4}-\d{2}-\d{2}/.test(request.headers['stripe-version'] ?? '')) {
      return failure(400, { type: 'invalid_request_error' })
    }
    const key = request.headers['idempotency-key'] ?? ''
    const form = `${request.path} ${request.body}`
    const before = request.method === 'POST' ? answered.get(key) : undefined
    if (before) {
      return before.form === form ? before.answer : failure(400, { type: 'idempotency_error' })
    }
    const refused = stripeRefusal(request, { rawCards, moto })
    if (refused) return refused
    if (request.method === 'GET') return readFrom(state, request, { searchIsBehind, pageLength })
    const made = writeTo(state, request, key)
    // A request that fails validation has not been carried out, and its answer is not kept.
    const isKept = ![400, 401, 404].includes(made.status)
    if (isKept) answered.set(key, { form, answer: made })
    return made
  }

  const double = await startGatewayDouble({ answer, ...(tls && { tls }) })
  state.bankUrl = double.url
  return {
    ...double,
    ledger,
    /** Stripe forgets a key after a day. */
    forgetKeys: () => answered.clear(),
    intents: () => [...intents.values()],
    refunds: () => refunds,
    customers: () => [...customers.keys()],
    /** The bank approves of so much of the next payment only. */
    approvesPart(units: number): void {
      state.approvedPart = units
    },
    /** A card that is kept for nobody, as those were that were only verified. */
    keptForNobody: () => keep(state, '4242424242424242').id,
    /**
     * What a customer tells the bank, about the oldest intent that waits for it unless one is named.
     *
     * @returns what Stripe sends the customer back with.
     */
    atTheBank(decision: 'confirms' | 'refuses', id?: string): Readonly<Record<string, string>> {
      return decideAtBank(state, decision, id)
    },
  }
}

function decideAtBank(
  state: StripeState,
  decision: 'confirms' | 'refuses',
  id: string | undefined,
): Readonly<Record<string, string>> {
  const intent = [...state.intents.values()].find(
    (each) => each.status === 'requires_action' && (id === undefined || each.id === id),
  )
  if (!intent) throw new Error('Nobody is at the bank.')
  if (decision === 'refuses') {
    declined(intent, { code: 'payment_intent_authentication_failure' })
  } else if (intent.object === 'setup_intent') confirmed(state, intent, new URLSearchParams())
  else Object.assign(intent, { status: 'requires_confirmation', next_action: null })
  return { [intent.object]: intent.id, [`${intent.object}_client_secret`]: 'secret' }
}
