import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type AuthorisationRequest, type KeptCardRequest, NotSent } from '../../model/gateway.ts'
import { askedBefore, testRequest } from '../test-request.ts'
import { formOf, startStripe } from './double/test-start-stripe.ts'

const key = testRequest().idempotencyKey
const challengeReturnUrl = 'https://nam.pay.example.com/pay/1/2/challenge'
const asking = { channel: 'ecommerce', challengeReturnUrl, pan: '4000002760003184' } as const
const tokenise = (changes: Parameters<typeof testRequest>[0] = {}): AuthorisationRequest =>
  testRequest({ purpose: 'tokenise', idempotencyKey: 'keep', ...changes })

const keptRequest = (token: string, changes: Partial<KeptCardRequest> = {}): KeptCardRequest => {
  const { card, ...request } = testRequest()
  return { ...request, token, initiator: 'customer', ...changes }
}

/** A card that is kept, and what charges it. */
async function startKept(t: TestContext, options: Parameters<typeof startStripe>[1] = {}) {
  const parts = await startStripe(t, options)
  const kept = await parts.gateway.authorise(tokenise())
  assert.ok('token' in kept && kept.token)
  const charge = (changes: Partial<KeptCardRequest> = {}) =>
    parts.gateway.authoriseKept?.(keptRequest(kept.token ?? '', changes))
  const lastForm = () => Object.fromEntries(formOf(parts.stripe.asked.at(-1)?.body))
  return { ...parts, token: kept.token, charge, lastForm }
}

test('a card is kept for a customer who is made for it, moves no money, and is named by a token', async (t) => {
  const { stripe, gateway, moved } = await startStripe(t)
  const initialValues = { FirstName: 'John', Email: 'john@example.com', City: 'Wrocław' }
  const answer = await gateway.authorise(tokenise({ initialValues }))
  assert.ok(answer.status === 'approved')
  assert.match(answer.token ?? '', /^pm_/)
  assert.deepEqual([answer.captured, answer.amount], [false, undefined])
  assert.equal(answer.details?.customer, stripe.customers()[0])
  const [customer, setup] = stripe.asked
  assert.deepEqual(
    [customer?.path, customer?.headers['idempotency-key'], setup?.path, setup?.headers['idempotency-key']],
    ['/v1/customers', 'keep-customer', '/v1/setup_intents', 'keep'],
  )
  assert.deepEqual(Object.fromEntries(formOf(customer?.body)), {
    name: 'John',
    email: 'john@example.com',
    'address[city]': 'Wrocław',
    description: 'order-1',
    'metadata[tonegate_key]': 'keep',
  })
  const form = formOf(setup?.body)
  assert.deepEqual(
    ['customer', 'usage', 'amount', 'payment_method_options[card][setup_credential_usage]'].map((name) =>
      form.get(name),
    ),
    [stripe.customers()[0], 'off_session', null, 'unscheduled'],
  )
  assert.deepEqual(moved(), {})
})

test('kept twice by one key, there is one customer and one token', async (t) => {
  const { stripe, gateway } = await startStripe(t)
  const first = await gateway.authorise(tokenise())
  assert.deepEqual(await gateway.authorise(tokenise()), first)
  assert.equal(stripe.customers().length, 1)
})

test('the digits of a card that is kept are overwritten, also where no customer could be made', async (t) => {
  const { fill } = Buffer.prototype
  const wiped = new Set<Buffer>()
  t.mock.method(Buffer.prototype, 'fill', function (this: Buffer, value: number) {
    if (Buffer.from(this).includes('number%5D=4242424242424242')) wiped.add(this)
    return fill.call(this, value)
  })
  for (const fails of [false, true]) {
    wiped.clear()
    const { stripe, gateway } = await startStripe(t)
    if (fails) for (const manner of ['html', 'closes'] as const) stripe.misbehave(manner, { of: /customers/ })
    const request = tokenise()
    const asked = gateway.authorise(request)
    request.card.pan.wipe()
    if (fails) await assert.rejects(asked, NotSent)
    else assert.equal((await asked).status, 'approved')
    assert.equal(wiped.size, fails ? 1 : 2, 'of the card alone, and with its customer')
    assert.ok([...wiped].every((body) => body.every((byte) => byte === 0)))
  }
})

test('a customer that Stripe refuses to make is an error for certain, and no card has been sent', async (t) => {
  const { stripe, gateway } = await startStripe(t)
  stripe.misbehave(() => ({ status: 403, body: { error: { type: 'invalid_request_error' } } }), {
    carriesOut: false,
  })
  assert.deepEqual(await gateway.authorise(tokenise()), {
    status: 'error',
    gatewayCode: 'invalid_request_error',
  })
  assert.equal(stripe.asked.length, 1)
})

test('a card that was to be kept and is not, is no success; one that is verified has no token', async (t) => {
  for (const missing of ['customer', 'payment_method']) {
    const { stripe, gateway, clock } = await startStripe(t)
    stripe.misbehave(({ status, body }) => ({ status, body: { ...(body as object), [missing]: null } }), {
      of: /setup_intents/,
    })
    const answer = await gateway.authorise(tokenise())
    assert.deepEqual(
      [answer.status, 'gatewayCode' in answer && answer.gatewayCode],
      ['error', 'no-token'],
      missing,
    )
    assert.equal((await gateway.reconcile(askedBefore(tokenise(), clock.now())))?.status, 'approved')
  }
  const { gateway } = await startStripe(t)
  const verified = await gateway.authorise(testRequest({ purpose: 'verify' }))
  assert.ok(verified.status === 'approved' && verified.token === undefined)
})

test('a kept card whose bank asks is kept when the customer has confirmed, and is found by another process', async (t) => {
  for (const searchIsBehind of [false, true]) {
    const { stripe, gateway, another } = await startStripe(t, { searchIsBehind })
    const request = tokenise(asking)
    assert.equal((await gateway.authorise(request)).status, 'challenge')
    const answer = stripe.atTheBank('confirms')
    const { idempotencyKey, signal } = request
    const completion = { idempotencyKey, answer, signal }
    const completed = await (searchIsBehind ? another() : gateway).completeChallenge?.(completion)
    assert.ok(completed?.status === 'approved' && completed.token)
  }
})

test('a kept card whose answer is lost is found with its token, one whose bank asked is given up', async (t) => {
  const { stripe, gateway, clock } = await startStripe(t)
  stripe.misbehave('closes', { of: /setup_intents/ })
  await assert.rejects(gateway.authorise(tokenise()))
  const found = await gateway.reconcile(askedBefore(tokenise(), clock.now()))
  assert.ok(found?.status === 'approved' && found.token)
  const asked = tokenise({ ...asking, idempotencyKey: 'asked' })
  await gateway.authorise(asked)
  const given = await gateway.reconcile(askedBefore(asked, clock.now()))
  assert.deepEqual(
    [given?.status, given && 'reason' in given && given.reason],
    ['declined', 'authentication-failed'],
  )
})

test('a kept card is charged for its customer: on the telephone as MOTO', async (t) => {
  const { token, stripe, charge, lastForm, moved } = await startKept(t)
  const answer = await charge()
  assert.ok(answer?.status === 'approved')
  assert.deepEqual([answer.captured, answer.amount], [true, { amountMinor: 1240, currency: 'GBP' }])
  assert.deepEqual(moved(), { [key]: { currency: 'GBP', held: 0, taken: 1240 } })
  assert.deepEqual(lastForm(), {
    confirm: 'true',
    'allowed_payment_method_types[0]': 'card',
    'metadata[tonegate_key]': key,
    'metadata[tonegate_purpose]': 'charge',
    'metadata[reference]': 'order-1',
    description: 'order-1',
    'payment_method_options[card][moto]': 'true',
    'expand[0]': 'latest_charge',
    amount: '1240',
    currency: 'gbp',
    capture_method: 'automatic',
    error_on_requires_action: 'true',
    customer: stripe.customers()[0],
    payment_method: token,
  })
})

test('what the merchant charges alone is off session, for what the card was kept, and never MOTO', async (t) => {
  const { charge, lastForm, moved } = await startKept(t, { settings: { credentialUsage: 'recurring' } })
  assert.equal(
    (await charge({ initiator: 'merchant', purpose: 'authorise', challengeReturnUrl }))?.status,
    'approved',
  )
  assert.deepEqual(moved(), { [key]: { currency: 'GBP', held: 1240, taken: 0 } })
  const { off_session, 'payment_method_options[card][stored_credential_usage]': usage, ...form } = lastForm()
  assert.deepEqual([off_session, usage], ['true', 'recurring'])
  for (const name of [
    'payment_method_options[card][moto]',
    'confirmation_method',
    'error_on_requires_action',
    'return_url',
  ]) {
    assert.ok(!(name in form), name)
  }
})

test('on the payment page the bank may ask about a kept card, and the payment goes on as any other', async (t) => {
  const { stripe, gateway, moved } = await startStripe(t)
  const kept = await gateway.authorise(tokenise({ pan: asking.pan }))
  assert.ok('token' in kept && kept.token)
  const page = { channel: 'ecommerce', challengeReturnUrl } as const
  const asked = await gateway.authoriseKept?.(keptRequest(kept.token, page))
  assert.equal(asked?.status, 'challenge')
  const answer = stripe.atTheBank('confirms')
  assert.deepEqual(moved(), {})
  const { signal } = testRequest()
  const completed = await gateway.completeChallenge?.({ idempotencyKey: key, answer, signal })
  assert.equal(completed?.status, 'approved')
  const alone = { initiator: 'merchant', idempotencyKey: 'alone', ...page } as const
  const declined = await gateway.authoriseKept?.(keptRequest(kept.token, alone))
  assert.ok(declined?.status === 'declined' && declined.reason === 'authentication-failed')
})

test('asked twice with one key a kept card is charged once, and its lost answer is found', async (t) => {
  const { stripe, gateway, charge, clock } = await startKept(t)
  const first = await charge()
  assert.deepEqual(await charge(), first)
  stripe.misbehave('closes', { of: /^POST .*payment_intents/ })
  await assert.rejects(
    async () => charge({ idempotencyKey: 'lost' }),
    (error) => !(error instanceof NotSent),
  )
  const found = await gateway.reconcile(askedBefore(testRequest({ idempotencyKey: 'lost' }), clock.now()))
  assert.equal(found?.status, 'approved')
  assert.equal(stripe.ledger.counted.captured, 2)
})

test('a kept card that is not there, or is nobody’s, is an error for certain', async (t) => {
  const { stripe, charge, moved } = await startKept(t)
  for (const [token, gatewayCode] of [
    ['pm_other', 'resource_missing'],
    ['../refunds', 'resource_missing'],
    [stripe.keptForNobody(), 'payment_method_without_customer'],
  ] as const) {
    const answer = await charge({ token })
    assert.ok(answer?.status === 'error', token)
    if (!token.startsWith('.')) assert.equal(answer.gatewayCode, gatewayCode)
  }
  assert.deepEqual(moved(), {})
})

test('where it is not clear whose the kept card is, no payment has been asked for', async (t) => {
  const { stripe, charge } = await startKept(t)
  for (const manner of ['html', 'closes', 'broken-json'] as const) {
    stripe.misbehave(manner, { of: /payment_methods/ })
    stripe.misbehave(manner, { of: /payment_methods/ })
    await assert.rejects(async () => charge(), NotSent)
  }
  await assert.rejects(async () => charge({ purpose: 'verify' }), NotSent)
  assert.ok(!stripe.asked.some(({ path }) => path === '/v1/payment_intents'))
})

test('what has to be known before is asked for once more, and made once', async (t) => {
  const { stripe, gateway } = await startStripe(t)
  stripe.misbehave('closes', { of: /customers/ })
  const kept = await gateway.authorise(tokenise())
  assert.ok('token' in kept && kept.token)
  assert.equal(stripe.customers().length, 1)
  stripe.misbehave('html', { of: /payment_methods/ })
  assert.equal((await gateway.authoriseKept?.(keptRequest(kept.token)))?.status, 'approved')
  const given = new AbortController()
  given.abort()
  const asked = stripe.asked.length
  await assert.rejects(
    async () => gateway.authoriseKept?.(keptRequest(kept.token ?? '', { signal: given.signal })),
    NotSent,
  )
  assert.equal(stripe.asked.length, asked, 'nobody waits for it any more')
})

test('an older version of the API is asked by the names that it knows', async (t) => {
  for (const [apiVersion, types, usage] of [
    ['2025-09-30.clover', 'payment_method_types[0]', undefined],
    ['2026-09-30.endive', 'allowed_payment_method_types[0]', undefined],
    ['2026-10-28.endive', 'allowed_payment_method_types[0]', 'unscheduled'],
  ] as const) {
    const { charge, lastForm } = await startKept(t, { settings: { apiVersion } })
    assert.equal((await charge({ initiator: 'merchant' }))?.status, 'approved')
    const form = lastForm()
    assert.equal(form[types], 'card')
    assert.equal(form['payment_method_options[card][stored_credential_usage]'], usage)
  }
})
