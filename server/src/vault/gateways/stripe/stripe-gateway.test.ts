import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AtBank, GatewayAnswer, GatewayChallenge, NotFound } from '../../model/gateway.ts'
import { NotSent } from '../../model/gateway.ts'
import { askedBefore, outgoingFor, testFollowUp, testRequest } from '../test-request.ts'
import { formOf, startStripe as start } from './double/test-start-stripe.ts'
import { stripeApiKey } from './double/test-stripe.ts'
import { createStripeGateway } from './stripe-gateway.ts'

const key = testRequest().idempotencyKey
const challengeReturnUrl = 'https://nam.pay.example.com/pay/1/2/challenge'
const ecommerce = { channel: 'ecommerce', challengeReturnUrl, pan: '4000002760003184' } as const

function approved(answer: GatewayAnswer | GatewayChallenge | NotFound | AtBank | undefined) {
  assert.equal(answer?.status, 'approved')
  assert.ok(answer && 'captured' in answer)
  return answer
}

test('a charge on the telephone is confirmed and taken in one request', async (t) => {
  const { stripe, gateway, moved } = await start(t)
  const answer = approved(await gateway.authorise(testRequest()))
  assert.deepEqual(
    { ...answer, details: undefined },
    {
      status: 'approved',
      gatewayReference: stripe.intents()[0]?.id,
      authorisationCode: '123456',
      amount: { amountMinor: 1240, currency: 'GBP' },
      captured: true,
      gatewayCode: 'succeeded',
      details: undefined,
    },
  )
  const { id, network_transaction_id, risk_level, cvc_check, last4 } = answer.details ?? {}
  assert.deepEqual(
    [id, network_transaction_id, risk_level, cvc_check, last4],
    [answer.gatewayReference, 'net-1', 'normal', 'pass', '4242'],
  )
  assert.deepEqual(moved(), { [key]: { currency: 'GBP', held: 0, taken: 1240 } })
  const [asked] = stripe.asked
  assert.deepEqual(
    [asked?.method, asked?.path, asked?.headers['idempotency-key']],
    ['POST', '/v1/payment_intents', key],
  )
  assert.deepEqual(Object.fromEntries(formOf(asked?.body)), {
    confirm: 'true',
    'allowed_payment_method_types[0]': 'card',
    'payment_method_data[type]': 'card',
    'payment_method_data[card][number]': '4242424242424242',
    'payment_method_data[card][exp_month]': '12',
    'payment_method_data[card][exp_year]': '2030',
    'payment_method_data[card][cvc]': '737',
    'payment_method_options[card][moto]': 'true',
    'metadata[tonegate_key]': key,
    'metadata[tonegate_purpose]': 'charge',
    'metadata[reference]': 'order-1',
    description: 'order-1',
    amount: '1240',
    currency: 'gbp',
    capture_method: 'automatic',
    'expand[0]': 'latest_charge',
    error_on_requires_action: 'true',
  })
})

test('the customer’s name and address go along, and what Stripe would refuse does not', async (t) => {
  const { stripe, gateway } = await start(t)
  const initialValues = {
    FirstName: 'John',
    Surname: 'Smith & Söhne',
    Email: 'no address',
    Street1: 'Hubska 52',
    Postcode: '50-348',
    Country: 'gb',
    City: null,
  }
  await gateway.authorise(testRequest({ initialValues }))
  const form = Object.fromEntries(formOf(stripe.asked[0]?.body))
  const prefix = 'payment_method_data[billing_details]'
  const billing = Object.entries(form).filter(([name]) => name.startsWith(prefix))
  assert.deepEqual(Object.fromEntries(billing.map(([name, value]) => [name.slice(prefix.length), value])), {
    '[name]': 'John Smith & Söhne',
    '[address][line1]': 'Hubska 52',
    '[address][postal_code]': '50-348',
    '[address][country]': 'GB',
  })
})

test('a card without a security code goes without one, also where it is kept or only verified', async (t) => {
  const { stripe, gateway } = await start(t)
  for (const purpose of ['charge', 'verify', 'tokenise'] as const) {
    await gateway.authorise(testRequest({ purpose, securityCode: '', idempotencyKey: `without-${purpose}` }))
  }
  const intents = stripe.asked.filter(({ path }) => path !== '/v1/customers')
  assert.equal(intents.length, 3)
  for (const { body } of intents) {
    const names = formOf(body)
      .keys()
      .filter((name) => name.startsWith('payment_method_data[card]'))
    assert.deepEqual(
      [...names].map((name) => name.slice(25)),
      ['[number]', '[exp_month]', '[exp_year]'],
    )
  }
})

test('the digits are in no text, and their body is overwritten', async (t) => {
  const { gateway, bodies } = await start(t)
  const request = testRequest()
  const asked = gateway.authorise(request)
  request.card.pan.wipe()
  request.card.expiry.wipe()
  request.card.securityCode?.wipe()
  approved(await asked)
  assert.equal(bodies.length, 1)
  assert.ok(bodies[0]?.every((byte) => byte === 0))
})

test('asked twice with one key it charges once and answers the same', async (t) => {
  const { stripe, gateway } = await start(t)
  const first = await gateway.authorise(testRequest())
  assert.deepEqual(await gateway.authorise(testRequest()), first)
  assert.equal(stripe.ledger.counted.authorised, 1)
})

test('what is held is captured once, in part too, and then not voided', async (t) => {
  const { stripe, gateway, moved } = await start(t)
  const answer = approved(await gateway.authorise(testRequest({ purpose: 'authorise' })))
  assert.deepEqual([answer.captured, answer.gatewayCode], [false, 'requires_capture'])
  assert.deepEqual(moved(), { [key]: { currency: 'GBP', held: 1240, taken: 0 } })
  const amount = { amountMinor: 1000, currency: 'GBP' }
  const capture = testFollowUp(answer.gatewayReference, { kind: 'capture', amount })
  assert.deepEqual(await gateway.capture(capture), { status: 'done' })
  assert.deepEqual(await gateway.capture(capture), { status: 'done' })
  stripe.forgetKeys()
  assert.deepEqual(await gateway.capture(capture), { status: 'done' }, 'it had been done before')
  assert.deepEqual(moved(), { [key]: { currency: 'GBP', held: 0, taken: 1000 } })
  assert.deepEqual(await gateway.void(testFollowUp(answer.gatewayReference, { kind: 'void' })), {
    status: 'refused',
    gatewayCode: 'payment_intent_unexpected_state',
  })
})

test('what is held is voided once, and then not captured', async (t) => {
  const { stripe, gateway, moved } = await start(t)
  const { gatewayReference } = approved(await gateway.authorise(testRequest({ purpose: 'authorise' })))
  assert.deepEqual(await gateway.void(testFollowUp(gatewayReference, { kind: 'void' })), { status: 'done' })
  stripe.forgetKeys()
  assert.deepEqual(await gateway.void(testFollowUp(gatewayReference, { kind: 'void' })), { status: 'done' })
  assert.deepEqual(moved(), {})
  const captured = await gateway.capture(testFollowUp(gatewayReference, { kind: 'capture' }))
  assert.equal(captured.status, 'refused')
})

test('what was taken is refunded once, also when Stripe has forgotten the key', async (t) => {
  const { stripe, gateway, moved } = await start(t)
  const { gatewayReference } = approved(await gateway.authorise(testRequest()))
  const amount = { amountMinor: 400, currency: 'GBP' }
  const refund = testFollowUp(gatewayReference, { kind: 'refund', amount })
  const first = await gateway.refund(refund)
  assert.equal(first.status, 'done')
  stripe.forgetKeys()
  assert.deepEqual(await gateway.refund(refund), first)
  assert.deepEqual(moved(), { [key]: { currency: 'GBP', held: 0, taken: 840 } })
  const whole = testFollowUp(gatewayReference, { kind: 'refund', idempotencyKey: 'whole' })
  assert.equal((await gateway.refund(whole)).status, 'refused', 'a part has been refunded')
  const left = { amountMinor: 840, currency: 'GBP' }
  const rest = testFollowUp(gatewayReference, { kind: 'refund', idempotencyKey: 'rest', amount: left })
  assert.equal((await gateway.refund(rest)).status, 'done')
  assert.deepEqual(moved(), {})
  const again = testFollowUp(gatewayReference, { kind: 'refund', idempotencyKey: 'again' })
  assert.equal((await gateway.refund(again)).status, 'done', 'Stripe says that all has been refunded')
  assert.deepEqual(moved(), {})
})

test('a follow-up that is not allowed or comes too often is asked again, not refused', async (t) => {
  const { stripe, gateway } = await start(t)
  const { gatewayReference } = approved(await gateway.authorise(testRequest({ purpose: 'authorise' })))
  for (const status of [401, 403, 429, 409, 424, 500, 503]) {
    stripe.misbehave(() => ({ status, body: { error: { type: 'invalid_request_error' } } }), {
      carriesOut: false,
    })
    await assert.rejects(gateway.void(testFollowUp(gatewayReference, { kind: 'void' })), {
      name: 'UnclearAnswer',
    })
  }
  assert.equal((await gateway.void(testFollowUp(gatewayReference, { kind: 'void' }))).status, 'done')
})

test('a card that is only verified is set up, and moves no money', async (t) => {
  const { stripe, gateway, moved } = await start(t)
  for (const [at, amountMinor] of [0, 1240].entries()) {
    const order = { amountMinor, currency: 'GBP' }
    const request = testRequest({ purpose: 'verify', order, idempotencyKey: `key-${at}` })
    const answer = approved(await gateway.authorise(request))
    assert.deepEqual([answer.captured, answer.amount], [false, undefined])
    assert.equal(stripe.asked[at]?.path, '/v1/setup_intents')
  }
  assert.deepEqual(moved(), {})
  const declined = await gateway.authorise(
    testRequest({ purpose: 'verify', pan: '4000000000000002', idempotencyKey: 'other' }),
  )
  assert.equal(declined.status, 'declined')
})

for (const [pan, reason, gatewayCode] of [
  ['4000000000000002', 'do-not-honour', 'generic_decline'],
  ['4000000000009995', 'insufficient-funds', 'insufficient_funds'],
  ['4000000000000069', 'expired-card', 'expired_card'],
  ['4000000000000127', 'invalid-security-code', 'incorrect_cvc'],
] as const) {
  test(`a card that Stripe declines by ${gatewayCode} is declined as ${reason}, and is found so`, async (t) => {
    const { stripe, gateway, clock, moved } = await start(t)
    const request = testRequest({ pan })
    const answer = await gateway.authorise(request)
    const gatewayReference = stripe.intents()[0]?.id
    assert.deepEqual(
      { ...answer, details: undefined },
      {
        status: 'declined',
        reason,
        gatewayReference,
        gatewayCode,
        details: undefined,
      },
    )
    assert.deepEqual(await gateway.reconcile(askedBefore(request, clock.now())), answer)
    assert.deepEqual(moved(), {})
  })
}

test('a payment that Stripe holds for review says so', async (t) => {
  const { gateway } = await start(t)
  const answer = await gateway.authorise(testRequest({ pan: '4000000000009235' }))
  assert.deepEqual(
    [answer.status, 'details' in answer && answer.details?.outcome_type],
    ['review', 'manual_review'],
  )
})

for (const [currency, amountMinor, units] of [
  ['JPY', 1240, '1240'],
  ['KWD', 1240, '1240'],
  ['ISK', 5, '500'],
  ['UGX', 5, '500'],
  ['MGA', 1200, '12'],
  ['HUF', 1045, '1045'],
  ['CLP', 990, '990'],
] as const) {
  test(`${amountMinor} minor units of ${currency} are ${units} to Stripe, and come back as they were`, async (t) => {
    const { stripe, gateway } = await start(t)
    const order = { amountMinor, currency }
    const answer = approved(await gateway.authorise(testRequest({ order })))
    assert.equal(formOf(stripe.asked[0]?.body).get('amount'), units)
    assert.deepEqual(answer.amount, order)
  })
}

test('a sum that Stripe cannot be asked for is not sent', async (t) => {
  const { stripe, gateway } = await start(t)
  for (const order of [
    { amountMinor: 1241, currency: 'KWD' },
    { amountMinor: 1250, currency: 'MGA' },
    { amountMinor: 1000, currency: 'IQD' },
  ]) {
    await assert.rejects(gateway.authorise(testRequest({ order })), NotSent)
  }
  assert.equal(stripe.asked.length, 0)
})

test('the customer’s bank is asked, and only what comes after moves money', async (t) => {
  const { stripe, gateway, moved } = await start(t)
  const answer = await gateway.authorise(testRequest(ecommerce))
  assert.deepEqual(answer, {
    status: 'challenge',
    challenge: {
      url: `${stripe.url}/3d_secure`,
      method: 'get',
      fields: { payment_intent: stripe.intents()[0]?.id, client_secret: 'secret' },
    },
  })
  assert.equal(formOf(stripe.asked[0]?.body).get('return_url'), challengeReturnUrl)
  assert.equal(formOf(stripe.asked[0]?.body).get('payment_method_options[card][moto]'), null)
  stripe.atTheBank('confirms')
  assert.deepEqual(moved(), {})
  const { signal } = testRequest()
  const completed = await gateway.completeChallenge?.({ idempotencyKey: key, answer: {}, signal })
  assert.equal(approved(completed).captured, true)
  assert.deepEqual(moved(), { [key]: { currency: 'GBP', held: 0, taken: 1240 } })
})

for (const [what, prepare, answer] of [
  ['whom the bank does not know', 'refuses', { payment_intent: 'x' }],
  ['who does not come back', undefined, 'abandoned'],
  ['who comes back without an answer', undefined, { payment_intent: 'x' }],
  ['who confirmed and is given up', 'confirms', 'abandoned'],
] as const) {
  test(`a customer ${what} has not paid`, async (t) => {
    const { stripe, gateway, moved } = await start(t)
    await gateway.authorise(testRequest(ecommerce))
    if (prepare) stripe.atTheBank(prepare)
    const { signal } = testRequest()
    const completed = await gateway.completeChallenge?.({ idempotencyKey: key, answer, signal })
    assert.deepEqual(
      [completed?.status, completed && 'reason' in completed && completed.reason],
      ['declined', 'authentication-failed'],
    )
    assert.deepEqual(moved(), {})
  })
}

test('the bank’s yes for one payment approves no other, whatever it is posted to', async (t) => {
  const { stripe, gateway, moved } = await start(t)
  const { signal } = testRequest()
  const order = { amountMinor: 99_900, currency: 'GBP', reference: 'order-2' }
  await gateway.authorise(testRequest(ecommerce))
  await gateway.authorise(testRequest({ ...ecommerce, order, idempotencyKey: 'other' }))
  const [a, b] = stripe.intents().map(({ id }) => id)
  assert.ok(a && b)
  const yes = stripe.atTheBank('confirms', a)
  const declined = await gateway.completeChallenge?.({ idempotencyKey: 'other', answer: yes, signal })
  assert.ok(declined?.status === 'declined' && declined.reason === 'authentication-failed')
  assert.deepEqual(moved(), {})
  const own = await gateway.completeChallenge?.({ idempotencyKey: key, answer: yes, signal })
  assert.deepEqual(approved(own).amount, { amountMinor: 1240, currency: 'GBP' })
})

test('a customer who comes back with the intent of another payment was not asked about this one', async (t) => {
  const { stripe, gateway, moved } = await start(t)
  const { signal } = testRequest()
  await gateway.authorise(testRequest(ecommerce))
  await gateway.authorise(testRequest({ ...ecommerce, idempotencyKey: 'other' }))
  const [a, b] = stripe.intents().map(({ id }) => id)
  const yes = stripe.atTheBank('confirms', a)
  stripe.atTheBank('confirms', b)
  const completed = await gateway.completeChallenge?.({ idempotencyKey: 'other', answer: yes, signal })
  assert.equal(completed?.status, 'declined')
  assert.deepEqual(moved(), {})
})

test('what is read of another payment or another sum is not believed, nor confirmed', async (t) => {
  for (const change of [
    { metadata: { tonegate_key: 'other' } },
    { metadata: {} },
    { amount: 1241 },
    { object: 'charge' },
  ]) {
    const { stripe, gateway, moved } = await start(t)
    await gateway.authorise(testRequest(ecommerce))
    const answer = stripe.atTheBank('confirms')
    stripe.misbehave(({ status, body }) => ({ status, body: { ...(body as object), ...change } }), {
      of: /^GET/,
    })
    const { signal } = testRequest()
    await assert.rejects(async () => gateway.completeChallenge?.({ idempotencyKey: key, answer, signal }), {
      name: 'UnclearAnswer',
    })
    assert.deepEqual(moved(), {})
  }
})

test('what is found, or done, of another payment or another sum is not believed', async (t) => {
  const { stripe, gateway, clock } = await start(t)
  const request = testRequest()
  const { gatewayReference } = approved(await gateway.authorise(request))
  const other = { metadata: { tonegate_key: 'other' } }
  const change = (changes: object, of: RegExp) =>
    stripe.misbehave(({ status, body }) => ({ status, body: { ...(body as object), ...changes } }), { of })
  change(other, new RegExp(`^GET /v1/payment_intents/${gatewayReference}$`))
  await assert.rejects(gateway.reconcile(askedBefore(request, clock.now())), { name: 'UnclearAnswer' })
  approved(await gateway.reconcile(askedBefore(request, clock.now())))
  const refund = testFollowUp(gatewayReference, {
    kind: 'refund',
    amount: { amountMinor: 300, currency: 'GBP' },
  })
  for (const wrong of [{ amount: 301 }, { currency: 'usd' }, { payment_intent: 'pi_other' }, other]) {
    change(wrong, /^POST .v1.refunds$/)
    await assert.rejects(gateway.refund({ ...refund, idempotencyKey: `x${JSON.stringify(wrong).length}` }), {
      name: 'UnclearAnswer',
    })
  }
})

test('that all has been refunded says nothing of a part that was not', async (t) => {
  const { gateway } = await start(t)
  const { gatewayReference } = approved(await gateway.authorise(testRequest()))
  assert.equal((await gateway.refund(testFollowUp(gatewayReference, { kind: 'refund' }))).status, 'done')
  const amount = { amountMinor: 300, currency: 'GBP' }
  const part = testFollowUp(gatewayReference, { kind: 'refund', idempotencyKey: 'part', amount })
  assert.deepEqual(await gateway.refund(part), { status: 'refused', gatewayCode: 'charge_already_refunded' })
})

test('a gateway that was made anew finds the payment of a challenge', async (t) => {
  const { stripe, gateway, clock } = await start(t, { searchIsBehind: true })
  await gateway.authorise(testRequest(ecommerce))
  stripe.atTheBank('confirms')
  const other = createStripeGateway({
    settings: { apiKey: stripeApiKey, baseUrl: `${stripe.url}/` },
    send: outgoingFor(t).send,
    clock,
  })
  const { signal } = testRequest()
  const completed = await other.completeChallenge?.({ idempotencyKey: key, answer: {}, signal })
  assert.equal(approved(completed).captured, true)
  await assert.rejects(
    async () => other.completeChallenge?.({ idempotencyKey: 'unknown', answer: 'abandoned', signal }),
    { name: 'UnclearAnswer' },
  )
})

test('where nobody can be asked, a card whose bank wants to ask is declined', async (t) => {
  const { gateway, moved } = await start(t)
  const answer = await gateway.authorise(testRequest({ channel: 'ecommerce', pan: ecommerce.pan }))
  assert.deepEqual(
    [answer.status, 'reason' in answer && answer.reason],
    ['declined', 'authentication-failed'],
  )
  assert.deepEqual(moved(), {})
})

for (const searchIsBehind of [false, true]) {
  test(`a payment is found by its key, ${searchIsBehind ? 'in the list' : 'by searching'}`, async (t) => {
    const { gateway, clock, stripe } = await start(t, { searchIsBehind, pageLength: 2 })
    const request = testRequest({ purpose: 'authorise' })
    const answer = await gateway.authorise(request)
    for (const n of [1, 2, 3, 4, 5]) await gateway.authorise(testRequest({ idempotencyKey: `other-${n}` }))
    assert.deepEqual(await gateway.reconcile(askedBefore(request, clock.now())), answer)
    const lists = stripe.asked.filter(
      ({ method, path }) => method === 'GET' && path === '/v1/payment_intents',
    )
    assert.equal(lists.length, searchIsBehind ? 3 : 0)
  })
}

test('a payment that is not there is not known at first, and two hours later was never made', async (t) => {
  const { gateway, clock } = await start(t)
  const request = testRequest()
  const asked = askedBefore(request, clock.now())
  assert.equal(await gateway.reconcile(asked), undefined)
  await clock.leap(2 * 3_600_000)
  assert.deepEqual(await gateway.reconcile(asked), { status: 'error', gatewayCode: 'not-received' })
  const card = askedBefore(testRequest({ purpose: 'tokenise' }), asked.requestedAt)
  assert.deepEqual(await gateway.reconcile(card), { status: 'error', gatewayCode: 'not-received' })
})

test('a payment whose customer is at the bank is given up when it is looked for', async (t) => {
  for (const decision of [undefined, 'confirms'] as const) {
    const { stripe, gateway, clock, moved } = await start(t)
    const request = testRequest(ecommerce)
    await gateway.authorise(request)
    if (decision) stripe.atTheBank(decision)
    const found = await gateway.reconcile(askedBefore(request, clock.now()))
    assert.deepEqual(
      [found?.status, found && 'reason' in found && found.reason],
      ['declined', 'authentication-failed'],
    )
    assert.equal(stripe.intents()[0]?.status, 'canceled')
    assert.deepEqual(await gateway.reconcile(askedBefore(request, clock.now())), found)
    assert.deepEqual(moved(), {})
  }
})

test('a payment that is being processed is not known yet', async (t) => {
  const { stripe, gateway, clock } = await start(t)
  const request = testRequest()
  await gateway.authorise(request)
  Object.assign(stripe.intents()[0] ?? {}, { status: 'processing' })
  assert.equal(await gateway.reconcile(askedBefore(request, clock.now())), undefined)
})
