import assert from 'node:assert/strict'
import { test } from 'node:test'
import { askedBefore, testFollowUp, testRequest } from '../test-request.ts'
import { startStripe } from './double/test-start-stripe.ts'

const key = testRequest().idempotencyKey
const rawCards = 'Sending credit card numbers directly to the Stripe API is generally unsafe.'

test('where card numbers may not be sent, the payment is an error, and the log says what Stripe said', async (t) => {
  const { gateway, logged, moved } = await startStripe(t, { rawCards: false })
  const answer = await gateway.authorise(testRequest())
  assert.deepEqual(answer, { status: 'error', gatewayCode: 'invalid_request_error' })
  assert.deepEqual(moved(), {})
  const text = JSON.stringify(logged)
  assert.match(text, /Sending credit card numbers directly/)
  assert.doesNotMatch(text, /\d{4}/, 'the text repeats the card number, and the log does not')
})

for (const [status, error, expected] of [
  [400, { type: 'invalid_request_error', code: 'parameter_unknown' }, 'parameter_unknown'],
  [402, { type: 'invalid_request_error', message: rawCards }, 'invalid_request_error'],
  [401, { type: 'invalid_request_error' }, 'invalid_request_error'],
  [403, { type: 'invalid_request_error', code: 'secret_key_required' }, 'secret_key_required'],
  [404, { type: 'invalid_request_error', code: 'resource_missing' }, 'resource_missing'],
  [429, { type: 'invalid_request_error', code: 'rate_limit' }, 'rate_limit'],
  [429, { type: 'invalid_request_error', code: 'lock_timeout' }, 'lock_timeout'],
  [402, { type: 'card_error', code: 'card_declined', decline_code: 'new_next_year' }, 'declined'],
  [402, { type: 'card_error' }, 'declined'],
  [400, { type: 'card_error', code: 'incorrect_number' }, 'declined'],
  [400, { type: 'api_error' }, 'unknown'],
  [402, { type: 'api_error', code: 'processing_error' }, 'unknown'],
  [400, { type: 'idempotency_error' }, 'unknown'],
  [400, { type: 'invalid_request_error', code: 'idempotency_key_in_use' }, 'unknown'],
  [409, { type: 'invalid_request_error', code: 'idempotency_key_in_use' }, 'unknown'],
  [409, { type: 'card_error', code: 'card_declined' }, 'unknown'],
  [424, { type: 'card_error', code: 'card_declined' }, 'unknown'],
  [500, { type: 'card_error', code: 'card_declined' }, 'unknown'],
  [402, { type: 'error_of_next_year', code: 'card_declined' }, 'unknown'],
  [402, { code: 'card_declined' }, 'unknown'],
  [400, {}, 'unknown'],
  [200, { type: 'card_error', code: 'card_declined' }, 'unknown'],
  [418, { type: 'invalid_request_error' }, 'unknown'],
] as const) {
  const name = `${status} ${JSON.stringify(error)}`
  test(`${name} is ${expected}`, async (t) => {
    const { stripe, gateway } = await startStripe(t)
    for (const purpose of ['charge', 'verify'] as const) {
      stripe.misbehave(() => ({ status, body: { error } }), { carriesOut: false })
      const asked = gateway.authorise(testRequest({ purpose }))
      if (expected === 'unknown') await assert.rejects(asked, { name: 'UnclearAnswer' })
      else if (expected === 'declined') assert.equal((await asked).status, 'declined')
      else assert.deepEqual(await asked, { status: 'error', gatewayCode: expected })
    }
  })
}

test('a decline whose intent has come to something else, or is of another payment, is none', async (t) => {
  for (const change of [
    ...['succeeded', 'requires_capture', 'processing', 'requires_action', 'of_next_year'].map((status) => ({
      status,
    })),
    { metadata: { tonegate_key: 'other' } },
  ]) {
    const { stripe, gateway } = await startStripe(t)
    stripe.misbehave(({ status, body }) => {
      const { error } = body as { readonly error: { readonly payment_intent: object } }
      return { status, body: { error: { ...error, payment_intent: { ...error.payment_intent, ...change } } } }
    })
    const asked = gateway.authorise(testRequest({ pan: '4000000000000002' }))
    await assert.rejects(asked, { name: 'UnclearAnswer' }, JSON.stringify(change))
  }
})

for (const [member, kind, purpose] of [
  ['last_payment_error', 'payment_intents', 'charge'],
  ['last_setup_error', 'setup_intents', 'verify'],
] as const) {
  for (const [error, status, gatewayCode] of [
    [{ type: 'card_error', code: 'card_declined' }, 'declined', 'card_declined'],
    [{ type: 'invalid_request_error', message: rawCards }, 'error', 'invalid_request_error'],
    [
      { type: 'invalid_request_error', code: 'payment_method_restricted' },
      'error',
      'payment_method_restricted',
    ],
    [{ type: 'api_error', code: 'processing_error' }, 'error', 'processing_error'],
    [{ type: 'idempotency_error' }, 'error', 'idempotency_error'],
    [{ type: 'error_of_next_year' }, 'error', 'error_of_next_year'],
  ] as const) {
    test(`an attempt at ${kind} that failed by ${JSON.stringify(error)} is found as ${status}`, async (t) => {
      const { stripe, gateway, clock, moved } = await startStripe(t)
      const request = testRequest({ purpose })
      stripe.misbehave('closes')
      await assert.rejects(gateway.authorise(request))
      const [intent] = stripe.intents()
      Object.assign(intent ?? {}, { status: 'requires_payment_method', [member]: error })
      const found = await gateway.reconcile(askedBefore(request, clock.now()))
      assert.deepEqual(
        [found?.status, found && 'gatewayCode' in found && found.gatewayCode],
        [status, gatewayCode],
      )
      const isOpen = ['api_error', 'idempotency_error', 'error_of_next_year'].includes(error.type)
      assert.equal(
        intent?.status,
        isOpen ? 'canceled' : 'requires_payment_method',
        'nothing can come of it any more',
      )
      assert.deepEqual(await gateway.reconcile(askedBefore(request, clock.now())), found)
      if (purpose === 'verify') assert.deepEqual(moved(), {})
    })
  }
}

test('what the bank says after its customer has confirmed is the payment’s own, by its name', async (t) => {
  const challengeReturnUrl = 'https://nam.pay.example.com/pay/1/2/challenge'
  for (const [error, expected] of [
    [{ type: 'card_error', code: 'card_declined' }, 'declined'],
    [{ type: 'invalid_request_error', code: 'payment_intent_unexpected_state' }, 'unknown'],
    [{ type: 'api_error' }, 'unknown'],
  ] as const) {
    const { stripe, gateway } = await startStripe(t)
    const request = testRequest({ channel: 'ecommerce', challengeReturnUrl, pan: '4000002760003184' })
    await gateway.authorise(request)
    const answer = stripe.atTheBank('confirms')
    stripe.misbehave(() => ({ status: 402, body: { error } }), { of: /confirm$/, carriesOut: false })
    const { idempotencyKey, signal } = request
    const completed = async () => gateway.completeChallenge?.({ idempotencyKey, answer, signal })
    if (expected === 'unknown') await assert.rejects(completed, { name: 'UnclearAnswer' })
    else {
      const declined = await completed()
      assert.ok(declined?.status === 'declined')
      assert.equal(declined.gatewayReference, stripe.intents()[0]?.id)
    }
  }
})

test('a status that is not known is no outcome, of a first answer and of what is found', async (t) => {
  for (const purpose of ['charge', 'verify'] as const) {
    const { stripe, gateway, clock } = await startStripe(t)
    const request = testRequest({ purpose })
    for (const each of [/^POST/, /^GET.*_[0-9a-f]{32}$/]) {
      stripe.misbehave(
        ({ status, body }) => ({ status, body: { ...(body as object), status: 'of_next_year' } }),
        { of: each },
      )
    }
    await assert.rejects(gateway.authorise(request), { name: 'UnclearAnswer' })
    await assert.rejects(gateway.reconcile(askedBefore(request, clock.now())), { name: 'UnclearAnswer' })
    assert.equal((await gateway.reconcile(askedBefore(request, clock.now())))?.status, 'approved')
  }
})

test('what is found is read itself: neither a search nor a list is believed', async (t) => {
  for (const searchIsBehind of [false, true]) {
    const { stripe, gateway, clock } = await startStripe(t, { searchIsBehind })
    const request = testRequest()
    await gateway.authorise(request)
    const stale = { status: 'requires_payment_method', last_payment_error: { type: 'card_error' } }
    stripe.misbehave(
      ({ status, body }) => {
        const { data } = body as { readonly data: readonly object[] }
        return { status, body: { ...(body as object), data: data.map((each) => ({ ...each, ...stale })) } }
      },
      { of: searchIsBehind ? /payment_intents$/ : /search$/ },
    )
    assert.equal((await gateway.reconcile(askedBefore(request, clock.now())))?.status, 'approved')
  }
})

test('a capture or void that names another intent or currency is not believed', async (t) => {
  for (const wrong of [{ id: 'pi_other' }, { currency: 'usd' }, { metadata: {} }]) {
    for (const kind of ['capture', 'void'] as const) {
      const { stripe, gateway } = await startStripe(t)
      const held = await gateway.authorise(testRequest({ purpose: 'authorise' }))
      assert.ok('gatewayReference' in held && held.gatewayReference)
      const order = testFollowUp(held.gatewayReference, { kind })
      stripe.misbehave(({ status, body }) => ({ status, body: { ...(body as object), ...wrong } }))
      await assert.rejects(gateway[kind](order), { name: 'UnclearAnswer' }, JSON.stringify(wrong))
      assert.deepEqual(await gateway[kind](order), { status: 'done' })
    }
  }
})

test('refunds that cannot be read leave it open whether one was made, and all pages are read', async (t) => {
  const { stripe, gateway, moved } = await startStripe(t, { pageLength: 2 })
  const paid = await gateway.authorise(testRequest())
  assert.ok('gatewayReference' in paid && paid.gatewayReference)
  const amount = { amountMinor: 100, currency: 'GBP' }
  const refund = (idempotencyKey: string) =>
    gateway.refund(testFollowUp(paid.gatewayReference ?? '', { kind: 'refund', idempotencyKey, amount }))
  for (const at of [1, 2, 3, 4, 5]) assert.equal((await refund(`refund-${at}`)).status, 'done')
  stripe.forgetKeys()
  for (const status of [401, 403, 404, 429]) {
    stripe.misbehave(() => ({ status, body: { error: { type: 'invalid_request_error' } } }), { of: /^GET/ })
    await assert.rejects(refund('refund-5'), { name: 'UnclearAnswer' })
  }
  assert.equal((await refund('refund-5')).status, 'done')
  assert.equal(stripe.refunds().length, 5)
  assert.deepEqual(moved(), { [key]: { currency: 'GBP', held: 0, taken: 740 } })
})
