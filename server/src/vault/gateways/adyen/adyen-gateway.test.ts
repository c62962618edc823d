import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NotSent } from '../../model/gateway.ts'
import { askedBefore, testFollowUp, testRequest } from '../test-request.ts'
import { merchantAccount } from './double/test-adyen.ts'
import { approved, jsonOf, key, startAdyen, told, whole } from './double/test-start-adyen.ts'

test('a charge on the telephone is authorised and taken in one request', async (t) => {
  const { adyen, gateway, moved } = await startAdyen(t)
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
  const { adyen, gateway } = await startAdyen(t)
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
  const { adyen, gateway } = await startAdyen(t)
  for (const purpose of ['charge', 'verify', 'tokenise'] as const) {
    await gateway.authorise(testRequest({ purpose, securityCode: '', idempotencyKey: `without-${purpose}` }))
  }
  assert.equal(adyen.asked.length, 3)
  for (const { body } of adyen.asked) {
    assert.deepEqual(Object.keys(jsonOf(body).paymentMethod), ['type', 'number', 'expiryMonth', 'expiryYear'])
  }
})

test('the digits are in no text, and their body is overwritten', async (t) => {
  const { gateway, bodies } = await startAdyen(t)
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
  const { adyen, gateway } = await startAdyen(t)
  const first = await gateway.authorise(testRequest())
  assert.deepEqual(await gateway.authorise(testRequest()), first)
  assert.equal(adyen.ledger.counted.authorised, 1)
})

test('what is held is captured once, in part too', async (t) => {
  const { adyen, gateway, moved } = await startAdyen(t)
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
  const { gateway, adyen, moved } = await startAdyen(t)
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
  const { adyen, gateway, moved } = await startAdyen(t)
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
  const { adyen, gateway } = await startAdyen(t)
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
  const { adyen, gateway, moved } = await startAdyen(t)
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
  const { adyen, gateway, moved } = await startAdyen(t)
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
    const { gateway, clock, moved } = await startAdyen(t)
    const request = testRequest({ pan })
    const answer = await gateway.authorise(request)
    assert.ok(answer.status === 'declined')
    assert.deepEqual([answer.reason, answer.gatewayCode], [reason, gatewayCode])
    assert.deepEqual(await gateway.reconcile(askedBefore(request, clock.now())), answer)
    assert.deepEqual(moved(), {})
  })
}

test('a payment that came to nothing is an error, one that is pending is not known', async (t) => {
  const { gateway } = await startAdyen(t)
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
    const { adyen, gateway } = await startAdyen(t)
    const order = { amountMinor, currency }
    const answer = approved(await gateway.authorise(testRequest({ order })))
    assert.deepEqual(jsonOf(adyen.asked[0]?.body).amount, { currency, value })
    assert.deepEqual(answer.amount, order)
  })
}

test('a sum that Adyen cannot be asked for is not sent', async (t) => {
  const { adyen, gateway } = await startAdyen(t)
  for (const order of [
    { amountMinor: 12_345, currency: 'CVE' },
    { amountMinor: 12_345, currency: 'IDR' },
  ]) {
    await assert.rejects(gateway.authorise(testRequest({ order })), NotSent)
  }
  assert.equal(adyen.asked.length, 0)
})
