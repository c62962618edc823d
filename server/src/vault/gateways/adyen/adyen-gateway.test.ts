import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createMovableClock } from '../../../base/clock.ts'
import type { AtBank, GatewayAnswer, GatewayChallenge, NotFound } from '../../model/gateway.ts'
import { NotSent } from '../../model/gateway.ts'
import { askedBefore, outgoingFor, testFollowUp, testRequest, testSender } from '../test-request.ts'
import { createAdyenGateway } from './adyen-gateway.ts'
import { adyenApiKey, merchantAccount, startAdyenDouble } from './double/test-adyen.ts'

const { idempotencyKey: key, signal } = testRequest()
const challengeReturnUrl = 'https://nam.pay.example.com/pay/1/2/challenge'
const ecommerce = {
  channel: 'ecommerce',
  challengeReturnUrl,
  pan: '4212345678901245',
  ...testSender,
} as const
const whole = { amountMinor: 1240, currency: 'GBP' }

async function start(t: TestContext, options: Parameters<typeof startAdyenDouble>[0] = {}) {
  const clock = createMovableClock()
  const adyen = await startAdyenDouble(options)
  t.after(() => adyen.close())
  const { send, bodies } = outgoingFor(t)
  const settings = { apiKey: adyenApiKey, merchantAccount, baseUrl: adyen.url }
  const gateway = createAdyenGateway({ settings, send, clock })
  return { adyen, gateway, bodies, clock, moved: () => adyen.ledger.moved() }
}

function approved(answer: GatewayAnswer | GatewayChallenge | NotFound | AtBank | undefined) {
  assert.equal(answer?.status, 'approved')
  assert.ok(answer && 'captured' in answer)
  return answer
}

const told = ({ notifications }: Awaited<ReturnType<typeof start>>['adyen']) =>
  notifications.map(({ eventCode, success }) => `${eventCode} ${success}`)

const jsonOf = (body: Uint8Array | undefined) => JSON.parse(Buffer.from(body ?? []).toString())

test('a charge on the telephone is authorised and taken in one request', async (t) => {
  const { adyen, gateway, moved } = await start(t)
  const answer = approved(await gateway.authorise(testRequest()))
  const gatewayReference = 'NC6HT9CRT0000001'
  assert.deepEqual(answer, {
    status: 'approved',
    gatewayReference,
    authorisationCode: '062286',
    amount: whole,
    captured: true,
    gatewayCode: 'Authorised',
    details: {
      pspReference: gatewayReference,
      resultCode: 'Authorised',
      merchantReference: key,
      authCode: '062286',
      avsResult: '7 Both match',
      cvcResult: '1 Matches',
      paymentMethod: 'visa',
    },
  })
  assert.deepEqual(moved(), { [key]: { currency: 'GBP', held: 0, taken: 1240 } })
  const [asked] = adyen.asked
  assert.deepEqual(
    [asked?.method, asked?.path, asked?.headers['idempotency-key']],
    ['POST', '/v71/payments', key],
  )
  assert.deepEqual(jsonOf(asked?.body), {
    paymentMethod: {
      type: 'scheme',
      number: '4242424242424242',
      expiryMonth: '12',
      expiryYear: '2030',
      cvc: '737',
    },
    merchantAccount,
    amount: { currency: 'GBP', value: 1240 },
    reference: key,
    merchantOrderReference: 'order-1',
    channel: 'Web',
    shopperInteraction: 'Moto',
    returnUrl: 'https://return.invalid/',
    captureDelayHours: 0,
    additionalData: { allowPartialAuth: 'false' },
  })
})

test('the customer’s name and address go along, an address only where it is whole', async (t) => {
  const { adyen, gateway } = await start(t)
  const names = { FirstName: 'Jo"hn', Surname: 'Smith', Email: 'test@wp.pl' }
  const address = { Street1: 'Hubska 52', City: 'Wroclaw', Postcode: '50-348', Country: 'PL' }
  await gateway.authorise(testRequest({ initialValues: { ...names, ...address } }))
  await gateway.authorise(
    testRequest({ idempotencyKey: 'other', initialValues: { ...names, City: 'Wroclaw' } }),
  )
  const [first, second] = adyen.asked.map(({ body }) => jsonOf(body))
  assert.equal(first.paymentMethod.holderName, 'Jo"hn Smith')
  assert.deepEqual(first.shopperName, { firstName: 'Jo"hn', lastName: 'Smith' })
  assert.equal(first.shopperEmail, 'test@wp.pl')
  assert.deepEqual(first.billingAddress, {
    street: 'Hubska 52',
    houseNumberOrName: 'N/A',
    city: 'Wroclaw',
    postalCode: '50-348',
    country: 'PL',
  })
  assert.equal(second.billingAddress, undefined)
})

test('a card without a security code goes without one, also where it is kept or only verified', async (t) => {
  const { adyen, gateway } = await start(t)
  for (const purpose of ['charge', 'verify', 'tokenise'] as const) {
    await gateway.authorise(testRequest({ purpose, securityCode: '', idempotencyKey: `without-${purpose}` }))
  }
  assert.equal(adyen.asked.length, 3)
  for (const { body } of adyen.asked) {
    assert.deepEqual(Object.keys(jsonOf(body).paymentMethod), ['type', 'number', 'expiryMonth', 'expiryYear'])
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
  const { adyen, gateway } = await start(t)
  const first = await gateway.authorise(testRequest())
  assert.deepEqual(await gateway.authorise(testRequest()), first)
  assert.equal(adyen.ledger.counted.authorised, 1)
})

test('what is held is captured once, in part too', async (t) => {
  const { adyen, gateway, moved } = await start(t)
  const answer = approved(await gateway.authorise(testRequest({ purpose: 'authorise' })))
  assert.equal(answer.captured, false)
  assert.deepEqual(jsonOf(adyen.asked[0]?.body).additionalData, {
    allowPartialAuth: 'false',
    manualCapture: 'true',
  })
  assert.deepEqual(moved(), { [key]: { currency: 'GBP', held: 1240, taken: 0 } })
  const amount = { amountMinor: 1000, currency: 'GBP' }
  const capture = testFollowUp(answer.gatewayReference, { kind: 'capture', amount })
  const first = await gateway.capture(capture)
  assert.equal(first.status, 'done')
  assert.deepEqual(await gateway.capture(capture), first)
  assert.deepEqual(moved(), { [key]: { currency: 'GBP', held: 0, taken: 1000 } })
  assert.equal(adyen.asked[1]?.path, `/v71/payments/${answer.gatewayReference}/captures`)
})

test('what is held is voided once', async (t) => {
  const { gateway, adyen, moved } = await start(t)
  const { gatewayReference } = approved(await gateway.authorise(testRequest({ purpose: 'authorise' })))
  const order = testFollowUp(gatewayReference, {
    kind: 'void',
    authorised: { amount: whole, captured: false },
  })
  const first = await gateway.void(order)
  assert.equal(first.status, 'done')
  assert.deepEqual(await gateway.void(order), first)
  assert.deepEqual(moved(), {})
  assert.deepEqual(told(adyen), ['AUTHORISATION true', 'CANCELLATION true'])
})

test('what is taken at once is not voided but reversed, all of it, or refunded in part', async (t) => {
  const { adyen, gateway, moved } = await start(t)
  const { gatewayReference } = approved(await gateway.authorise(testRequest()))
  const authorised = { amount: whole, captured: true }
  assert.deepEqual(await gateway.void(testFollowUp(gatewayReference, { kind: 'void', authorised })), {
    status: 'refused',
    gatewayCode: 'captured',
  })
  const amount = { amountMinor: 240, currency: 'GBP' }
  const part = testFollowUp(gatewayReference, { kind: 'refund', authorised, amount })
  assert.equal((await gateway.refund(part)).status, 'done')
  assert.deepEqual(moved(), { [key]: { currency: 'GBP', held: 0, taken: 1000 } })
  const all = testFollowUp(gatewayReference, { kind: 'refund', authorised, idempotencyKey: 'all' })
  assert.equal((await gateway.refund(all)).status, 'done')
  assert.deepEqual(moved(), {})
  assert.deepEqual(
    adyen.asked.slice(1).map(({ path }) => path.split('/').at(-1)),
    ['refunds', 'reversals'],
  )
})

test('what Adyen does not take on is refused, and what it says nothing about is asked again', async (t) => {
  const { adyen, gateway } = await start(t)
  assert.deepEqual(await gateway.capture(testFollowUp('NC6HT9CRT0000000', { kind: 'capture' })), {
    status: 'refused',
    gatewayCode: '167',
  })
  for (const [status, errorCode] of [
    [401, '000'],
    [403, '901'],
    [429, '029'],
    [422, '704'],
    [409, '704'],
    [500, '905'],
  ] as const) {
    adyen.misbehave(() => ({ status, body: { status, errorCode, errorType: 'validation' } }))
    await assert.rejects(gateway.refund(testFollowUp('x', { kind: 'refund' })), { name: 'UnclearAnswer' })
  }
})

test('a card that is kept moves no money, and is named by a token', async (t) => {
  const { adyen, gateway, moved } = await start(t)
  const answer = approved(await gateway.authorise(testRequest({ purpose: 'tokenise' })))
  assert.equal(answer.token, 'M5N7TQ4TG5P1.ABJJAAAA-AAAA-HAAA-IAAA-AAAAAAAAAAAB-B')
  assert.deepEqual([answer.captured, answer.amount], [false, undefined])
  const { amount, storePaymentMethod, recurringProcessingModel, shopperReference } = jsonOf(
    adyen.asked[0]?.body,
  )
  assert.deepEqual(
    [amount, storePaymentMethod, recurringProcessingModel, shopperReference],
    [{ currency: 'GBP', value: 0 }, true, 'CardOnFile', key],
  )
  assert.deepEqual(moved(), {})
})

test('a card that is only verified is asked for with nothing, and moves no money', async (t) => {
  const { adyen, gateway, moved } = await start(t)
  for (const [at, amountMinor] of [0, 1240].entries()) {
    const order = { amountMinor, currency: 'GBP' }
    const request = testRequest({ purpose: 'verify', order, idempotencyKey: `key-${at}` })
    const answer = approved(await gateway.authorise(request))
    assert.deepEqual([answer.captured, answer.amount], [false, undefined])
    const { amount, storePaymentMethod, captureDelayHours, additionalData } = jsonOf(adyen.asked[at]?.body)
    assert.deepEqual(amount, { currency: 'GBP', value: 0 })
    assert.deepEqual(
      [storePaymentMethod, captureDelayHours, additionalData],
      [undefined, undefined, undefined],
    )
  }
  assert.deepEqual(moved(), {})
})

for (const [pan, reason, gatewayCode] of [
  ['4000000000000002', 'do-not-honour', '2'],
  ['4000000000009995', 'insufficient-funds', '12'],
  ['4000000000000069', 'expired-card', '6'],
  ['4000000000000127', 'invalid-security-code', '24'],
] as const) {
  test(`a card that Adyen refuses by ${gatewayCode} is declined as ${reason}, and is found so`, async (t) => {
    const { gateway, clock, moved } = await start(t)
    const request = testRequest({ pan })
    const answer = await gateway.authorise(request)
    assert.ok(answer.status === 'declined')
    assert.deepEqual([answer.reason, answer.gatewayCode], [reason, gatewayCode])
    assert.deepEqual(await gateway.reconcile(askedBefore(request, clock.now())), answer)
    assert.deepEqual(moved(), {})
  })
}

test('a payment that came to nothing is an error, one that is pending is not known', async (t) => {
  const { gateway } = await start(t)
  const failed = await gateway.authorise(testRequest({ pan: '4000000000000119' }))
  assert.ok(failed.status === 'error')
  assert.equal(failed.gatewayCode, '4')
  await assert.rejects(gateway.authorise(testRequest({ pan: '4000000000000077', idempotencyKey: 'other' })), {
    name: 'UnclearAnswer',
  })
})

for (const [currency, amountMinor, value] of [
  ['JPY', 1240, 1240],
  ['KWD', 1241, 1241],
  ['CLP', 990, 99_000],
  ['ISK', 5, 500],
  ['CVE', 12_300, 123],
  ['IDR', 1_250_000, 12_500],
] as const) {
  test(`${amountMinor} minor units of ${currency} are ${value} to Adyen, and come back as they were`, async (t) => {
    const { adyen, gateway } = await start(t)
    const order = { amountMinor, currency }
    const answer = approved(await gateway.authorise(testRequest({ order })))
    assert.deepEqual(jsonOf(adyen.asked[0]?.body).amount, { currency, value })
    assert.deepEqual(answer.amount, order)
  })
}

test('a sum that Adyen cannot be asked for is not sent', async (t) => {
  const { adyen, gateway } = await start(t)
  for (const order of [
    { amountMinor: 12_345, currency: 'CVE' },
    { amountMinor: 12_345, currency: 'IDR' },
  ]) {
    await assert.rejects(gateway.authorise(testRequest({ order })), NotSent)
  }
  assert.equal(adyen.asked.length, 0)
})

test('the customer’s bank is asked, and only what comes after moves money', async (t) => {
  const { adyen, gateway, moved } = await start(t)
  const answer = await gateway.authorise(testRequest(ecommerce))
  assert.deepEqual(answer, {
    status: 'challenge',
    challenge: { url: `${adyen.url}/threeDS2.shtml`, method: 'get', fields: { redirectData: 'abc' } },
  })
  const { returnUrl, shopperInteraction } = jsonOf(adyen.asked[0]?.body)
  assert.deepEqual([returnUrl, shopperInteraction], [challengeReturnUrl, 'Ecommerce'])
  assert.deepEqual(moved(), {})
  const completed = await gateway.completeChallenge?.({
    idempotencyKey: key,
    answer: { redirectResult: 'redirect-1!confirms', other: 'x' },
    signal,
  })
  assert.equal(approved(completed).captured, true)
  assert.deepEqual(jsonOf(adyen.asked[1]?.body), { details: { redirectResult: 'redirect-1!confirms' } })
  assert.deepEqual(moved(), { [key]: { currency: 'GBP', held: 0, taken: 1240 } })
})

test('a bank that is asked by a form is asked by that form', async (t) => {
  const { adyen, gateway } = await start(t)
  adyen.misbehave(({ body }) => ({
    status: 200,
    body: {
      ...(body as object),
      action: {
        type: 'redirect',
        method: 'POST',
        url: 'https://acs.bank.example/ask?of=1',
        data: { PaReq: 'x'.repeat(3000), MD: 'y', TermUrl: challengeReturnUrl },
      },
    },
  }))
  const answer = await gateway.authorise(testRequest(ecommerce))
  assert.deepEqual(answer, {
    status: 'challenge',
    challenge: {
      url: 'https://acs.bank.example/ask?of=1',
      fields: { PaReq: 'x'.repeat(3000), MD: 'y', TermUrl: challengeReturnUrl },
    },
  })
})

for (const [what, answer] of [
  ['whom the bank does not know', { redirectResult: 'redirect-1!refuses' }],
  ['who does not come back', 'abandoned'],
  ['who comes back without an answer', { x: 'y' }],
  ['who comes back with an answer of somebody else', { redirectResult: 'redirect-9!confirms' }],
] as const) {
  test(`a customer ${what} has not paid`, async (t) => {
    const { gateway, moved } = await start(t)
    await gateway.authorise(testRequest(ecommerce))
    const completed = await gateway.completeChallenge?.({ idempotencyKey: key, answer, signal })
    assert.ok(completed?.status === 'declined')
    assert.equal(completed.reason, 'authentication-failed')
    assert.deepEqual(moved(), {})
  })
}

test('the bank’s yes for one payment approves no other, and is not lost to its own', async (t) => {
  const { gateway, moved, clock } = await start(t)
  const order = { amountMinor: 99_900, currency: 'GBP', reference: 'order-2' }
  await gateway.authorise(testRequest(ecommerce))
  const other = testRequest({ ...ecommerce, order, idempotencyKey: 'other' })
  await gateway.authorise(other)
  const complete = (idempotencyKey: string, answer: Record<string, string> | 'abandoned') =>
    gateway.completeChallenge?.({ idempotencyKey, answer, signal })
  const declined = await complete('other', { redirectResult: 'redirect-1!confirms' })
  assert.deepEqual(declined, {
    status: 'declined',
    reason: 'authentication-failed',
    gatewayCode: 'another-payment',
  })
  assert.deepEqual(moved(), { [key]: { currency: 'GBP', held: 0, taken: 1240 } })
  assert.equal((await gateway.reconcile(askedBefore(other, clock.now())))?.status, 'at-bank')
  const found = await gateway.reconcile(askedBefore(testRequest(ecommerce), clock.now()))
  assert.deepEqual(approved(found).amount, { amountMinor: 1240, currency: 'GBP' })
  assert.equal((await complete(key, 'abandoned'))?.status, 'approved', 'its money has moved')
})

test('a form that brings back another MD is not handed in', async (t) => {
  const { adyen, gateway } = await start(t)
  adyen.misbehave(({ body }) => ({
    status: 200,
    body: {
      ...(body as object),
      action: { type: 'redirect', method: 'POST', url: 'https://acs.bank.example', data: { MD: 'own' } },
    },
  }))
  await gateway.authorise(testRequest(ecommerce))
  const answer = { MD: 'another', PaRes: 'x', redirectResult: 'redirect-1!confirms' }
  const completed = await gateway.completeChallenge?.({ idempotencyKey: key, answer, signal })
  assert.equal(completed?.status, 'declined')
  assert.equal(adyen.asked.length, 1)
})

test('what names no payment, another one or no sum is not believed after the bank', async (t) => {
  for (const change of [{ merchantReference: undefined }, { amount: undefined }]) {
    const { adyen, gateway } = await start(t)
    await gateway.authorise(testRequest(ecommerce))
    adyen.misbehave(({ status, body }) => ({ status, body: { ...(body as object), ...change } }))
    const answer = { redirectResult: 'redirect-1!confirms' }
    await assert.rejects(async () => gateway.completeChallenge?.({ idempotencyKey: key, answer, signal }), {
      name: 'UnclearAnswer',
    })
  }
  const { adyen, gateway } = await start(t)
  const { gatewayReference } = approved(await gateway.authorise(testRequest()))
  const amount = { amountMinor: 300, currency: 'GBP' }
  for (const change of [
    { paymentPspReference: 'another' },
    { reference: 'another' },
    { amount: { value: 301, currency: 'GBP' } },
  ]) {
    adyen.misbehave(({ status, body }) => ({ status, body: { ...(body as object), ...change } }))
    await assert.rejects(gateway.refund(testFollowUp(gatewayReference, { kind: 'refund', amount })), {
      name: 'UnclearAnswer',
    })
  }
})

test('where nobody can be asked, a card whose bank wants to ask is declined', async (t) => {
  const { gateway, moved } = await start(t)
  const answer = await gateway.authorise(testRequest({ channel: 'ecommerce', pan: ecommerce.pan }))
  assert.ok(answer.status === 'declined')
  assert.equal(answer.reason, 'authentication-failed')
  assert.deepEqual(moved(), {})
})

test('what the customer came back with is handed in again when its answer was lost', async (t) => {
  const { adyen, gateway, clock, moved } = await start(t)
  const request = testRequest(ecommerce)
  await gateway.authorise(request)
  adyen.misbehave('closes')
  const answer = { redirectResult: 'redirect-1!confirms' }
  await assert.rejects(async () => gateway.completeChallenge?.({ idempotencyKey: key, answer, signal }))
  const found = await gateway.reconcile(askedBefore(request, clock.now()))
  assert.equal(approved(found).captured, true)
  assert.deepEqual(moved(), { [key]: { currency: 'GBP', held: 0, taken: 1240 } })
})

test('where Adyen does not remember what was handed in, nobody is said not to have paid', async (t) => {
  const { adyen, gateway, clock, moved } = await start(t, { keepsAnswers: false })
  const request = testRequest(ecommerce)
  await gateway.authorise(request)
  adyen.misbehave('closes')
  const answer = { redirectResult: 'redirect-1!confirms' }
  await assert.rejects(async () => gateway.completeChallenge?.({ idempotencyKey: key, answer, signal }))
  await assert.rejects(gateway.reconcile(askedBefore(request, clock.now())), { name: 'UnclearAnswer' })
  assert.deepEqual(moved(), { [key]: { currency: 'GBP', held: 0, taken: 1240 } })
})

test('a payment that is asked for again without its card is found where Adyen keeps answers', async (t) => {
  const { adyen, gateway, clock } = await start(t)
  const request = testRequest({ purpose: 'authorise' })
  const answer = await gateway.authorise(request)
  assert.deepEqual(await gateway.reconcile(askedBefore(request, clock.now())), answer)
  assert.deepEqual(jsonOf(adyen.asked[1]?.body).paymentMethod, { type: 'scheme' })
  assert.equal(adyen.ledger.counted.authorised, 1)
})

test('a payment that Adyen does not remember is not known, however long it is asked for', async (t) => {
  for (const keepsAnswers of [true, false]) {
    const { gateway, clock, adyen } = await start(t, { keepsAnswers })
    const asked = askedBefore(testRequest(), clock.now())
    if (!keepsAnswers) await gateway.authorise(testRequest())
    assert.equal(await gateway.reconcile(asked), undefined)
    await clock.leap(48 * 3_600_000)
    assert.equal(await gateway.reconcile(asked), undefined)
    assert.equal(adyen.ledger.counted.authorised, keepsAnswers ? 0 : 1)
  }
})

test('what bears another key or none, or names another payment, is not taken for the first answer', async (t) => {
  const { gateway, clock, adyen } = await start(t, { keepsAnswers: false })
  const asked = askedBefore(testRequest(), clock.now())
  const refused = { resultCode: 'Refused', refusalReasonCode: '8', merchantReference: key }
  const named = { ...refused, paymentMethod: { type: 'scheme', brand: 'visa' } }
  const own = { 'idempotency-key': key }
  for (const [headers, body] of [
    [{}, named],
    [{ 'idempotency-key': 'other' }, named],
    [own, { ...named, merchantReference: 'other' }],
    [own, { ...named, merchantReference: undefined }],
  ] as const) {
    adyen.misbehave(() => ({ status: 200, headers, body }))
    assert.equal(await gateway.reconcile(asked), undefined)
  }
  adyen.misbehave(() => ({ status: 200, headers: own, body: refused }))
  const found = await gateway.reconcile(asked)
  assert.equal(found?.status, 'declined', 'a refusal names no card, and is the first answer')
})

/** As another process has it, which knows nothing of the payment. */
function anotherProcess(t: TestContext, { adyen, clock }: Awaited<ReturnType<typeof start>>) {
  const settings = { apiKey: adyenApiKey, merchantAccount, baseUrl: adyen.url }
  return createAdyenGateway({ settings, send: outgoingFor(t).send, clock })
}

const asked = { purpose: 'charge', order: { amountMinor: 1240, currency: 'GBP' } } as const

test('a payment whose customer was at the bank is completed by the next process', async (t) => {
  const started = await start(t)
  const request = testRequest(ecommerce)
  await started.gateway.authorise(request)
  const next = anotherProcess(t, started)
  const found = await next.reconcile(askedBefore(request, started.clock.now()))
  assert.deepEqual(found, { status: 'at-bank' })
  const answer = { redirectResult: 'redirect-1!confirms' }
  const completed = approved(await next.completeChallenge?.({ idempotencyKey: key, answer, asked, signal }))
  assert.deepEqual([completed.captured, completed.amount], [true, whole])
  assert.deepEqual(started.moved(), { [key]: { currency: 'GBP', held: 0, taken: 1240 } })
})

test('a customer who does not come back to the next process has not paid, and Adyen is asked nothing', async (t) => {
  const started = await start(t)
  await started.gateway.authorise(testRequest(ecommerce))
  const next = anotherProcess(t, started)
  const completion = { idempotencyKey: key, answer: 'abandoned', asked, signal } as const
  const completed = await next.completeChallenge?.(completion)
  assert.deepEqual([completed?.status, completed?.gatewayCode], ['declined', 'abandoned'])
  assert.equal(started.adyen.asked.length, 1)
  assert.deepEqual(started.moved(), {})
  await assert.rejects(
    async () => next.completeChallenge?.({ idempotencyKey: key, answer: 'abandoned', signal }),
    { name: 'UnclearAnswer' },
    'it was told of no payment',
  )
})

test('what was handed in by the process before is handed in again, and answered as it was', async (t) => {
  const started = await start(t)
  const request = testRequest(ecommerce)
  await started.gateway.authorise(request)
  started.adyen.misbehave('closes')
  const answer = { redirectResult: 'redirect-1!confirms', other: 'x' }
  await assert.rejects(async () =>
    started.gateway.completeChallenge?.({ idempotencyKey: key, answer, signal }),
  )
  const before = { ...askedBefore(request, started.clock.now()), cameBack: answer }
  approved(await anotherProcess(t, started).reconcile(before))
  const next = anotherProcess(t, started)
  approved(await next.completeChallenge?.({ idempotencyKey: key, answer, asked, signal }))
  assert.deepEqual(started.moved(), { [key]: { currency: 'GBP', held: 0, taken: 1240 } })
})

test('of what may have been handed in before, a refusal counts where Adyen has looked at the key', async (t) => {
  for (const keepsAnswers of [true, false]) {
    const started = await start(t, { keepsAnswers })
    await started.gateway.authorise(testRequest(ecommerce))
    const answer = { redirectResult: 'redirect-9!confirms' }
    const complete = async () =>
      anotherProcess(t, started).completeChallenge?.({ idempotencyKey: key, answer, asked, signal })
    if (keepsAnswers) assert.equal((await complete())?.status, 'declined')
    else await assert.rejects(complete, { name: 'UnclearAnswer' })
  }
})

test('where a late approval is to be voided, what there may be is cancelled by our reference, once it is late', async (t) => {
  const { adyen, gateway, clock, moved } = await start(t, { keepsAnswers: false })
  const request = testRequest({ purpose: 'authorise' })
  await gateway.authorise(request)
  const asked = { ...askedBefore(request, clock.now()), lateApproval: 'void' } as const
  assert.equal(await gateway.reconcile(asked), undefined)
  await clock.leap(20 * 60_000)
  assert.equal(await gateway.reconcile({ ...asked, lateApproval: 'record' }), undefined)
  assert.deepEqual(told(adyen), ['AUTHORISATION true'])
  assert.equal(await gateway.reconcile(asked), undefined)
  assert.deepEqual(told(adyen), ['AUTHORISATION true', 'TECHNICAL_CANCEL true'])
  assert.deepEqual(moved(), {})
})
