/** What a parameter takes; a list: one of these. */
export type Takes = 'text' | 'number' | 'flag' | readonly string[]

/** A call of Stripe's API, as far as the adapter may use it. */
export interface StripeCallFacts {
  /** A pattern of `POST /path`. */
  readonly of: RegExp
  /** Stripe's name for its parameters, as in its SDK. */
  readonly type: string
  /** Stripe's name for what it answers. */
  readonly answers: 'PaymentIntent' | 'SetupIntent' | 'Refund' | 'Customer' | 'PaymentMethod'
  /** Without `expand` and `metadata`. */
  readonly takes: Readonly<Record<string, Takes>>
  readonly needs: readonly string[]
  readonly metadata: boolean
}

const payer = {
  name: 'text',
  email: 'text',
  phone: 'text',
  'address[line1]': 'text',
  'address[city]': 'text',
  'address[postal_code]': 'text',
  'address[state]': 'text',
  'address[country]': 'text',
} as const

const card = {
  'card[number]': 'text',
  'card[exp_month]': 'number',
  'card[exp_year]': 'number',
  'card[cvc]': 'text',
} as const

const below = (member: string, takes: Readonly<Record<string, Takes>>): Readonly<Record<string, Takes>> =>
  Object.fromEntries(
    Object.entries(takes).map(([name, each]) => [name.replace(/^\w+/, `${member}[$&]`), each]),
  )

const method = { type: ['card'], ...card, ...below('billing_details', payer) } as const

const usages = ['installment', 'recurring', 'unscheduled'] as const

const setup = {
  confirm: 'flag',
  customer: 'text',
  description: 'text',
  payment_method: 'text',
  return_url: 'text',
  'allowed_payment_method_types[0]': ['card'],
  ...below('payment_method_data', method),
  'payment_method_options[card][moto]': 'flag',
  'payment_method_options[card][setup_credential_usage]': usages,
} as const

const listed = {
  limit: 'number',
  starting_after: 'text',
  'created[gte]': 'number',
  'created[lte]': 'number',
} as const

const none = { takes: {}, needs: [], metadata: false } as const

/**
 * Facts of Stripe's API of 2026-10-28, after the types of its SDK: what they do not have, the double refuses, and a test
 * holds them against the types.
 */
export const stripeFacts: readonly StripeCallFacts[] = [
  {
    of: /^POST \/v1\/payment_intents$/,
    type: 'PaymentIntentCreateParams',
    answers: 'PaymentIntent',
    takes: {
      ...setup,
      amount: 'number',
      currency: 'text',
      capture_method: ['automatic', 'automatic_async', 'manual'],
      confirmation_method: ['automatic', 'manual'],
      error_on_requires_action: 'flag',
      off_session: 'flag',
      statement_descriptor_suffix: 'text',
      'payment_method_options[card][stored_credential_usage]': usages,
    },
    needs: ['amount', 'currency'],
    metadata: true,
  },
  {
    of: /^POST \/v1\/setup_intents$/,
    type: 'SetupIntentCreateParams',
    answers: 'SetupIntent',
    takes: { ...setup, usage: ['off_session', 'on_session'] },
    needs: [],
    metadata: true,
  },
  {
    ...none,
    of: /^POST \/v1\/payment_intents\/\w+\/confirm$/,
    type: 'PaymentIntentConfirmParams',
    answers: 'PaymentIntent',
    takes: { error_on_requires_action: 'flag' },
  },
  {
    ...none,
    of: /^POST \/v1\/setup_intents\/\w+\/confirm$/,
    type: 'SetupIntentConfirmParams',
    answers: 'SetupIntent',
  },
  {
    ...none,
    of: /^POST \/v1\/payment_intents\/\w+\/cancel$/,
    type: 'PaymentIntentCancelParams',
    answers: 'PaymentIntent',
    takes: { cancellation_reason: ['abandoned', 'duplicate', 'fraudulent', 'requested_by_customer'] },
  },
  {
    ...none,
    of: /^POST \/v1\/setup_intents\/\w+\/cancel$/,
    type: 'SetupIntentCancelParams',
    answers: 'SetupIntent',
    takes: { cancellation_reason: ['abandoned', 'duplicate', 'requested_by_customer'] },
  },
  {
    ...none,
    of: /^POST \/v1\/payment_intents\/\w+\/capture$/,
    type: 'PaymentIntentCaptureParams',
    answers: 'PaymentIntent',
    takes: { amount_to_capture: 'number' },
  },
  {
    of: /^POST \/v1\/refunds$/,
    type: 'RefundCreateParams',
    answers: 'Refund',
    takes: { payment_intent: 'text', amount: 'number' },
    needs: [],
    metadata: true,
  },
  {
    of: /^POST \/v1\/customers$/,
    type: 'CustomerCreateParams',
    answers: 'Customer',
    takes: { ...payer, description: 'text', payment_method: 'text' },
    needs: [],
    metadata: true,
  },
  {
    of: /^POST \/v1\/payment_methods$/,
    type: 'PaymentMethodCreateParams',
    answers: 'PaymentMethod',
    takes: method,
    needs: [],
    metadata: true,
  },
  {
    ...none,
    of: /^GET \/v1\/payment_intents\/search$/,
    type: 'PaymentIntentSearchParams',
    answers: 'PaymentIntent',
    takes: { query: 'text', limit: 'number' },
    needs: ['query'],
  },
  {
    ...none,
    of: /^GET \/v1\/payment_intents$/,
    type: 'PaymentIntentListParams',
    answers: 'PaymentIntent',
    takes: listed,
  },
  {
    ...none,
    of: /^GET \/v1\/setup_intents$/,
    type: 'SetupIntentListParams',
    answers: 'SetupIntent',
    takes: listed,
  },
  {
    ...none,
    of: /^GET \/v1\/refunds$/,
    type: 'RefundListParams',
    answers: 'Refund',
    takes: { payment_intent: 'text', limit: 'number', starting_after: 'text' },
  },
  {
    ...none,
    of: /^GET \/v1\/payment_intents\/\w+$/,
    type: 'PaymentIntentRetrieveParams',
    answers: 'PaymentIntent',
  },
  {
    ...none,
    of: /^GET \/v1\/setup_intents\/\w+$/,
    type: 'SetupIntentRetrieveParams',
    answers: 'SetupIntent',
  },
  {
    ...none,
    of: /^GET \/v1\/payment_methods\/\w+$/,
    type: 'PaymentMethodRetrieveParams',
    answers: 'PaymentMethod',
  },
]

/** What can be shown with each object, in the place of its name. */
export const stripeExpansions: Readonly<Record<StripeCallFacts['answers'], readonly string[]>> = {
  PaymentIntent: ['latest_charge', 'review', 'customer', 'payment_method'],
  SetupIntent: ['latest_attempt', 'customer', 'payment_method', 'mandate'],
  Refund: ['charge', 'payment_intent'],
  Customer: ['default_source'],
  PaymentMethod: ['customer'],
}

/** A form's name for itself: `created[gte]` is `created`, then `gte`. */
export const pathOfName = (name: string): readonly string[] => name.replaceAll(']', '').split('[')

/** The call that a request is. */
export const factsOf = (request: string): StripeCallFacts | undefined =>
  stripeFacts.find(({ of }) => of.test(request))
