import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuthorisationRequest, GatewayAnswer, GatewayChallenge } from '../../../model/gateway.ts'
import { NotSent } from '../../../model/gateway.ts'
import { askedBefore, testRequest } from '../../test-request.ts'
import { authenticatedCards, challenged } from '../double/test-payer-authentication.ts'
import { startCybersource } from '../double/test-start.ts'

const key = testRequest().idempotencyKey
const { signal } = new AbortController()
const hour = 3_600_000
const paying = /^POST .pts.v2.payments$/

const onPage = {
  channel: 'ecommerce',
  challengeReturnUrl: 'https://pay.test/back',
  clientAddress: '192.0.2.7',
  browser: {
    acceptHeader: 'text/html',
    userAgent: 'Mozilla/5.0',
    language: 'de-DE',
    javaScriptEnabled: true,
    javaEnabled: false,
    colorDepth: 24,
    screenHeight: 900,
    screenWidth: 1440,
    timeZoneOffset: -60,
  },
} as const satisfies Partial<AuthorisationRequest>

const asking = (changes: Parameters<typeof testRequest>[0] = {}) =>
  testRequest({ ...onPage, pan: authenticatedCards.asks, ...changes })

const start = (t: Parameters<typeof startCybersource>[0]) =>
  startCybersource(t, { threeDSecure: 'payer-authentication' })

type Started = Awaited<ReturnType<typeof start>>
type Process = ReturnType<Started['create']>

function fieldsOf(answer: GatewayAnswer | GatewayChallenge): Readonly<Record<string, string>> {
  assert.equal(answer.status, 'challenge')
  const { url, fields } = (answer as GatewayChallenge).challenge
  assert.equal(url, 'https://centinel.bank.test/V2/Cruise/StepUp')
  return fields
}

const complete = (process: Process, answer: 'abandoned' | Readonly<Record<string, string>>) => {
  assert.ok(process.completeChallenge)
  return process.completeChallenge({ idempotencyKey: key, answer, signal })
}

test('a bank that asks nothing: set up, enrolled, paid, and the card is sent once alone, encrypted', async (t) => {
  const { gateway, asked, ledger, bodies } = await start(t)
  const request = testRequest(onPage)
  const answering = gateway.authorise(request)
  request.card.pan.wipe()
  request.card.securityCode?.wipe()
  assert.equal((await answering).status, 'approved')
  assert.deepEqual(
    asked.map(({ path }) => path),
    [
      ...['/flex/v2/sessions', '/flex/v2/tokens', '/risk/v1/authentication-setups'],
      ...['/risk/v1/authentications', '/pts/v2/payments'],
    ],
  )
  const [, , setUp, enrol, payment] = asked.map(({ body }, at) => at > 1 && JSON.parse(String(body)))
  assert.equal(setUp.clientReferenceInformation.code, `${key}-3ds`)
  assert.equal(enrol.deviceInformation.httpBrowserTimeDifference, '-60')
  assert.equal(enrol.consumerAuthenticationInformation.returnUrl, 'https://pay.test/back')
  assert.equal(payment.processingInformation.commerceIndicator, 'vbv')
  assert.equal(payment.consumerAuthenticationInformation.cavv, 'AAABAWFlmQAAAABjRWWZEEFgFz8=')
  assert.equal(payment.paymentInformation, undefined)
  for (const body of bodies)
    assert.ok(
      body.every((byte) => byte === 0),
      'every body is overwritten',
    )
  for (const { body } of asked) assert.doesNotMatch(String(body), /4242424242424242|"737"/)
  assert.equal(ledger.moved()[key]?.taken, 1240)
})

test('a bank that refuses without asking: declined, and no payment was asked for', async (t) => {
  const { gateway, sent } = await start(t)
  const answer = await gateway.authorise(asking({ pan: authenticatedCards.refuses }))
  assert.deepEqual(
    [answer.status, 'reason' in answer && answer.reason],
    ['declined', 'authentication-failed'],
  )
  assert.equal(sent(paying).length, 0)
})

for (const [what, decision, status] of [
  ['confirms', 'confirms', 'approved'],
  ['refuses', 'refuses', 'declined'],
] as const) {
  for (const where of ['the same process', 'another process'] as const) {
    test(`a customer who ${what} at the bank: ${status}, in ${where}`, async (t) => {
      const { gateway, create, bank, ledger, sent } = await start(t)
      const { MD = '', JWT } = fieldsOf(await gateway.authorise(asking()))
      assert.equal(JWT, 'a.step.up')
      assert.deepEqual(ledger.moved(), {})
      assert.ok(MD.length <= 1_000)
      const process = where === 'the same process' ? gateway : create()
      const answer = await complete(process, { ...bank.decide(decision), MD })
      assert.equal(answer.status, status)
      assert.equal(sent(paying).length, status === 'approved' ? 1 : 0)
      assert.equal(ledger.counted.captured, status === 'approved' ? 1 : 0)
      if (status === 'declined') return
      const payment = JSON.parse(String(sent(paying)[0]?.body))
      const { specificationVersion, ...told } = challenged
      const { ecommerceIndicator, ...result } = told
      assert.deepEqual(payment.consumerAuthenticationInformation, {
        ...result,
        paSpecificationVersion: specificationVersion,
      })
      assert.equal(payment.processingInformation.commerceIndicator, ecommerceIndicator)
      assert.equal(payment.orderInformation.amountDetails.totalAmount, '12.40')
      assert.deepEqual('amount' in answer && answer.amount, { amountMinor: 1240, currency: 'GBP' })
    })
  }
}

test('a customer who goes on without what was sent along is known in the same process', async (t) => {
  const { gateway, bank } = await start(t)
  fieldsOf(await gateway.authorise(asking()))
  assert.equal((await complete(gateway, bank.decide('confirms'))).status, 'approved')
})

test('names that are too long for the way to the bank are left out of the payment', async (t) => {
  const { gateway, create, bank, sent } = await start(t)
  const noise = (length: number) =>
    Array.from({ length }, (_, at) => String.fromCharCode(97 + ((at * at * 7) % 26))).join('')
  const initialValues = Object.fromEntries(
    ['FirstName', 'Surname', 'Street1', 'City', 'State', 'Postcode'].map((name, at) => [
      name,
      noise(99 - at),
    ]),
  )
  const order = { amountMinor: 1240, currency: 'GBP', reference: noise(255) }
  const { MD = '' } = fieldsOf(await gateway.authorise(asking({ initialValues, order })))
  assert.ok(MD.length <= 1_000)
  assert.equal((await complete(create(), { ...bank.decide('confirms'), MD })).status, 'approved')
  const { orderInformation } = JSON.parse(String(sent(paying)[0]?.body))
  assert.deepEqual(orderInformation.amountDetails, { totalAmount: '12.40', currency: 'GBP' })
})

test('another payment’s way back, or its authentication, says nothing about this one', async (t) => {
  const { gateway, create, bank, sent } = await start(t)
  const own = fieldsOf(await gateway.authorise(asking()))
  const other = fieldsOf(await gateway.authorise(asking({ idempotencyKey: 'another' })))
  const confirmed = bank.decide('confirms')
  const brought = await complete(gateway, { ...confirmed, MD: own.MD ?? '' })
  assert.deepEqual(
    [brought.status, 'gatewayCode' in brought && brought.gatewayCode],
    ['declined', 'another-payment'],
  )
  const foreign = { ...confirmed, MD: other.MD ?? '' }
  await assert.rejects(complete(create(), foreign), { name: 'UnclearAnswer' })
  assert.equal(sent(paying).length, 0)
})

test('a customer who stays away: declined by the process that sent them, found out an hour later by another', async (t) => {
  const { gateway, create, clock, sent } = await start(t)
  const request = asking()
  const requestedAt = clock.now()
  fieldsOf(await gateway.authorise(request))
  const next = create()
  assert.equal(await next.reconcile(askedBefore(request, requestedAt)), undefined)
  await assert.rejects(complete(next, 'abandoned'), { name: 'UnclearAnswer' })
  assert.equal((await complete(gateway, 'abandoned')).status, 'declined')
  await assert.rejects(complete(gateway, 'abandoned'), { name: 'UnclearAnswer' }, 'it has been completed')
  await clock.leap(2 * hour)
  const found = await next.reconcile(askedBefore(request, requestedAt))
  assert.deepEqual(
    [found?.status, found && 'gatewayCode' in found && found.gatewayCode],
    ['declined', 'abandoned'],
  )
  assert.equal(sent(paying).length, 0)
})

test('a customer whose bank asked nothing, or said yes, may have paid: it stays open', async (t) => {
  const { gateway, create, bank, clock, misbehave } = await start(t)
  misbehave(() => ({ status: 503, body: '' }), { of: paying, carriesOut: false })
  const frictionless = testRequest({ ...onPage, idempotencyKey: 'frictionless' })
  const requestedAt = clock.now()
  await assert.rejects(gateway.authorise(frictionless), { name: 'UnclearAnswer' })
  const { MD = '' } = fieldsOf(await gateway.authorise(asking()))
  misbehave(() => ({ status: 503, body: '' }), { of: paying, carriesOut: false })
  await assert.rejects(complete(gateway, { ...bank.decide('confirms'), MD }), { name: 'UnclearAnswer' })
  await clock.leap(2 * hour)
  for (const request of [frictionless, asking()]) {
    assert.equal(await create().reconcile(askedBefore(request, requestedAt)), undefined)
  }
})

test('a customer whose bank said no, which nobody heard, is declined when it is found', async (t) => {
  const { gateway, create, bank, clock, misbehave, sent } = await start(t)
  const requestedAt = clock.now()
  const { MD = '' } = fieldsOf(await gateway.authorise(asking()))
  misbehave('closes', { of: /authentication-results$/ })
  await assert.rejects(complete(gateway, { ...bank.decide('refuses'), MD }), NotSent)
  await clock.leap(2 * hour)
  assert.equal((await create().reconcile(askedBefore(asking(), requestedAt)))?.status, 'declined')
  assert.equal(sent(paying).length, 0)
})

for (const [what, changes] of [
  ['another request’s answer', { clientReferenceInformation: { code: 'another-3ds' } }],
  ['an address that is none', { consumerAuthenticationInformation: { stepUpUrl: 'javascript:alert(1)' } }],
] as const) {
  test(`${what} sends nobody to a bank`, async (t) => {
    const { gateway, misbehave } = await start(t)
    misbehave(
      ({ status, body }) => {
        const { consumerAuthenticationInformation: told } = body as Readonly<Record<string, object>>
        const merged =
          'consumerAuthenticationInformation' in changes ? changes.consumerAuthenticationInformation : {}
        return {
          status,
          body: {
            ...(body as object),
            ...changes,
            consumerAuthenticationInformation: { ...told, ...merged },
          },
        }
      },
      { of: /v1.authentications$/ },
    )
    await assert.rejects(gateway.authorise(asking()), NotSent)
  })
}

test('a payment whose answer is lost after the bank is found, and was asked for once', async (t) => {
  const { gateway, create, bank, misbehave, clock, ledger } = await start(t)
  const request = asking()
  const requestedAt = clock.now()
  const { MD = '' } = fieldsOf(await gateway.authorise(request))
  misbehave('closes', { of: paying })
  const back = { ...bank.decide('confirms'), MD }
  await assert.rejects(complete(gateway, back))
  await assert.rejects(complete(create(), back), { name: 'UnclearAnswer' }, 'it is not asked for twice')
  await clock.leap(2 * hour)
  assert.equal((await create().reconcile(askedBefore(request, requestedAt)))?.status, 'approved')
  assert.equal(ledger.counted.captured, 1)
})

for (const path of [
  ...['/flex/v2/sessions', '/flex/v2/tokens', '/risk/v1/authentication-setups', '/risk/v1/authentications'],
]) {
  for (const manner of ['closes', 'html', 'broken-json', 'a refusal', 'tomorrow’s status'] as const) {
    // A token is no JSON, and its end is a signature that nobody looks at.
    if (manner === 'broken-json' && path.startsWith('/flex/')) continue
    test(`${manner} for ${path}: no payment was asked for, for certain`, async (t) => {
      const { gateway, misbehave, sent, ledger } = await start(t)
      const other = {
        'a refusal': () => ({ status: 403, body: { response: { rmsg: 'No.' } } }),
        'tomorrow’s status': () => ({ status: 201, body: { id: '1', status: 'STATUS_OF_TOMORROW' } }),
      }
      misbehave(manner in other ? other[manner as keyof typeof other] : (manner as 'closes'), {
        of: new RegExp(`${path}$`),
      })
      await assert.rejects(gateway.authorise(asking()), (error: Error) => {
        assert.ok(error instanceof NotSent)
        assert.doesNotMatch(JSON.stringify([error.message, String(error.cause)]), /40000000|2503/)
        return true
      })
      assert.equal(sent(paying).length, 0)
      assert.deepEqual(ledger.moved(), {})
    })
  }
}

for (const [what, changes] of [
  ['on the telephone', { channel: 'moto' }],
  ['by a browser of which too little is known', { browser: { javaScriptEnabled: false } }],
  ['without a way back', { challengeReturnUrl: undefined }],
] as const) {
  test(`a payment ${what} is asked for without authentication`, async (t) => {
    const { gateway, asked } = await start(t)
    const { challengeReturnUrl, ...request } = asking()
    const isWithout = 'challengeReturnUrl' in changes
    const asks = {
      ...request,
      ...(!isWithout && { ...changes, challengeReturnUrl: String(challengeReturnUrl) }),
    } as AuthorisationRequest
    assert.equal((await gateway.authorise(asks)).status, 'approved')
    assert.deepEqual(
      asked.map(({ path }) => path),
      ['/pts/v2/payments'],
    )
  })
}

test('a card that was handed over is good for a quarter of an hour', async (t) => {
  const { gateway, bank, clock, sent } = await start(t)
  const { MD = '' } = fieldsOf(await gateway.authorise(asking()))
  await clock.leap(16 * 60_000)
  await assert.rejects(complete(gateway, { ...bank.decide('confirms'), MD }), NotSent)
  assert.equal(sent(paying).length, 0)
})
