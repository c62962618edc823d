import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { Compile } from 'typebox/compile'
import { askedBefore, testFollowUp, testRequest } from '../test-request.ts'
import { settingsSchema } from './cybersource-gateway.ts'
import { knownReasons, meaningOf } from './cybersource-reasons.ts'
import { cybersourceCards, cybersourceSettings } from './double/test-cybersource.ts'
import { createTestKeys } from './double/test-encryption.ts'
import { approved, key, startCybersource } from './double/test-start.ts'
import { signRequest } from './messages/sign-request.ts'

test('the double’s settings are settings', () => {
  const check = Compile(settingsSchema)
  assert.ok(check.Check(cybersourceSettings))
  assert.ok(
    check.Check({
      ...cybersourceSettings,
      baseUrl: 'https://apitest.cybersource.com',
      tokenType: 'customer',
    }),
  )
  assert.ok(!check.Check({ ...cybersourceSettings, baseUrl: 'https://apitest.cybersource.com/pts?x' }))
  const whole = { ...createTestKeys().settings, authentication: 'jwt', agreement: 'recurring' }
  const rest = { statementDescriptor: "O'NEIL & SONS", threeDSecure: 'payer-authentication' }
  assert.ok(check.Check({ ...cybersourceSettings, ...whole, ...rest }))
  for (const wrong of [{ authentication: 'none' }, { responseKey: 'x' }, { statementDescriptor: 'zażółć' }]) {
    assert.ok(!check.Check({ ...cybersourceSettings, ...wrong }))
  }
})

test('a request is signed over host, date, target, digest and merchant, in that order', () => {
  const url = new URL('https://apitest.cybersource.com/pts/v2/payments')
  const now = Date.UTC(2026, 0, 15, 9, 30)
  const signed = signRequest(cybersourceSettings, { method: 'POST', url, body: Buffer.from('{}'), now })
  assert.deepEqual(signed, {
    'v-c-date': 'Thu, 15 Jan 2026 09:30:00 GMT',
    'v-c-merchant-id': 'harbour_books',
    digest: 'SHA-256=RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=',
    signature: signed.signature,
  })
  assert.match(
    signed.signature ?? '',
    /^keyid="08c94330-[0-9a-f-]+", algorithm="HmacSHA256", headers="host v-c-date request-target digest v-c-merchant-id", signature="[A-Za-z0-9+/]{43}="$/,
  )
  const read = signRequest(cybersourceSettings, { method: 'GET', url, now })
  assert.match(read.signature ?? '', /headers="host v-c-date request-target v-c-merchant-id"/)
})

test('a payment on the telephone is a sale that is marked as MOTO, with the customer’s address', async (t) => {
  const { gateway, asked, ledger } = await startCybersource(t)
  const initialValues = {
    FirstName: 'John',
    Surname: 'Smith',
    Street1: 'Hubska 52',
    Country: 'gb',
    Email: 'j@x.pl',
  }
  const answer = approved(await gateway.authorise(testRequest({ initialValues })))
  assert.deepEqual(JSON.parse(String(asked[0]?.body)), {
    clientReferenceInformation: {
      code: key,
      transactionId: createHash('sha256').update(key).digest('hex').slice(0, 30),
      comments: 'order-1',
    },
    processingInformation: {
      capture: true,
      commerceIndicator: 'MOTO',
      authorizationOptions: { partialAuthIndicator: false },
    },
    orderInformation: {
      amountDetails: { totalAmount: '12.40', currency: 'GBP' },
      billTo: { firstName: 'John', lastName: 'Smith', email: 'j@x.pl', country: 'GB', address1: 'Hubska 52' },
    },
    paymentInformation: {
      card: {
        type: '001',
        number: '4242424242424242',
        expirationMonth: '12',
        expirationYear: '2030',
        securityCode: '737',
      },
    },
  })
  assert.equal(asked[0]?.headers['v-c-idempotency-id'], key)
  assert.deepEqual(ledger.moved(), { [key]: { currency: 'GBP', held: 0, taken: 1240 } })
  assert.equal(answer.authorisationCode, '888888')
  assert.equal(answer.captured, true)
  assert.deepEqual(answer.amount, { amountMinor: 1240, currency: 'GBP' })
  const { requestID, decision, reasonCode, avsCode, cvCode, authorizationCode } = answer.details ?? {}
  assert.deepEqual(
    { requestID, decision, reasonCode, avsCode, cvCode, authorizationCode },
    {
      requestID: answer.gatewayReference,
      decision: 'ACCEPT',
      reasonCode: '100',
      avsCode: 'X',
      cvCode: 'M',
      authorizationCode: '888888',
    },
  )
})

test('a payment on the page is one of the internet', async (t) => {
  const { gateway, asked } = await startCybersource(t)
  approved(await gateway.authorise(testRequest({ channel: 'ecommerce' })))
  assert.equal(JSON.parse(String(asked[0]?.body)).processingInformation.commerceIndicator, 'internet')
})

test('a card without a security code goes without one, also where it is kept or only verified', async (t) => {
  const { gateway, asked } = await startCybersource(t)
  for (const purpose of ['charge', 'verify', 'tokenise'] as const) {
    await gateway.authorise(testRequest({ purpose, securityCode: '', idempotencyKey: `without-${purpose}` }))
  }
  assert.equal(asked.length, 3)
  for (const { body } of asked) {
    const { card } = JSON.parse(String(body)).paymentInformation
    assert.deepEqual(Object.keys(card), ['type', 'number', 'expirationMonth', 'expirationYear'])
  }
})

test('the digits are in no text, and their body is overwritten', async (t) => {
  const { gateway, bodies } = await startCybersource(t)
  const request = testRequest()
  const asked = gateway.authorise(request)
  request.card.pan.wipe()
  request.card.expiry.wipe()
  request.card.securityCode?.wipe()
  approved(await asked)
  assert.ok(bodies.length === 1 && bodies[0]?.every((byte) => byte === 0))
})

test('a second request with the same key charges nothing, and what became of the first is found', async (t) => {
  const { gateway, ledger, clock } = await startCybersource(t)
  const request = testRequest()
  const first = approved(await gateway.authorise(request))
  await assert.rejects(gateway.authorise(testRequest()), { name: 'UnclearAnswer' })
  const found = approved(await gateway.reconcile(askedBefore(request, clock.now())))
  assert.equal(found.gatewayReference, first.gatewayReference)
  assert.deepEqual([found.captured, found.amount, found.authorisationCode], [true, first.amount, '888888'])
  assert.equal(ledger.counted.authorised, 1)
})

for (const [pan, status, reason, code] of [
  ['4000000000000002', 'declined', 'do-not-honour', 'PROCESSOR_DECLINED'],
  ['4000000000009995', 'declined', 'insufficient-funds', 'INSUFFICIENT_FUND'],
  ['4000000000009987', 'declined', 'lost-or-stolen', 'PROCESSOR_DECLINED'],
  ['4000000000000069', 'declined', 'expired-card', 'EXPIRED_CARD'],
  ['4000000000000119', 'error', undefined, 'ISSUER_UNAVAILABLE'],
] as const) {
  test(`what CyberSource says as ${code} is ${reason ?? 'a failure'}, and is found so`, async (t) => {
    const { gateway, ledger, clock } = await startCybersource(t)
    const request = testRequest({ pan })
    const answer = await gateway.authorise(request)
    assert.equal(answer.status, status)
    assert.equal('reason' in answer ? answer.reason : undefined, reason)
    assert.equal('gatewayCode' in answer && answer.gatewayCode, code)
    const found = await gateway.reconcile(askedBefore(request, clock.now()))
    assert.equal(found?.status, status)
    assert.equal(found && 'gatewayCode' in found && found.gatewayCode, cybersourceCards[pan]?.code)
    assert.deepEqual(ledger.moved(), {})
  })
}

test('every reason that is published says something, and one that is not is a refusal', () => {
  assert.ok(knownReasons.length > 35)
  for (const reason of knownReasons) assert.ok(meaningOf(reason, undefined))
  assert.equal(meaningOf('REASON_OF_TOMORROW', undefined), 'do-not-honour')
  assert.equal(meaningOf(undefined, undefined), 'do-not-honour')
  assert.equal(meaningOf('PROCESSOR_DECLINED', '51'), 'insufficient-funds')
  assert.equal(meaningOf('EXPIRED_CARD', '51'), 'expired-card')
})

test('a payment that is held for review is not captured', async (t) => {
  const { gateway, ledger, clock } = await startCybersource(t)
  const request = testRequest({ pan: '4000000000009235' })
  const answer = await gateway.authorise(request)
  assert.deepEqual([answer.status, 'captured' in answer && answer.captured], ['review', false])
  const found = await gateway.reconcile(askedBefore(request, clock.now()))
  assert.deepEqual([found?.status, found && 'captured' in found && found.captured], ['review', false])
  assert.deepEqual(ledger.moved(), { [key]: { currency: 'GBP', held: 1240, taken: 0 } })
})

test('what the bank holds though the rules reject it is voided before it is declined', async (t) => {
  const { gateway, ledger, clock, misbehave } = await startCybersource(t)
  const request = testRequest({ pan: '4100000000000019' })
  misbehave('closes', { of: /reversals$/, carriesOut: false })
  await assert.rejects(gateway.authorise(request))
  assert.deepEqual(ledger.moved(), { [key]: { currency: 'GBP', held: 1240, taken: 0 } })
  await assert.rejects(gateway.reconcile(askedBefore(request, clock.now())), { name: 'UnclearAnswer' })
  await clock.leap(700_000)
  const found = await gateway.reconcile(askedBefore(request, clock.now()))
  assert.deepEqual(
    [found?.status, found && 'reason' in found && found.reason],
    ['declined', 'suspected-fraud'],
  )
  assert.deepEqual(ledger.moved(), {})
})

test('a card that is kept has a token, costs nothing, and is found with its token', async (t) => {
  const { gateway, asked, ledger, clock } = await startCybersource(t)
  const request = testRequest({ purpose: 'tokenise' })
  const answer = approved(await gateway.authorise(request))
  assert.match(answer.token ?? '', /^token-/)
  assert.deepEqual([answer.captured, answer.amount], [false, undefined])
  const { processingInformation, orderInformation } = JSON.parse(String(asked[0]?.body))
  assert.deepEqual(processingInformation, {
    capture: false,
    commerceIndicator: 'MOTO',
    authorizationOptions: {
      partialAuthIndicator: false,
      initiator: { type: 'customer', credentialStoredOnFile: true },
    },
    actionList: ['TOKEN_CREATE'],
    actionTokenTypes: ['paymentInstrument'],
  })
  assert.equal(orderInformation.amountDetails.totalAmount, '0.00')
  assert.equal(approved(await gateway.reconcile(askedBefore(request, clock.now()))).token, answer.token)
  assert.deepEqual(ledger.moved(), {})
})

test('a card that is only verified is authorised for nothing, and no sale', async (t) => {
  const { gateway, asked, ledger, clock } = await startCybersource(t)
  const request = testRequest({ purpose: 'verify' })
  const answer = approved(await gateway.authorise(request))
  assert.deepEqual([answer.captured, answer.amount, answer.token], [false, undefined, undefined])
  const { processingInformation, orderInformation } = JSON.parse(String(asked[0]?.body))
  assert.deepEqual(processingInformation, {
    capture: false,
    commerceIndicator: 'MOTO',
    authorizationOptions: { partialAuthIndicator: false },
  })
  assert.equal(orderInformation.amountDetails.totalAmount, '0.00')
  const found = approved(await gateway.reconcile(askedBefore(request, clock.now())))
  assert.deepEqual([found.captured, found.amount], [false, undefined])
  assert.deepEqual(ledger.moved(), {})
})

test('a card of which no token was made has not been kept', async (t) => {
  const { gateway, misbehave } = await startCybersource(t)
  misbehave((answer) => ({ ...answer, body: { ...(answer.body as object), tokenInformation: {} } }))
  const answer = await gateway.authorise(testRequest({ purpose: 'tokenise' }))
  assert.deepEqual([answer.status, 'gatewayCode' in answer && answer.gatewayCode], ['error', 'no-token'])
})

test('what is held is captured once, and refunded by its capture', async (t) => {
  const { gateway, create, ledger, sent } = await startCybersource(t)
  const { gatewayReference } = approved(await gateway.authorise(testRequest({ purpose: 'authorise' })))
  const amount = { amountMinor: 1000, currency: 'GBP' }
  const capture = testFollowUp(gatewayReference, { kind: 'capture', amount })
  const done = await gateway.capture(capture)
  assert.equal(done.status, 'done')
  assert.deepEqual(await create().capture(capture), done, 'another process finds that it was done')
  assert.deepEqual(ledger.moved(), { [key]: { currency: 'GBP', held: 0, taken: 1000 } })
  const authorised = { amount: { amountMinor: 1240, currency: 'GBP' }, captured: false }
  const refund = testFollowUp(gatewayReference, { kind: 'refund', amount, authorised })
  assert.equal((await gateway.refund(refund)).status, 'done')
  assert.equal((await create().refund(refund)).status, 'done')
  assert.equal(sent(/captures\/\d+\/refunds$/).length, 1)
  assert.deepEqual(ledger.moved(), {})
  assert.deepEqual({ ...ledger.counted }, { authorised: 1, captured: 1, voided: 0, refunded: 1 })
})

test('what is held is voided once; what was taken is not, and is refunded', async (t) => {
  const { gateway, create, ledger, sent } = await startCybersource(t)
  const held = approved(await gateway.authorise(testRequest({ purpose: 'authorise' })))
  const order = testFollowUp(held.gatewayReference, { kind: 'void' })
  assert.equal((await gateway.void(order)).status, 'done')
  assert.equal((await create().void(order)).status, 'done')
  assert.deepEqual(ledger.moved(), {})
  const sale = approved(await gateway.authorise(testRequest({ idempotencyKey: 'sale' })))
  const authorised = { amount: { amountMinor: 1240, currency: 'GBP' }, captured: true }
  const again = { idempotencyKey: 'sale-void', authorised }
  assert.deepEqual(await gateway.void(testFollowUp(sale.gatewayReference, { kind: 'void', ...again })), {
    status: 'refused',
    gatewayCode: 'captured',
  })
  const refund = { idempotencyKey: 'sale-refund', authorised }
  const given = await gateway.refund(testFollowUp(sale.gatewayReference, { kind: 'refund', ...refund }))
  assert.equal(given.status, 'done')
  assert.equal(sent(/payments\/\d+\/refunds$/).length, 1)
  assert.deepEqual(ledger.moved(), {})
})

for (const kind of ['capture', 'void', 'refund'] as const) {
  test(`a ${kind} whose answer is lost is not asked for again before the search would find it`, async (t) => {
    const { gateway, clock, ledger, misbehave, searchIsBehind, sent } = await startCybersource(t)
    const purpose = kind === 'refund' ? 'charge' : 'authorise'
    const { gatewayReference, amount } = approved(await gateway.authorise(testRequest({ purpose })))
    assert.ok(amount)
    const authorised = { amount, captured: kind === 'refund' }
    const order = testFollowUp(gatewayReference, { kind, authorised })
    searchIsBehind(300_000)
    const path = new RegExp(`/(${kind === 'void' ? 'reversal' : kind}s)$`)
    misbehave('closes', { of: path })
    await assert.rejects(gateway[kind](order))
    await clock.advance(60_000)
    await assert.rejects(gateway[kind](order), { name: 'UnclearAnswer' })
    await clock.advance(300_000)
    assert.equal((await gateway[kind](order)).status, 'done')
    assert.equal(sent(path).length, 1)
    const { captured, voided, refunded } = ledger.counted
    assert.equal({ capture: captured, void: voided, refund: refunded }[kind], 1)
  })
}

test('a follow-up that CyberSource refuses is refused; one that is not let in is asked for again', async (t) => {
  const { gateway, misbehave } = await startCybersource(t)
  const { gatewayReference } = approved(await gateway.authorise(testRequest({ purpose: 'authorise' })))
  const amount = { amountMinor: 2000, currency: 'GBP' }
  const tooMuch = testFollowUp(gatewayReference, { kind: 'capture', amount })
  assert.deepEqual(await gateway.capture(tooMuch), { status: 'refused', gatewayCode: 'EXCEEDS_AUTH_AMOUNT' })
  for (const status of [401, 403, 429]) {
    misbehave(() => ({ status, body: { response: { rmsg: 'No.' } } }), { of: /captures$/, carriesOut: false })
    const order = testFollowUp(gatewayReference, { kind: 'capture', idempotencyKey: `capture-${status}` })
    await assert.rejects(gateway.capture(order), { name: 'UnclearAnswer' })
    assert.equal((await gateway.capture(order)).status, status === 401 ? 'done' : 'refused')
  }
})
