import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { Compile } from 'typebox/compile'
import { createMovableClock } from '../../../base/clock.ts'
import {
  type AtBank,
  type GatewayAnswer,
  type GatewayChallenge,
  type NotFound,
  NotSent,
} from '../../model/gateway.ts'
import { askedBefore, outgoingFor, testFollowUp, testRequest } from '../test-request.ts'
import { amountDetails, amountIn } from './cybersource-amounts.ts'
import { createCybersourceGateway, settingsSchema } from './cybersource-gateway.ts'
import { knownReasons, meaningOf } from './cybersource-reasons.ts'
import { cybersourceCards, cybersourceSettings, startCybersourceDouble } from './double/test-cybersource.ts'
import { createTestKeys } from './double/test-encryption.ts'
import { signRequest } from './messages/sign-request.ts'

const key = testRequest().idempotencyKey
const hour = 3_600_000

async function start(t: TestContext) {
  const clock = createMovableClock()
  const double = await startCybersourceDouble({ clock })
  t.after(() => double.close())
  const { send, bodies } = outgoingFor(t, { clock })
  const create = () =>
    createCybersourceGateway({ settings: { ...cybersourceSettings, baseUrl: double.url }, send, clock })
  const sent = (path: RegExp) =>
    double.asked.filter((request) => path.test(`${request.method} ${request.path}`))
  return { ...double, gateway: create(), create, bodies, clock, sent }
}

function approved(answer: GatewayAnswer | GatewayChallenge | NotFound | AtBank | undefined) {
  assert.equal(answer?.status, 'approved')
  return answer as Extract<GatewayAnswer, { status: 'approved' }>
}

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
  const { gateway, asked, ledger } = await start(t)
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
  const { gateway, asked } = await start(t)
  approved(await gateway.authorise(testRequest({ channel: 'ecommerce' })))
  assert.equal(JSON.parse(String(asked[0]?.body)).processingInformation.commerceIndicator, 'internet')
})

test('a card without a security code goes without one, also where it is kept or only verified', async (t) => {
  const { gateway, asked } = await start(t)
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
  const { gateway, bodies } = await start(t)
  const request = testRequest()
  const asked = gateway.authorise(request)
  request.card.pan.wipe()
  request.card.expiry.wipe()
  request.card.securityCode?.wipe()
  approved(await asked)
  assert.ok(bodies.length === 1 && bodies[0]?.every((byte) => byte === 0))
})

test('a second request with the same key charges nothing, and what became of the first is found', async (t) => {
  const { gateway, ledger, clock } = await start(t)
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
    const { gateway, ledger, clock } = await start(t)
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
  const { gateway, ledger, clock } = await start(t)
  const request = testRequest({ pan: '4000000000009235' })
  const answer = await gateway.authorise(request)
  assert.deepEqual([answer.status, 'captured' in answer && answer.captured], ['review', false])
  const found = await gateway.reconcile(askedBefore(request, clock.now()))
  assert.deepEqual([found?.status, found && 'captured' in found && found.captured], ['review', false])
  assert.deepEqual(ledger.moved(), { [key]: { currency: 'GBP', held: 1240, taken: 0 } })
})

test('what the bank holds though the rules reject it is voided before it is declined', async (t) => {
  const { gateway, ledger, clock, misbehave } = await start(t)
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
  const { gateway, asked, ledger, clock } = await start(t)
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
  const { gateway, asked, ledger, clock } = await start(t)
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
  const { gateway, misbehave } = await start(t)
  misbehave((answer) => ({ ...answer, body: { ...(answer.body as object), tokenInformation: {} } }))
  const answer = await gateway.authorise(testRequest({ purpose: 'tokenise' }))
  assert.deepEqual([answer.status, 'gatewayCode' in answer && answer.gatewayCode], ['error', 'no-token'])
})

test('what is held is captured once, and refunded by its capture', async (t) => {
  const { gateway, create, ledger, sent } = await start(t)
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
  const { gateway, create, ledger, sent } = await start(t)
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
    const { gateway, clock, ledger, misbehave, searchIsBehind, sent } = await start(t)
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
  const { gateway, misbehave } = await start(t)
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

test('a payment that is not found is not known; where it is to be voided, whatever there is is reversed', async (t) => {
  for (const purpose of ['charge', 'authorise'] as const) {
    const { gateway, clock, ledger, searchIsBehind } = await start(t)
    const request = testRequest({ purpose })
    const requestedAt = clock.now()
    approved(await gateway.authorise(request))
    searchIsBehind(100 * hour)
    const asked = { ...askedBefore(request, requestedAt), lateApproval: 'void' } as const
    assert.equal(await gateway.reconcile(asked), undefined, 'too early')
    await clock.leap(2 * hour)
    assert.equal(await gateway.reconcile({ ...asked, lateApproval: 'record' }), undefined)
    assert.equal(Object.keys(ledger.moved()).length, 1)
    assert.deepEqual(await gateway.reconcile(asked), { status: 'error', gatewayCode: 'undone' })
    assert.deepEqual(ledger.moved(), {})
  }
})

test('reversals whatever there is, whose answer is lost, is found done', async (t) => {
  const { gateway, clock, ledger, misbehave, searchIsBehind } = await start(t)
  const request = testRequest()
  const requestedAt = clock.now()
  approved(await gateway.authorise(request))
  await clock.leap(2 * hour)
  searchIsBehind(5 * hour)
  misbehave('closes', { of: /v2\/voids$/ })
  const asked = { ...askedBefore(request, requestedAt), lateApproval: 'void' } as const
  await assert.rejects(gateway.reconcile(asked), { name: 'NoAnswer' })
  await assert.rejects(gateway.reconcile(asked), { name: 'UnclearAnswer' }, 'it is not asked for again')
  assert.deepEqual(ledger.moved(), {})
  await clock.leap(5 * hour)
  const reversed = { status: 'error', gatewayCode: 'undone' }
  assert.deepEqual(await gateway.reconcile(asked), reversed, 'though the search finds the payment too')
  assert.deepEqual(await gateway.reconcile(asked), reversed)
  assert.deepEqual(ledger.moved(), {})
})

test('a payment that never arrived stays unknown: there is nothing to reverse, and nobody says so for certain', async (t) => {
  const { gateway, clock } = await start(t)
  const asked = { ...askedBefore(testRequest(), clock.now()), lateApproval: 'void' } as const
  await clock.leap(2 * hour)
  assert.equal(await gateway.reconcile(asked), undefined)
})

test('another transaction whose key only begins the same is not taken for this one', async (t) => {
  const { gateway, clock } = await start(t)
  await gateway.authorise(testRequest({ idempotencyKey: `${key}1` }))
  assert.equal(await gateway.reconcile(askedBefore(testRequest(), clock.now())), undefined)
})

test('what is answered or found of another request, without a sum or of another sum is not believed', async (t) => {
  const { misbehave, gateway, clock } = await start(t)
  const another = { clientReferenceInformation: { code: 'another' } }
  const transaction = /^GET .tss.v2.transactions/
  const change = (changes: object, of: RegExp) =>
    misbehave(({ status, body }) => ({ status, body: { ...(body as object), ...changes } }), {
      of,
    })
  const request = testRequest()
  change(another, /^POST .pts.v2.payments$/)
  await assert.rejects(gateway.authorise(request), { name: 'UnclearAnswer' })
  const inSummaries = (changes: object) =>
    misbehave(
      ({ status, body }) => {
        const { transactionSummaries } = (body as { _embedded: { transactionSummaries: readonly object[] } })
          ._embedded
        const changed = transactionSummaries.map((each) => ({ ...each, ...changes }))
        return { status, body: { _embedded: { transactionSummaries: changed } } }
      },
      { of: /searches$/ },
    )
  inSummaries(another)
  assert.equal(await gateway.reconcile(askedBefore(request, clock.now())), undefined)
  for (const changes of [{ orderInformation: {} }, another]) {
    change(changes, transaction)
    assert.equal(await gateway.reconcile(askedBefore(request, clock.now())), undefined)
  }
  const { gatewayReference } = approved(await gateway.reconcile(askedBefore(request, clock.now())))
  const amount = { amountMinor: 300, currency: 'GBP' }
  const refund = testFollowUp(gatewayReference, { kind: 'refund', amount })
  assert.equal((await gateway.refund(refund)).status, 'done')
  assert.equal((await gateway.refund(refund)).status, 'done', 'it is found')
  change({ orderInformation: { amountDetails: { totalAmount: '5.00', currency: 'GBP' } } }, transaction)
  await assert.rejects(gateway.refund(refund), { name: 'UnclearAnswer' })
})

test('a found payment that ended in an error is not known', async (t) => {
  const { gateway, clock, misbehave } = await start(t)
  await gateway.authorise(testRequest())
  misbehave(
    ({ status, body }) => ({
      status,
      body: JSON.parse(
        JSON.stringify(body).replaceAll('"rCode":"1"', '"rCode":"-1"').replaceAll('"100"', '"250"'),
      ),
    }),
    { of: /^GET .tss.v2.transactions/ },
  )
  assert.equal(await gateway.reconcile(askedBefore(testRequest(), clock.now())), undefined)
})

for (const [currency, amountMinor, text] of [
  ['GBP', 1240, '12.40'],
  ['GBP', 5, '0.05'],
  ['GBP', 0, '0.00'],
  ['JPY', 1240, '1240'],
  ['KWD', 1240, '1.240'],
  ['HUF', 1045, '10.45'],
] as const) {
  test(`${amountMinor} minor units of ${currency} are written ${text}, and read back`, () => {
    const written = amountDetails({ amountMinor, currency })
    assert.deepEqual(written, { totalAmount: text, currency })
    assert.deepEqual(amountIn(written, 'totalAmount'), { amountMinor, currency })
  })
}

test('an amount is read as it may be written, and one that cannot be is not guessed', () => {
  assert.deepEqual(amountIn({ totalAmount: '400', currency: 'USD' }, 'totalAmount'), {
    amountMinor: 40_000,
    currency: 'USD',
  })
  assert.deepEqual(amountIn({ authorizedAmount: '1.5', currency: 'USD' }, 'authorizedAmount'), {
    amountMinor: 150,
    currency: 'USD',
  })
  assert.deepEqual(amountIn({ totalAmount: '12.00', currency: 'JPY' }, 'totalAmount'), {
    amountMinor: 12,
    currency: 'JPY',
  })
  assert.equal(amountIn({ currency: 'USD' }, 'totalAmount'), undefined)
  for (const totalAmount of ['12.405', '-1', '1e3', '12,40', '1 000']) {
    assert.throws(() => amountIn({ totalAmount, currency: 'USD' }, 'totalAmount'), { name: 'UnclearAnswer' })
  }
})

for (const [status, body] of [
  [502, { status: 'SERVER_ERROR', reason: 'SYSTEM_ERROR' }],
  [502, { status: 'SERVER_ERROR', reason: 'SERVER_TIMEOUT' }],
  [201, { id: '7', status: 'STATUS_OF_TOMORROW' }],
  [201, { status: 'AUTHORIZED' }],
  [400, { status: 'INVALID_REQUEST', reason: 'DUPLICATE_REQUEST' }],
  [400, { status: 'INVALID_REQUEST', reason: 'PROCESSOR_UNAVAILABLE' }],
  [400, { error: 'x' }],
] as const) {
  test(`after ${status} with ${JSON.stringify(body)} nobody says what became of the money`, async (t) => {
    const { gateway, misbehave } = await start(t)
    misbehave(() => ({ status, body }))
    await assert.rejects(gateway.authorise(testRequest()), (error: Error) => {
      assert.ok(!(error instanceof NotSent))
      return error.name === 'UnclearAnswer'
    })
  })
}

for (const [reason, expected] of [
  ['MISSING_FIELD', { status: 'error', gatewayCode: 'MISSING_FIELD' }],
  ['INVALID_MERCHANT_CONFIGURATION', { status: 'error', gatewayCode: 'INVALID_MERCHANT_CONFIGURATION' }],
  ['INVALID_CARD', { status: 'declined', reason: 'invalid-card-number', gatewayCode: 'INVALID_CARD' }],
  [
    'CARD_TYPE_NOT_ACCEPTED',
    { status: 'declined', reason: 'card-not-supported', gatewayCode: 'CARD_TYPE_NOT_ACCEPTED' },
  ],
] as const) {
  test(`a request that is refused as ${reason} has moved nothing`, async (t) => {
    const { gateway, misbehave, ledger } = await start(t)
    misbehave(() => ({ status: 400, body: { status: 'INVALID_REQUEST', reason } }), { carriesOut: false })
    assert.deepEqual(await gateway.authorise(testRequest()), expected)
    assert.deepEqual(ledger.moved(), {})
  })
}
