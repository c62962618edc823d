import { randomUUID } from 'node:crypto'
import { type Clock, systemClock } from '../../../base/clock.ts'
import { type DoubleAnswer, type DoubleRequest, startGatewayDouble } from '../test-double.ts'
import { createTestLedger } from '../test-ledger.ts'
import { fromStripeUnits } from './stripe-units.ts'

export const stripeApiKey = 'sk_test_1234567890abcdef'

type Intent = Record<string, unknown> & { id: string; object: string; status: string }

/** Stripe's test cards that the double knows; any other pays. */
const cards: Readonly<Record<string, { readonly decline_code?: string; readonly code: string }>> = {
  '4000000000000002': { code: 'card_declined', decline_code: 'generic_decline' },
  '4000000000009995': { code: 'card_declined', decline_code: 'insufficient_funds' },
  '4000000000000069': { code: 'expired_card' },
  '4000000000000127': { code: 'incorrect_cvc', decline_code: 'incorrect_cvc' },
}
const asksTheBank = '4000002760003184'
const isReviewed = '4000000000009235'

export type StripeDouble = Awaited<ReturnType<typeof startStripeDouble>>

/**
 * A double of the part of Stripe's API that is used, after its public OpenAPI description and its documents of
 * idempotency, amounts, errors and test cards.
 */
export async function startStripeDouble({
  clock = systemClock,
  searchIsBehind = false,
  pageLength = 100,
  tls,
}: {
  readonly clock?: Clock
  /** Whether the search finds nothing yet. */
  readonly searchIsBehind?: boolean
  readonly pageLength?: number
  readonly tls?: { readonly key: string; readonly cert: string }
} = {}) {
  const ledger = createTestLedger()
  const intents = new Map<string, Intent>()
  const refunds: Record<string, unknown>[] = []
  const answered = new Map<string, { readonly form: string; readonly answer: DoubleAnswer }>()

  function answer(request: DoubleRequest): DoubleAnswer {
    if (request.headers.authorization !== `Bearer ${stripeApiKey}`) {
      return failure(401, { type: 'invalid_request_error' })
    }
    if (!/^\d{4}-\d{2}-\d{2}/.test(request.headers['stripe-version'] ?? '')) {
      return failure(400, { type: 'invalid_request_error' })
    }
    if (request.method === 'GET') return read(request)
    const key = request.headers['idempotency-key'] ?? ''
    const form = `${request.path} ${request.body}`
    const before = answered.get(key)
    if (before) {
      return before.form === form ? before.answer : failure(400, { type: 'idempotency_error' })
    }
    const made = write(request, new URLSearchParams(request.body.toString()), key)
    // A request that fails validation has not been carried out, and its answer is not kept.
    const isKept = ![400, 401, 404].includes(made.status)
    if (isKept) answered.set(key, { form, answer: made })
    return made
  }

  function read({ path, query }: DoubleRequest): DoubleAnswer {
    const [, , collection = '', id] = path.split('/')
    const kind = collection === 'setup_intents' ? 'setup_intent' : 'payment_intent'
    if (collection === 'refunds') {
      const data = refunds.filter((refund) => refund.payment_intent === query.get('payment_intent'))
      return { status: 200, body: { object: 'list', data, has_more: false } }
    }
    if (id === 'search') {
      const key = /^metadata\['tonegate_key'\]:'([^']+)'$/.exec(query.get('query') ?? '')?.[1]
      const data = searchIsBehind
        ? []
        : [...intents.values()].filter(
            ({ object, metadata }) =>
              object === kind && (metadata as Record<string, string>).tonegate_key === key,
          )
      return { status: 200, body: { object: 'search_result', data } }
    }
    if (id) {
      const found = intents.get(id)
      return found ? shown(found, query.has('expand[0]')) : failure(404, { type: 'invalid_request_error' })
    }
    const [from, to] = [Number(query.get('created[gte]')), Number(query.get('created[lte]'))]
    const all = [...intents.values()]
      .filter(({ object, created }) => object === kind && Number(created) >= from && Number(created) <= to)
      .reverse()
    const start = all.findIndex((each) => each.id === query.get('starting_after')) + 1
    const data = all.slice(start, start + pageLength)
    return { status: 200, body: { object: 'list', data, has_more: start + pageLength < all.length } }
  }

  function write(request: DoubleRequest, form: URLSearchParams, key: string): DoubleAnswer {
    const [, , collection = '', id = '', verb] = request.path.split('/')
    if (collection === 'refunds') return refund(form, key)
    if (!id) return create(form, { key, isSetup: collection === 'setup_intents' })
    const intent = intents.get(id)
    if (!intent) return failure(404, { type: 'invalid_request_error', code: 'resource_missing' })
    switch (verb) {
      case 'confirm':
        if (intent.status !== 'requires_confirmation') return unexpectedState(intent)
        return confirmed(intent)
      case 'capture': {
        const units = Number(form.get('amount_to_capture'))
        if (intent.status !== 'requires_capture') return unexpectedState(intent)
        const amountMinor = fromStripeUnits(units, String(intent.currency)).amountMinor
        if (ledger.capture({ key, reference: id, amountMinor }) === 'refused') {
          return failure(400, { type: 'invalid_request_error', code: 'amount_too_large' })
        }
        Object.assign(intent, { status: 'succeeded', amount_received: units, amount_capturable: 0 })
        return shown(intent, false)
      }
      case 'cancel':
        if (['succeeded', 'canceled', 'processing'].includes(intent.status)) return unexpectedState(intent)
        if (intent.status === 'requires_capture') ledger.void({ key, reference: id })
        Object.assign(intent, {
          status: 'canceled',
          cancellation_reason: form.get('cancellation_reason'),
          amount_capturable: 0,
        })
        return shown(intent, false)
      default:
        return failure(404, { type: 'invalid_request_error' })
    }
  }

  function create(
    form: URLSearchParams,
    { key, isSetup }: { readonly key: string; readonly isSetup: boolean },
  ): DoubleAnswer {
    const number = form.get('payment_method_data[card][number]') ?? ''
    const amount = Number(form.get('amount'))
    const currency = form.get('currency') ?? ''
    const wrong = isSetup ? undefined : wrongAmount(amount, currency)
    if (wrong) return failure(400, { type: 'invalid_request_error', code: wrong })
    const card = cards[number]
    const intent: Intent = {
      id: `${isSetup ? 'seti' : 'pi'}_${randomUUID().replaceAll('-', '')}`,
      object: isSetup ? 'setup_intent' : 'payment_intent',
      status: 'requires_confirmation',
      created: Math.floor(clock.now() / 1000),
      amount,
      amount_received: 0,
      amount_capturable: 0,
      currency,
      capture_method: form.get('capture_method'),
      metadata: { tonegate_key: form.get('metadata[tonegate_key]') },
      payment_method: `pm_${randomUUID().replaceAll('-', '')}`,
      last4: number.slice(-4),
      review: number === isReviewed ? 'prv_1' : null,
      payment_key: key,
    }
    intents.set(intent.id, intent)
    if (card) return declined(intent, card)
    const isMoto = form.get('payment_method_options[card][moto]') === 'true'
    if (number !== asksTheBank || isMoto) return confirmed(intent)
    const returnUrl = form.get('return_url')
    if (form.get('error_on_requires_action') === 'true' || returnUrl === null) {
      return declined(intent, { code: 'authentication_required', decline_code: 'authentication_required' })
    }
    const url = `${double.url}/3d_secure?payment_intent=${intent.id}&client_secret=secret`
    Object.assign(intent, {
      status: 'requires_action',
      next_action: { type: 'redirect_to_url', redirect_to_url: { url, return_url: returnUrl } },
    })
    return shown(intent, false)
  }

  function confirmed(intent: Intent): DoubleAnswer {
    if (intent.object === 'setup_intent') {
      intent.status = 'succeeded'
      return shown(intent, false)
    }
    const captured = intent.capture_method !== 'manual'
    ledger.authorise({
      key: String(intent.payment_key),
      reference: intent.id,
      amount: fromStripeUnits(Number(intent.amount), String(intent.currency)),
      captured,
    })
    Object.assign(intent, {
      status: captured ? 'succeeded' : 'requires_capture',
      next_action: null,
      [captured ? 'amount_received' : 'amount_capturable']: intent.amount,
    })
    return shown(intent, true)
  }

  function declined(intent: Intent, error: (typeof cards)[string]): DoubleAnswer {
    const whole = { type: 'card_error', ...error, charge: `ch_${intent.id}` }
    Object.assign(intent, {
      status: 'requires_payment_method',
      next_action: null,
      [intent.object === 'setup_intent' ? 'last_setup_error' : 'last_payment_error']: whole,
    })
    return failure(402, { ...whole, [intent.object]: { ...intent } })
  }

  function refund(form: URLSearchParams, key: string): DoubleAnswer {
    const intent = intents.get(form.get('payment_intent') ?? '')
    if (!intent) return failure(404, { type: 'invalid_request_error', code: 'resource_missing' })
    const { amountMinor } = fromStripeUnits(Number(form.get('amount')), String(intent.currency))
    if (ledger.refund({ key, reference: intent.id, amountMinor }) === 'refused') {
      return failure(400, { type: 'invalid_request_error', code: 'charge_already_refunded' })
    }
    const made = {
      id: `re_${randomUUID().replaceAll('-', '')}`,
      object: 'refund',
      status: 'succeeded',
      payment_intent: intent.id,
      amount: Number(form.get('amount')),
      currency: intent.currency,
      metadata: { tonegate_key: form.get('metadata[tonegate_key]') },
    }
    refunds.push(made)
    return { status: 200, body: made }
  }

  const double = await startGatewayDouble({ answer, ...(tls && { tls }) })
  return {
    ...double,
    ledger,
    /** Stripe forgets a key after a day. */
    forgetKeys: () => answered.clear(),
    intents: () => [...intents.values()],
    /**
     * What a customer tells the bank, about the oldest intent that waits for it unless one is named.
     *
     * @returns what Stripe sends the customer back with.
     */
    atTheBank(decision: 'confirms' | 'refuses', id?: string): Readonly<Record<string, string>> {
      const intent = [...intents.values()].find(
        (each) => each.status === 'requires_action' && (id === undefined || each.id === id),
      )
      if (!intent) throw new Error('Nobody is at the bank.')
      if (decision === 'refuses') {
        declined(intent, { code: 'payment_intent_authentication_failure' })
      } else if (intent.object === 'setup_intent') confirmed(intent)
      else Object.assign(intent, { status: 'requires_confirmation', next_action: null })
      return { [intent.object]: intent.id, [`${intent.object}_client_secret`]: 'secret' }
    },
  }
}

function shown(intent: Intent, isExpanded: boolean): DoubleAnswer {
  const hasCharge = ['succeeded', 'requires_capture'].includes(intent.status)
  const id = `ch_${intent.id}`
  const charge = {
    id,
    object: 'charge',
    outcome: {
      type: intent.review ? 'manual_review' : 'authorized',
      risk_level: 'normal',
      network_status: 'approved_by_network',
    },
    payment_method_details: {
      card: {
        authorization_code: '123456',
        network_transaction_id: 'net-1',
        brand: 'visa',
        last4: intent.last4,
        checks: { cvc_check: 'pass', address_line1_check: null },
      },
    },
  }
  const { payment_key, last4, ...body } = intent
  if (!hasCharge || intent.object === 'setup_intent') return { status: 200, body }
  return { status: 200, body: { ...body, latest_charge: isExpanded ? charge : id } }
}

const failure = (status: number, error: object): DoubleAnswer => ({ status, body: { error } })

const unexpectedState = (intent: Intent): DoubleAnswer =>
  failure(400, {
    type: 'invalid_request_error',
    code: 'payment_intent_unexpected_state',
    payment_intent: { ...intent },
  })

/** Of its own, not by the adapter's tables. */
function wrongAmount(amount: number, currency: string): string | undefined {
  if (!/^[a-z]{3}$/.test(currency) || ['iqd', 'lyd'].includes(currency)) return 'invalid_currency'
  if (!Number.isInteger(amount) || amount <= 0) return 'parameter_invalid_integer'
  if (['isk', 'ugx'].includes(currency) && amount % 100 !== 0) return 'invalid_amount'
  if (['bhd', 'jod', 'kwd', 'omr', 'tnd'].includes(currency) && amount % 10 !== 0) return 'invalid_amount'
  return undefined
}
