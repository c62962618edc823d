import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createMovableClock } from '../../../base/clock.ts'
import type { AtBank, GatewayAnswer, GatewayChallenge, NotFound } from '../../model/gateway.ts'
import type { DoubleAnswer } from '../test-double.ts'
import { askedBefore, outgoingFor, testFollowUp, testRequest, testSender } from '../test-request.ts'
import { createAdyenGateway } from './adyen-gateway.ts'
import { adyenApiKey, hasAPart, merchantAccount, startAdyenDouble } from './double/test-adyen.ts'
import { resultCodes } from './double/test-adyen-facts.ts'

const { idempotencyKey: key, signal } = testRequest()
const whole = { amountMinor: 1240, currency: 'GBP' }
const unclear = { name: 'UnclearAnswer' }

async function start(t: TestContext, options: Parameters<typeof startAdyenDouble>[0] = {}) {
  const adyen = await startAdyenDouble(options)
  t.after(() => adyen.close())
  const clock = createMovableClock()
  const settings = { apiKey: adyenApiKey, merchantAccount, baseUrl: adyen.url }
  const gateway = createAdyenGateway({ settings, send: outgoingFor(t).send, clock })
  const find = () => gateway.reconcile(askedBefore(testRequest(), clock.now()))
  return { adyen, gateway, find, moved: () => adyen.ledger.moved() }
}

const refusal = (status: number, more: object, headers: Record<string, string> = {}): DoubleAnswer => ({
  status,
  headers,
  body: { status, errorCode: '100', errorType: 'validation', ...more },
})
const verdictOf = (answer: GatewayAnswer | GatewayChallenge | NotFound | AtBank | undefined) =>
  answer && 'gatewayCode' in answer ? [answer.status, answer.gatewayCode] : [answer?.status]

const transient = { 'Transient-Error': 'true' }

test('a transient error is a failure for certain, whatever its status: nothing was begun', async (t) => {
  const { adyen, gateway } = await start(t)
  for (const [answer, gatewayCode] of [
    [refusal(500, { errorCode: '905', errorType: 'internal' }, transient), '905'],
    [refusal(503, { errorCode: '703', errorType: 'internal' }, transient), '703'],
    [refusal(422, { errorCode: '703' }, transient), '703'],
    [{ status: 500, headers: transient, body: {} }, 'transient-error'],
    [{ status: 200, headers: transient, body: { resultCode: 'Error' } }, 'transient-error'],
  ] as const) {
    adyen.misbehave(() => answer, { carriesOut: false })
    assert.deepEqual(await gateway.authorise(testRequest()), { status: 'error', gatewayCode })
  }
})

test('what is transient because the key is in use, is contradicted or is not Adyen’s stays open', async (t) => {
  const { adyen, gateway } = await start(t)
  for (const answer of [
    refusal(422, { errorCode: '704' }, transient),
    refusal(409, {}, transient),
    refusal(500, {}, { 'transient-error': 'false' }),
    { status: 200, headers: transient, body: { resultCode: 'Authorised', pspReference: 'x' } },
    { status: 503, headers: transient, body: '<h1>Sorry</h1>' },
  ]) {
    adyen.misbehave(() => answer, { carriesOut: false })
    await assert.rejects(gateway.authorise(testRequest()), unclear)
  }
})

test('a transient error leaves what is done with a payment to be asked for again, and decides nothing found', async (t) => {
  const { adyen, gateway, find } = await start(t)
  adyen.misbehave(() => refusal(500, {}, transient))
  await assert.rejects(gateway.refund(testFollowUp('x', { kind: 'refund' })), unclear)
  adyen.misbehave(() => refusal(500, {}, transient))
  assert.equal(await find(), undefined)
})

test('a customer whose answer Adyen could not begin with has not paid, and may not have where it was begun before', async (t) => {
  const { adyen, gateway, moved } = await start(t)
  const challengeReturnUrl = 'https://nam.pay.example.com/pay/1/2/challenge'
  const ecommerce = { channel: 'ecommerce', challengeReturnUrl, pan: '4212345678901245' } as const
  await gateway.authorise(testRequest({ ...ecommerce, ...testSender }))
  adyen.misbehave(() => refusal(500, { errorCode: '905' }, transient), { carriesOut: false })
  const completion = { idempotencyKey: key, answer: { redirectResult: 'redirect-1!confirms' }, signal }
  assert.deepEqual(await gateway.completeChallenge?.(completion), { status: 'error', gatewayCode: '905' })
  assert.deepEqual(moved(), {})
  adyen.misbehave(() => refusal(500, { errorCode: '905' }, transient), { carriesOut: false })
  const asked = { purpose: 'charge', order: whole } as const
  await assert.rejects(async () => gateway.completeChallenge?.({ ...completion, asked }), unclear)
})

test('only a type of error that is known, and not Adyen’s own, is a refusal', async (t) => {
  const { adyen, gateway } = await start(t)
  for (const errorType of ['validation', 'security', 'configuration']) {
    for (const status of [400, 401, 403, 404, 422, 429]) {
      adyen.misbehave(() => refusal(status, { errorType }), { carriesOut: false })
      assert.equal((await gateway.authorise(testRequest())).status, 'error', `${status} ${errorType}`)
    }
  }
  for (const more of [{ errorType: 'internal' }, { errorType: 'quantum' }, { errorType: undefined }]) {
    adyen.misbehave(() => refusal(422, more))
    await assert.rejects(gateway.authorise(testRequest()), unclear)
  }
  for (const errorCode of ['703', '704']) {
    adyen.misbehave(() => refusal(422, { errorCode }))
    await assert.rejects(gateway.authorise(testRequest()), unclear)
  }
  for (const status of [402, 405, 408, 418, 500, 502, 599]) {
    adyen.misbehave(() => refusal(status, {}))
    await assert.rejects(gateway.authorise(testRequest()), unclear)
  }
})

/** What each result of a payment is, as an answer that is complete otherwise. */
const read: Readonly<Record<string, string>> = {
  Authorised: 'approved',
  PartiallyAuthorised: 'declined',
  Refused: 'declined',
  Cancelled: 'declined',
  Error: 'error',
  RedirectShopper: 'declined',
  IdentifyShopper: 'declined',
  ChallengeShopper: 'declined',
}

for (const resultCode of [...resultCodes, 'Approved', 'authorised', 'AUTHORISED', '']) {
  test(`the result “${resultCode}” is ${read[resultCode] ?? 'open'}`, async (t) => {
    const { adyen, gateway, find } = await start(t)
    const action = { type: 'redirect', method: 'GET', url: 'https://bank.example/?a=b' }
    const change = (answer: DoubleAnswer): DoubleAnswer => ({
      ...answer,
      body: { ...(answer.body as object), resultCode, action },
    })
    adyen.misbehave(change)
    const first = gateway.authorise(testRequest())
    if (read[resultCode] === undefined) await assert.rejects(first, unclear)
    else assert.equal((await first).status, read[resultCode])
    adyen.misbehave(change)
    const found = await find()
    const foundStatus = resultCode === 'RedirectShopper' ? 'at-bank' : read[resultCode]
    assert.equal(found?.status, foundStatus)
  })
}

test('the whole enumeration of results is read', () => assert.equal(resultCodes.length, 14))

for (const purpose of ['charge', 'authorise'] as const) {
  test(`where the bank has only a part, to ${purpose} is declined, and the part is voided; found, it is again`, async (t) => {
    const { adyen, gateway, moved, find } = await start(t, { partly: 'always' })
    const answer = await gateway.authorise(testRequest({ pan: hasAPart, purpose }))
    assert.ok(answer.status === 'declined')
    assert.deepEqual([answer.reason, answer.gatewayCode], ['insufficient-funds', 'PartiallyAuthorised'])
    assert.deepEqual(moved(), {})
    const found = await find()
    assert.equal(found?.status, 'declined')
    assert.deepEqual(moved(), {})
    const { voided, refunded } = adyen.ledger.counted
    assert.equal(voided + refunded, 1)
  })
}

test('a part is not asked for', async (t) => {
  const { gateway, adyen } = await start(t)
  const answer = await gateway.authorise(testRequest({ pan: hasAPart }))
  assert.deepEqual(verdictOf(answer), ['declined', '12'])
  assert.equal(adyen.ledger.counted.authorised, 0)
})

test('a part that Adyen does not void leaves the payment open, and is voided when it is found', async (t) => {
  const { adyen, gateway, moved, find } = await start(t, { partly: 'always' })
  adyen.misbehave('closes', { carriesOut: false, of: /reversals$/ })
  await assert.rejects(gateway.authorise(testRequest({ pan: hasAPart })))
  assert.equal(Object.keys(moved()).length, 1)
  assert.equal((await find())?.status, 'declined')
  assert.deepEqual(moved(), {})
})

for (const [what, body] of [
  ['its amount', { amount: { currency: 'GBP', value: 500 } }],
  ['what the bank has authorised', { additionalData: { authorisedAmountValue: '500' } }],
  [
    'what the bank has authorised, in its currency',
    { additionalData: { authorisedAmountValue: '500', authorisedAmountCurrency: 'GBP' } },
  ],
  [
    'what remains of an order',
    { order: { pspReference: 'x', remainingAmount: { currency: 'GBP', value: 740 } } },
  ],
] as const) {
  test(`a part that only ${what} tells is no approval, and is voided`, async (t) => {
    for (const again of [false, true]) {
      const { adyen, gateway, find, moved } = await start(t)
      if (again) await gateway.authorise(testRequest())
      adyen.misbehave((answer) => ({ ...answer, body: { ...(answer.body as object), ...body } }))
      const answer = again ? await find() : await gateway.authorise(testRequest())
      assert.deepEqual(verdictOf(answer), ['declined', 'PartiallyAuthorised'])
      assert.deepEqual(moved(), {})
    }
  })
}

const sumOf = (answer: GatewayAnswer | GatewayChallenge) => ('amount' in answer ? answer.amount : undefined)

test('another sum is named as it is, for nobody to believe; no sum, or none that can be read, is open', async (t) => {
  const { adyen, gateway } = await start(t)
  const more = (additionalData: object) => ({ additionalData })
  for (const [body, sum] of [
    [{ amount: { currency: 'EUR', value: 1240 } }, { amountMinor: 1240, currency: 'EUR' }],
    [{ amount: { currency: 'GBP', value: 1241 } }, { amountMinor: 1241, currency: 'GBP' }],
    [
      more({ authorisedAmountValue: '1240', authorisedAmountCurrency: 'EUR' }),
      { amountMinor: 1240, currency: 'EUR' },
    ],
    [more({ authorisedAmountValue: '124000' }), { amountMinor: 124_000, currency: 'GBP' }],
    [more({ authorisedAmountValue: '1240' }), whole],
  ] as const) {
    adyen.misbehave((answer) => ({ ...answer, body: { ...(answer.body as object), ...body } }))
    assert.deepEqual(sumOf(await gateway.authorise(testRequest())), sum)
  }
  for (const body of [
    { amount: undefined },
    { amount: { currency: 'GBP', value: '1240' } },
    { amount: { value: 1240 } },
    more({ authorisedAmountValue: '12.40' }),
    more({ authorisedAmountValue: '' }),
    { pspReference: undefined },
  ]) {
    adyen.misbehave((answer) => ({ ...answer, body: { ...(answer.body as object), ...body } }))
    await assert.rejects(gateway.authorise(testRequest()), unclear, JSON.stringify(body))
  }
})

test('what Adyen says of a refusal is in the log without a digit, and in no result', async (t) => {
  const { adyen } = await start(t)
  const logged: unknown[] = []
  const gateway = createAdyenGateway({
    settings: { apiKey: adyenApiKey, merchantAccount, baseUrl: adyen.url },
    send: outgoingFor(t).send,
    log: { warn: (...line: readonly unknown[]) => void logged.push(line) } as never,
  })
  const message = 'The card 4242 4242 4242 4242 with 737 is not allowed'
  adyen.misbehave(() => refusal(403, { errorCode: '010', errorType: 'security', message }))
  const answer = await gateway.authorise(testRequest())
  assert.deepEqual(answer, { status: 'error', gatewayCode: '010' })
  const text = JSON.stringify(logged)
  assert.match(text, /"errorCode":"010","errorType":"security","text":"The card .* is not allowed"/)
  assert.doesNotMatch(text.replace(/"status":403|"errorCode":"010"/g, ''), /\d/)
})
