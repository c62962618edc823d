import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { Stripe } from 'stripe'
import type { AuthorisationRequest, KeptCardRequest } from '../../model/gateway.ts'
import { askedBefore, testFollowUp, testRequest } from '../test-request.ts'
import { startStripe } from './double/test-start-stripe.ts'
import { factsOf, stripeExpansions, stripeFacts } from './double/test-stripe-facts.ts'
import { decoded, faultsBesideStripeTypes, type TypedSample } from './double/test-stripe-types.ts'
import { defaultSettings } from './stripe-settings.ts'

const challengeReturnUrl = 'https://nam.pay.example.com/pay/1/2/challenge'
const page = { channel: 'ecommerce', challengeReturnUrl } as const
const asksTheBank = '4000002760003184'
const initialValues = {
  FirstName: 'John',
  Surname: 'Smith',
  Email: 'john@example.com',
  Phone: '+48713303030',
  Street1: 'Hubska 52',
  City: 'Wrocław',
  Postcode: '50348',
  State: 'DS',
  Country: 'PL',
}

/** Every request that the adapter can send, as it was sent. */
async function everyRequest(t: TestContext): Promise<readonly TypedSample[]> {
  const settings = { statementDescriptorSuffix: 'BOOKS 12', credentialUsage: 'installment' } as const
  const doubles = [
    await startStripe(t),
    await startStripe(t, { searchIsBehind: true, pageLength: 1, settings }),
  ]
  for (const parts of doubles) await sendEverything(parts)
  const asked = doubles.flatMap(({ stripe }) => stripe.asked)
  const samples = asked.map(({ method, path, query, body }) => {
    const call = factsOf(`${method} ${path}`)
    assert.ok(call, `${method} ${path} is known`)
    const form = method === 'GET' ? query : new URLSearchParams(body.toString())
    return JSON.stringify({ type: call.type, value: decoded(form, call) })
  })
  return [...new Set(samples)].map((each) => JSON.parse(each))
}

async function sendEverything(parts: Awaited<ReturnType<typeof startStripe>>): Promise<void> {
  const { stripe, gateway, clock } = parts
  const { signal } = testRequest()
  const tokens: string[] = []
  let made = 0

  async function pay(
    changes: Parameters<typeof testRequest>[0],
    decision?: 'confirms' | 'abandoned' | 'waits',
  ) {
    made += 1
    return goOn(testRequest({ idempotencyKey: `payment-${made}`, ...changes }), decision)
  }

  async function goOn(
    request: AuthorisationRequest | KeptCardRequest,
    decision?: 'confirms' | 'abandoned' | 'waits',
  ) {
    const first =
      'token' in request ? await gateway.authoriseKept?.(request) : await gateway.authorise(request)
    if (first && 'token' in first && first.token) tokens.push(first.token)
    const { idempotencyKey } = request
    if (first?.status === 'challenge') {
      const answer = decision === 'abandoned' ? decision : stripe.atTheBank('confirms')
      if (decision === 'waits')
        Object.assign(stripe.intents().at(-1) ?? {}, { status: 'requires_confirmation' })
      await gateway.completeChallenge?.({ idempotencyKey, answer, signal })
    }
    await gateway.reconcile(askedBefore(request as AuthorisationRequest, clock.now()))
    return first
  }

  for (const purpose of ['charge', 'authorise', 'verify', 'tokenise'] as const) {
    for (const more of [
      {},
      { initialValues },
      { securityCode: '' },
      { order: { amountMinor: 5, currency: 'ISK', reference: '12' } },
    ]) {
      await pay({ purpose, ...more })
      await pay({ purpose, channel: 'ecommerce', ...more })
      await pay({ purpose, ...page, ...more })
    }
    await pay({ purpose, ...page, pan: asksTheBank }, 'confirms')
    await pay({ purpose, ...page, pan: asksTheBank }, 'abandoned')
    await pay({ purpose, ...page, pan: asksTheBank }, 'waits')
    await pay({ purpose, pan: '4000000000000002' })
  }
  const { card, ...request } = testRequest()
  for (const purpose of ['charge', 'authorise'] as const) {
    for (const initiator of ['customer', 'merchant'] as const) {
      for (const channel of [{ channel: 'moto' }, { channel: 'ecommerce' }, page] as const) {
        made += 1
        const kept = { token: tokens[0] ?? '', initiator, purpose, ...channel }
        await goOn({ ...request, ...kept, idempotencyKey: `payment-${made}` })
      }
    }
    stripe.approvesPart(700)
    await pay({ purpose })
  }
  for (const [kind, purpose] of [
    ['capture', 'authorise'],
    ['void', 'authorise'],
    ['refund', 'charge'],
  ] as const) {
    const paid = await pay({ purpose })
    assert.ok(paid && 'gatewayReference' in paid)
    const paymentKey = `payment-${made}`
    const order = { kind, paymentKey, idempotencyKey: `${paymentKey}-${kind}` }
    await gateway[kind](testFollowUp(paid.gatewayReference ?? '', order))
  }
  await gateway.reconcile(askedBefore(testRequest({ idempotencyKey: 'never-sent' }), clock.now()))
  await parts
    .another()
    .completeChallenge?.({ idempotencyKey: 'unknown', answer: {}, signal })
    .catch(() => {})
  await gateway.check?.(signal)
}

/** What the double takes, with each value that it takes. */
function everyFact(): readonly TypedSample[] {
  return stripeFacts.flatMap((call) => {
    const { type, takes, metadata } = call
    const valuesFor = (each: (typeof takes)[string]): readonly string[] => {
      if (each === 'text') return ['text']
      if (each === 'number') return ['1']
      return each === 'flag' ? ['true'] : each
    }
    const usual = Object.entries(takes).map(([name, each]) => [name, valuesFor(each)[0] ?? ''])
    const forms = Object.entries(takes).flatMap(([name, each]) =>
      valuesFor(each).map((value) => new URLSearchParams([...usual, [name, value]])),
    )
    const whole = new URLSearchParams([
      ...usual,
      ['expand[0]', stripeExpansions[call.answers][0] ?? ''],
      ...(metadata ? [['metadata[tonegate_key]', 'key']] : []),
    ])
    return [...forms, whole].map((form) => ({ type, value: decoded(form, call) }))
  })
}

const payment = { amount: 1, currency: 'gbp' }

/** What Stripe does not know: these must not compile, or the comparison tells nothing. */
const wrong: readonly TypedSample[] = [
  { type: 'PaymentIntentCreateParams', value: { ...payment, payment_method_types: ['card'] } },
  { type: 'PaymentIntentCreateParams', value: { ...payment, capture_method: 'sometimes' } },
  { type: 'PaymentIntentCreateParams', value: { ...payment, amount: '1' } },
  { type: 'PaymentIntentCreateParams', value: { amount: 1 } },
  {
    type: 'PaymentIntentCreateParams',
    value: { ...payment, payment_method_options: { card: { mottled: true } } },
  },
  {
    type: 'PaymentIntentCreateParams',
    value: { ...payment, payment_method_options: { card: { request_partial_authorization: 'never' } } },
  },
  {
    type: 'PaymentIntentCreateParams',
    value: { ...payment, payment_method_data: { type: 'card', card: { pan: '1' } } },
  },
  { type: 'SetupIntentCreateParams', value: payment },
  { type: 'SetupIntentCreateParams', value: { usage: 'always' } },
  { type: 'SetupIntentConfirmParams', value: { error_on_requires_action: true } },
  { type: 'SetupIntentCancelParams', value: { cancellation_reason: 'fraudulent' } },
  { type: 'RefundCreateParams', value: { payment: 'pi_1' } },
  { type: 'CustomerCreateParams', value: { address: { street: 'x' } } },
].map((each) => ({ ...each, isWrong: true }))

test('every request, and all that the double takes, is as the types of Stripe’s SDK have it', async (t) => {
  const sent = await everyRequest(t)
  const types = new Set(sent.map(({ type }) => type))
  const unsent = stripeFacts.filter(({ type }) => !types.has(type)).map(({ type }) => type)
  assert.deepEqual(unsent, [], 'the double knows no call that is never sent')
  const expansions = Object.entries(stripeExpansions).flatMap(([of, members]) =>
    members.map((member) => ({ of: of as keyof typeof stripeExpansions, member })),
  )
  const notExpandable = [
    { of: 'SetupIntent', member: 'latest_charge', isWrong: true },
    { of: 'PaymentIntent', member: 'latest_attempt', isWrong: true },
    { of: 'PaymentIntent', member: 'amount', isWrong: true },
  ] as const
  const faults = faultsBesideStripeTypes(
    [...sent, ...everyFact(), ...wrong],
    [...expansions, ...notExpandable],
  )
  assert.equal(faults, '')
})

test('the version of the API that is asked for is the one whose types these are', () => {
  assert.equal(defaultSettings.apiVersion, Stripe.API_VERSION)
})
