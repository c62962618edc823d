import type { DoubleAnswer } from '../../test-double.ts'
import { type Intent, shownIntent } from './test-stripe-intents.ts'
import { failure } from './test-stripe-refusals.ts'
import { keep, type Method, missing, nameOf, type StripeState } from './test-stripe-state.ts'
import { confirmed, declined } from './test-stripe-verdicts.ts'

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

/** A payment, or a card that is kept; what its bank says of it is in the answer. */
export function createIntent(
  state: StripeState,
  form: URLSearchParams,
  { key, isSetup }: { readonly key: string; readonly isSetup: boolean },
): DoubleAnswer {
  const amount = Number(form.get('amount'))
  const currency = form.get('currency') ?? ''
  const wrong = isSetup ? undefined : wrongAmount(amount, currency)
  if (wrong) return failure(400, { type: 'invalid_request_error', code: wrong })
  const customer = form.get('customer')
  if (customer !== null && !state.customers.has(customer)) return missing
  const kept = form.has('payment_method') ? state.methods.get(form.get('payment_method') ?? '') : undefined
  if (form.has('payment_method') && !kept) return missing
  // What was kept for a customer pays for no other.
  if (kept && kept.customer !== customer) return failure(400, { type: 'invalid_request_error' })
  const method = kept ?? keep(state, form.get('payment_method_data[card][number]') ?? '')
  const intent = intentOf(form, { method, isSetup, key, created: Math.floor(state.clock.now() / 1000) })
  state.intents.set(intent.id, intent)
  return verdictOf(state, intent, { form, number: method.number })
}

const intentOf = (
  form: URLSearchParams,
  {
    method,
    isSetup,
    key,
    created,
  }: {
    readonly method: Method
    readonly isSetup: boolean
    readonly key: string
    readonly created: number
  },
): Intent => ({
  id: `${isSetup ? 'seti' : 'pi'}_${nameOf()}`,
  object: isSetup ? 'setup_intent' : 'payment_intent',
  status: 'requires_confirmation',
  created,
  livemode: false,
  amount: Number(form.get('amount')),
  amount_received: 0,
  amount_capturable: 0,
  currency: form.get('currency') ?? '',
  customer: form.get('customer'),
  capture_method: form.get('capture_method'),
  metadata: metadataOf(form),
  payment_method: method.id,
  last4: method.number.slice(-4),
  review: method.number === isReviewed ? 'prv_1' : null,
  payment_key: key,
})

/** What the card's bank says: at once, or when it has asked its customer. */
function verdictOf(
  state: StripeState,
  intent: Intent,
  { form, number }: { readonly form: URLSearchParams; readonly number: string },
): DoubleAnswer {
  if (number === hasAHalf) state.approvedPart = Math.floor(Number(intent.amount) / 2)
  const card = cards[number]
  if (card) return declined(intent, card)
  const isMoto = form.get('payment_method_options[card][moto]') === 'true'
  if (number !== asksTheBank || isMoto) return confirmed(state, intent, form)
  const returnUrl = form.get('return_url')
  const nobodyIsThere =
    form.get('error_on_requires_action') === 'true' ||
    form.get('off_session') === 'true' ||
    returnUrl === null
  if (nobodyIsThere) {
    return declined(intent, { code: 'authentication_required', decline_code: 'authentication_required' })
  }
  const url = `${state.bankUrl}/3d_secure?payment_intent=${intent.id}&client_secret=secret`
  Object.assign(intent, {
    status: 'requires_action',
    next_action: { type: 'redirect_to_url', redirect_to_url: { url, return_url: returnUrl } },
  })
  return shownIntent(intent, form)
}

export const metadataOf = (form: URLSearchParams): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...form].flatMap(([name, value]) => {
      const member = /^metadata\[(\w+)\]$/.exec(name)?.[1]
      return member === undefined ? [] : [[member, value]]
    }),
  )

/** Of its own, not by the adapter's tables. */
function wrongAmount(amount: number, currency: string): string | undefined {
  if (!/^[a-z]{3}$/.test(currency) || ['iqd', 'lyd'].includes(currency)) return 'invalid_currency'
  if (!Number.isInteger(amount) || amount <= 0) return 'parameter_invalid_integer'
  if (['isk', 'ugx'].includes(currency) && amount % 100 !== 0) return 'invalid_amount'
  if (['bhd', 'jod', 'kwd', 'omr', 'tnd'].includes(currency) && amount % 10 !== 0) return 'invalid_amount'
  return undefined
}
