import { randomUUID } from 'node:crypto'
import { type Clock, systemClock } from '../../../../base/clock.ts'
import { type DoubleAnswer, type DoubleRequest, startGatewayDouble } from '../../test-double.ts'
import { createTestLedger } from '../../test-ledger.ts'
import { fromStripeUnits } from '../stripe-units.ts'
import { cancelIntent, captureIntent, type Intent, shownIntent } from './test-stripe-intents.ts'
import { failure, stripeRefusal } from './test-stripe-refusals.ts'

export const stripeApiKey = 'sk_test_1234567890abcdef'

/** Stripe's test cards that the double knows; any other pays. */
const cards: Readonly<Record<string, { readonly decline_code?: string; readonly code: string }>> = {
  '4000000000000002': { code: 'card_declined', decline_code: 'generic_decline' },
  '4000000000009995': { code: 'card_declined', decline_code: 'insufficient_funds' },
  '4000000000000069': { code: 'expired_card' },
  '4000000000000127': { code: 'incorrect_cvc', decline_code: 'incorrect_cvc' },
}
const asksTheBank = '4000002760003184'
export const isReviewed = '4000000000009235'
/** Its bank has a half of whatever is asked for, and authorises that. */
export const hasAHalf = '4000000000000259'

interface Method {
  readonly id: string
  readonly number: string
  customer: string | null
}

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
  const ledger = createTestLedger()
  const intents = new Map<string, Intent>()
  const refunds: Record<string, unknown>[] = []
  const customers = new Map<string, object>()
  const methods = new Map<string, Method>()
  const answered = new Map<string, { readonly form: string; readonly answer: DoubleAnswer }>()
  let approvedPart: number | undefined

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
    if (request.method === 'GET') return read(request)
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
      const start = data.findIndex((each) => each.id === query.get('starting_after')) + 1
      const page = data.slice(start, start + pageLength)
      return { status: 200, body: { object: 'list', data: page, has_more: start + pageLength < data.length } }
    }
    if (collection === 'payment_methods') return shownMethod(methods.get(id ?? ''))
    if (id === 'search' && kind === 'payment_intent') {
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
      return found?.object === kind ? shownIntent(found, query) : missing
    }
    const [from, to] = [query.get('created[gte]') ?? 0, query.get('created[lte]') ?? Infinity].map(Number)
    const all = [...intents.values()]
      .filter(
        ({ object, created }) =>
          object === kind && Number(created) >= (from ?? 0) && Number(created) <= (to ?? 0),
      )
      .reverse()
    const start = all.findIndex((each) => each.id === query.get('starting_after')) + 1
    const data = all.slice(start, start + pageLength)
    return { status: 200, body: { object: 'list', data, has_more: start + pageLength < all.length } }
  }

  function write(request: DoubleRequest, form: URLSearchParams, key: string): DoubleAnswer {
    const [, , collection = '', id = '', verb] = request.path.split('/')
    if (collection === 'refunds') return refund(form, key)
    if (collection === 'customers') return makeCustomer(form)
    if (collection === 'payment_methods') return shownMethod(keep(form.get('card[number]') ?? ''))
    if (!id) return create(form, { key, isSetup: collection === 'setup_intents' })
    const intent = intents.get(id)
    if (!intent) return missing
    switch (verb) {
      case 'confirm':
        if (intent.status !== 'requires_confirmation') return unexpectedState(intent)
        return confirmed(intent, form)
      case 'capture':
        return captureIntent(intent, { form, ledger, key }) ?? unexpectedState(intent)
      default:
        return cancelIntent(intent, { form, ledger, key }) ?? unexpectedState(intent)
    }
  }

  function makeCustomer(form: URLSearchParams): DoubleAnswer {
    if (form.has('payment_method') && !methods.has(form.get('payment_method') ?? '')) return missing
    const body = { id: `cus_${nameOf()}`, object: 'customer' }
    customers.set(body.id, body)
    return { status: 200, body }
  }

  function keep(number: string): Method {
    const method = { id: `pm_${nameOf()}`, number, customer: null }
    methods.set(method.id, method)
    return method
  }

  function create(
    form: URLSearchParams,
    { key, isSetup }: { readonly key: string; readonly isSetup: boolean },
  ): DoubleAnswer {
    const amount = Number(form.get('amount'))
    const currency = form.get('currency') ?? ''
    const wrong = isSetup ? undefined : wrongAmount(amount, currency)
    if (wrong) return failure(400, { type: 'invalid_request_error', code: wrong })
    const customer = form.get('customer')
    if (customer !== null && !customers.has(customer)) return missing
    const kept = form.has('payment_method') ? methods.get(form.get('payment_method') ?? '') : undefined
    if (form.has('payment_method') && !kept) return missing
    // What was kept for a customer pays for no other.
    if (kept && kept.customer !== customer) return failure(400, { type: 'invalid_request_error' })
    const method = kept ?? keep(form.get('payment_method_data[card][number]') ?? '')
    const { number } = method
    const card = cards[number]
    const intent: Intent = {
      id: `${isSetup ? 'seti' : 'pi'}_${nameOf()}`,
      object: isSetup ? 'setup_intent' : 'payment_intent',
      status: 'requires_confirmation',
      created: Math.floor(clock.now() / 1000),
      livemode: false,
      amount,
      amount_received: 0,
      amount_capturable: 0,
      currency,
      customer,
      capture_method: form.get('capture_method'),
      metadata: metadataOf(form),
      payment_method: method.id,
      last4: number.slice(-4),
      review: number === isReviewed ? 'prv_1' : null,
      payment_key: key,
    }
    intents.set(intent.id, intent)
    if (number === hasAHalf) approvedPart = Math.floor(amount / 2)
    if (card) return declined(intent, card)
    const isMoto = form.get('payment_method_options[card][moto]') === 'true'
    if (number !== asksTheBank || isMoto) return confirmed(intent, form)
    const returnUrl = form.get('return_url')
    const nobodyIsThere =
      form.get('error_on_requires_action') === 'true' ||
      form.get('off_session') === 'true' ||
      returnUrl === null
    if (nobodyIsThere) {
      return declined(intent, { code: 'authentication_required', decline_code: 'authentication_required' })
    }
    const url = `${double.url}/3d_secure?payment_intent=${intent.id}&client_secret=secret`
    Object.assign(intent, {
      status: 'requires_action',
      next_action: { type: 'redirect_to_url', redirect_to_url: { url, return_url: returnUrl } },
    })
    return shownIntent(intent, form)
  }

  function confirmed(intent: Intent, form: URLSearchParams): DoubleAnswer {
    if (intent.object === 'setup_intent') {
      const method = methods.get(String(intent.payment_method))
      if (method && typeof intent.customer === 'string') method.customer = intent.customer
      Object.assign(intent, { status: 'succeeded', next_action: null })
      return shownIntent(intent, form)
    }
    const captured = intent.capture_method !== 'manual'
    if (approvedPart !== undefined) {
      Object.assign(intent, { amount: approvedPart, is_part: true })
      approvedPart = undefined
    }
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
    return shownIntent(intent, form)
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
    if (!intent) return missing
    const units = Number(form.get('amount') ?? intent.amount_received)
    const { amountMinor } = fromStripeUnits(units, String(intent.currency))
    if (ledger.refund({ key, reference: intent.id, amountMinor }) === 'refused') {
      const isAllBack = !ledger.moved()[intent.payment_key]
      return failure(400, {
        type: 'invalid_request_error',
        ...(isAllBack ? { code: 'charge_already_refunded' } : { param: 'amount' }),
      })
    }
    const made = {
      id: `re_${nameOf()}`,
      object: 'refund',
      status: 'succeeded',
      payment_intent: intent.id,
      amount: units,
      currency: intent.currency,
      metadata: metadataOf(form),
    }
    refunds.push(made)
    if (units === intent.amount_received) intent.is_refunded = true
    return { status: 200, body: made }
  }

  const double = await startGatewayDouble({ answer, ...(tls && { tls }) })
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
      approvedPart = units
    },
    /** A card that is kept for nobody, as those were that were only verified. */
    keptForNobody: () => keep('4242424242424242').id,
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
      } else if (intent.object === 'setup_intent') confirmed(intent, new URLSearchParams())
      else Object.assign(intent, { status: 'requires_confirmation', next_action: null })
      return { [intent.object]: intent.id, [`${intent.object}_client_secret`]: 'secret' }
    },
  }
}

const nameOf = (): string => randomUUID().replaceAll('-', '')

const metadataOf = (form: URLSearchParams): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...form].flatMap(([name, value]) => {
      const member = /^metadata\[(\w+)\]$/.exec(name)?.[1]
      return member === undefined ? [] : [[member, value]]
    }),
  )

const missing = failure(404, { type: 'invalid_request_error', code: 'resource_missing' })

const shownMethod = (method: Method | undefined): DoubleAnswer =>
  method
    ? {
        status: 200,
        body: { id: method.id, object: 'payment_method', type: 'card', customer: method.customer },
      }
    : missing

const unexpectedState = (intent: Intent): DoubleAnswer =>
  failure(400, {
    type: 'invalid_request_error',
    code: `${intent.object}_unexpected_state`,
    [intent.object]: { ...intent },
  })

/** Of its own, not by the adapter's tables. */
function wrongAmount(amount: number, currency: string): string | undefined {
  if (!/^[a-z]{3}$/.test(currency) || ['iqd', 'lyd'].includes(currency)) return 'invalid_currency'
  if (!Number.isInteger(amount) || amount <= 0) return 'parameter_invalid_integer'
  if (['isk', 'ugx'].includes(currency) && amount % 100 !== 0) return 'invalid_amount'
  if (['bhd', 'jod', 'kwd', 'omr', 'tnd'].includes(currency) && amount % 10 !== 0) return 'invalid_amount'
  return undefined
}
