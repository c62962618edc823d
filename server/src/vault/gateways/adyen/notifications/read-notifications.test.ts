import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { createMovableClock } from '../../../../base/clock.ts'
import { Forged, type Gateway } from '../../../model/gateway.ts'
import { askedBefore, outgoingFor, testFollowUp, testRequest } from '../../test-request.ts'
import { type AdyenSettings, createAdyenGateway } from '../adyen-gateway.ts'
import {
  type AdyenItem,
  adyenApiKey,
  hmacKey,
  merchantAccount,
  signedNotification,
  startAdyenDouble,
} from '../double/test-adyen.ts'
import { eventCodes } from '../double/test-adyen-facts.ts'

const { idempotencyKey: key } = testRequest()
const pspReference = 'NC6HT9CRT65ZGN82'
const originalReference = 'BK5QX3ABC22HPT72'
const amount = { currency: 'GBP', value: 1240 }

const itemOf = (more: Partial<AdyenItem> = {}): AdyenItem => ({
  eventCode: 'AUTHORISATION',
  success: 'true',
  pspReference,
  merchantReference: key,
  merchantAccountCode: merchantAccount,
  amount,
  eventDate: '2026-11-29T04:00:00+01:00',
  ...more,
})

const clock = createMovableClock()

const gatewayFor = (t: TestContext, settings: Partial<AdyenSettings> = {}) =>
  createAdyenGateway({
    settings: { apiKey: adyenApiKey, merchantAccount, hmacKey, baseUrl: 'http://127.0.0.1:9', ...settings },
    send: outgoingFor(t).send,
    clock,
  })

const read = (gateway: Gateway, body: Buffer) =>
  gateway.readNotifications?.({ headers: {}, body, now: clock.now() }) ?? []

test('a notification that Adyen has published with its signature is read, over all its values and their order', (t) => {
  const item = {
    pspReference: '7914073381342284',
    merchantAccountCode: 'TestMerchant',
    eventCode: 'AUTHORISATION',
    merchantReference: 'TestPayment-1407325143704',
    amount: { value: 1130, currency: 'EUR' },
    success: 'true',
    additionalData: { hmacSignature: 'coqCmt/IZ4E3CzPvMY8zTjQVL5hYJUiBRg8UU+iCWo0=' },
  }
  const bodyOf = (changes: object) =>
    Buffer.from(
      JSON.stringify({
        live: 'false',
        notificationItems: [{ NotificationRequestItem: { ...item, ...changes } }],
      }),
    )
  const gateway = gatewayFor(t, { merchantAccount: 'TestMerchant' })
  assert.deepEqual(read(gateway, bodyOf({})), [
    {
      id: 'AUTHORISATION 7914073381342284 true',
      about: 'payment',
      gatewayCode: 'AUTHORISATION',
      gatewayReference: '7914073381342284',
      tells:
        '{"event":"AUTHORISATION","success":true,"pspReference":"7914073381342284","value":1130,"currency":"EUR"}',
    },
  ])
  for (const changes of [
    { pspReference: '7914073381342285' },
    { originalReference: 'x' },
    { merchantAccountCode: 'testmerchant' },
    { merchantReference: 'TestPayment-1407325143705' },
    { amount: { value: 1131, currency: 'EUR' } },
    { amount: { value: 1130, currency: 'USD' } },
    { amount: undefined },
    { eventCode: 'CAPTURE' },
    { success: 'false' },
    { success: 'TRUE' },
    { additionalData: {} },
    { additionalData: undefined },
    { additionalData: { hmacSignature: '' } },
    { additionalData: { hmacSignature: 'coqCmt/IZ4E3CzPvMY8zTjQVL5hYJUiBRg8UU+iCWo' } },
  ]) {
    assert.throws(() => read(gateway, bodyOf(changes)), Forged, JSON.stringify(changes))
  }
})

test('what is no notification, is signed by another key or by none, or is one of several that is not, is forged', (t) => {
  const gateway = gatewayFor(t)
  const right = signedNotification([itemOf()])
  const [ours, other] = [right, signedNotification([itemOf()], { key: 'ab'.repeat(32) })].map(
    (body) => JSON.parse(body.toString()).notificationItems[0],
  )
  const bodyOf = (notificationItems: unknown) =>
    Buffer.from(JSON.stringify({ live: 'false', notificationItems }))
  for (const body of [
    ...[Buffer.alloc(0), Buffer.from('[]'), Buffer.from('null'), Buffer.from('{'), right.subarray(0, -2)],
    ...[
      bodyOf([]),
      bodyOf({}),
      bodyOf([{}]),
      bodyOf([ours, other]),
      bodyOf([other]),
      bodyOf([ours, 1, other]),
    ],
    bodyOf(Array.from({ length: 101 }, () => ours)),
  ]) {
    assert.throws(() => read(gateway, body), Forged)
  }
  const withoutKey = gatewayFor(t, { hmacKey: undefined } as object)
  assert.equal(withoutKey.readNotifications, undefined)
  assert.equal(read(gateway, right).length, 1)
})

test('no part of one value is read as another: a colon is only in what is the merchant’s', (t) => {
  const gateway = gatewayFor(t)
  const [kept] = read(gateway, signedNotification([itemOf({ merchantReference: 'theirs:1' })]))
  assert.ok(kept && !('key' in kept))
  const shifted = itemOf({ pspReference: `${pspReference}:`, originalReference: merchantAccount })
  assert.throws(() => read(gateway, signedNotification([shifted])), Forged)
  assert.throws(() => read(gateway, signedNotification([itemOf({ eventCode: 'A:B' })])), Forged)
})

test('the other of Adyen’s two systems is not believed', (t) => {
  const test = 'https://checkout-test.adyen.com'
  const live = 'https://1797a841fbb37ca7-HarbourBooks-checkout-live.adyenpayments.com/checkout'
  for (const [baseUrl, says, isRight] of [
    [test, 'false', true],
    [test, 'true', false],
    [live, 'true', true],
    [live, 'false', false],
    [live, 'yes', false],
    ['http://127.0.0.1:9', 'true', true],
    ['http://127.0.0.1:9', 'false', true],
    ['http://127.0.0.1:9', '', false],
  ] as const) {
    const body = signedNotification([itemOf()], { live: says })
    const gateway = gatewayFor(t, { baseUrl })
    if (isRight) assert.equal(read(gateway, body).length, 1)
    else assert.throws(() => read(gateway, body), Forged, `${baseUrl} ${says}`)
  }
})

/** What is not `other`, where it succeeded and where it did not. */
const concerned: Readonly<Record<string, readonly [done: string, failed: string]>> = {
  AUTHORISATION: ['payment', 'payment'],
  OFFER_CLOSED: ['payment', 'payment'],
  TECHNICAL_CANCEL: ['payment', 'payment'],
  EXPIRE: ['payment', 'payment'],
  MANUAL_REVIEW_ACCEPT: ['payment', 'payment'],
  MANUAL_REVIEW_REJECT: ['payment', 'payment'],
  CAPTURE: ['other', 'capture-failed'],
  CAPTURE_FAILED: ['capture-failed', 'capture-failed'],
  CANCELLATION: ['other', 'refund-failed'],
  CANCEL_OR_REFUND: ['other', 'refund-failed'],
  REFUND: ['other', 'refund-failed'],
  REFUND_FAILED: ['refund-failed', 'refund-failed'],
  REFUNDED_REVERSED: ['refund-failed', 'refund-failed'],
}

test('each event is about what it is about, and one that is not known is about nothing', (t) => {
  assert.equal(eventCodes.length, 50)
  const gateway = gatewayFor(t)
  for (const eventCode of [...eventCodes, 'SOMETHING_NEW', 'authorisation']) {
    for (const [at, success] of (['true', 'false'] as const).entries()) {
      const merchantReference = `${key}-order`
      const item = itemOf({ eventCode, success, merchantReference, originalReference })
      const [notification] = read(gateway, signedNotification([item]))
      assert.equal(notification?.about, concerned[eventCode]?.[at] ?? 'other', `${eventCode} ${success}`)
      assert.deepEqual(
        [notification?.id, notification?.key, notification?.gatewayReference],
        [`${eventCode} ${pspReference} ${success}`, merchantReference, originalReference],
      )
    }
  }
})

test('what is told of another merchant’s payment is about nothing, and is told nobody', (t) => {
  const [told] = read(gatewayFor(t), signedNotification([itemOf({ merchantAccountCode: 'AnotherECOM' })]))
  assert.deepEqual(told, {
    id: `AUTHORISATION ${pspReference} true`,
    about: 'other',
    gatewayCode: 'AUTHORISATION',
  })
})

test('several that come at once are read in their order, and what comes twice has the same id', (t) => {
  const items = [itemOf(), itemOf({ eventCode: 'CAPTURE', success: 'false' }), itemOf()]
  const told = read(gatewayFor(t), signedNotification(items))
  assert.deepEqual(
    told.map(({ about }) => about),
    ['payment', 'capture-failed', 'payment'],
  )
  assert.equal(told[0]?.id, told[2]?.id)
})

async function withDouble(t: TestContext, options: Parameters<typeof startAdyenDouble>[0] = {}) {
  const adyen = await startAdyenDouble(options)
  t.after(() => adyen.close())
  return { adyen, gateway: gatewayFor(t, { baseUrl: adyen.url }) }
}

const pending = { pan: '4000000000000077' } as const

for (const [what, item, status] of [
  ['authorised', {}, 'approved'],
  ['refused', { success: 'false' }, 'declined'],
  ['closed without a customer', { eventCode: 'OFFER_CLOSED' }, 'declined'],
  ['cancelled', { eventCode: 'TECHNICAL_CANCEL', merchantReference: `${key}-cancel` }, 'error'],
  ['expired', { eventCode: 'EXPIRE' }, undefined],
  ['not cancelled', { eventCode: 'TECHNICAL_CANCEL', success: 'false' }, undefined],
  ['authorised over more', { amount: { currency: 'GBP', value: 1241 } }, undefined],
  ['authorised in another currency', { amount: { currency: 'EUR', value: 1240 } }, undefined],
  ['another', { merchantReference: 'another' }, undefined],
  ['authorised in part', { additionalData: { authorisedAmountValue: '500' } }, undefined],
  [
    'authorised in another currency, by what is not signed',
    { additionalData: { authorisedAmountValue: '1240', authorisedAmountCurrency: 'EUR' } },
    undefined,
  ],
  [
    'authorised whole, by what is not signed too',
    { additionalData: { authorisedAmountValue: '1240', authorisedAmountCurrency: 'GBP' } },
    'approved',
  ],
] as const) {
  test(`a payment that was pending and is told to be ${what} is ${status ?? 'still open'}`, async (t) => {
    const { adyen, gateway } = await withDouble(t)
    const request = testRequest(pending)
    await assert.rejects(gateway.authorise(request), { name: 'UnclearAnswer' })
    const asked = askedBefore(request, clock.now())
    assert.equal(await gateway.reconcile(asked), undefined)
    const [told] = read(gateway, signedNotification([itemOf(item)]))
    assert.equal((await gateway.reconcile(asked))?.status, status)
    if (told?.key !== key || told.tells === undefined) return
    const next = gatewayFor(t, { baseUrl: adyen.url })
    assert.equal(await next.reconcile(asked), undefined)
    const found = await next.reconcile({ ...asked, told: told.tells })
    assert.equal(found?.status, status, 'the next process is told it')
  })
}

test('what is told to be authorised is so in its sum and reference; taken where it was to be', async (t) => {
  const { gateway } = await withDouble(t)
  read(gateway, signedNotification([itemOf()]))
  for (const [purpose, captured] of [
    ['charge', true],
    ['authorise', false],
  ] as const) {
    const found = await gateway.reconcile(askedBefore(testRequest({ purpose }), clock.now()))
    assert.ok(found?.status === 'approved')
    assert.deepEqual(
      [found.captured, found.amount, found.gatewayReference],
      [captured, { amountMinor: 1240, currency: 'GBP' }, pspReference],
    )
  }
  const verified = await gateway.reconcile(askedBefore(testRequest({ purpose: 'verify' }), clock.now()))
  assert.ok(verified?.status === 'approved')
  assert.deepEqual([verified.captured, verified.amount], [false, undefined])
  const kept = await gateway.reconcile(askedBefore(testRequest({ purpose: 'tokenise' }), clock.now()))
  assert.equal(kept?.status, 'error', 'no token is told')
})

test('a part that is told to be authorised is voided, and the payment declined', async (t) => {
  const { adyen, gateway } = await withDouble(t)
  const request = testRequest({ idempotencyKey: 'lost' })
  adyen.misbehave('closes')
  await assert.rejects(gateway.authorise(request))
  const [authorised] = adyen.notifications
  assert.ok(authorised)
  const part = { ...authorised, merchantReference: key, amount: { currency: 'GBP', value: 500 } }
  read(gateway, signedNotification([part]))
  const found = await gateway.reconcile(askedBefore(testRequest(), clock.now()))
  assert.ok(found?.status === 'declined')
  assert.equal(found.reason, 'insufficient-funds')
  assert.deepEqual(adyen.ledger.moved(), {})
})

test('what comes out of order is told by the last word on the money: a payment that is authorised stays so', async (t) => {
  const { gateway } = await withDouble(t)
  const asked = askedBefore(testRequest(), clock.now())
  for (const items of [
    [itemOf({ success: 'false' }), itemOf()],
    [itemOf(), itemOf({ success: 'false' }), itemOf({ eventCode: 'OFFER_CLOSED' })],
  ]) {
    read(gateway, signedNotification(items))
    assert.equal((await gateway.reconcile(asked))?.status, 'approved')
  }
})

test('what was forged is told nobody', async (t) => {
  const { gateway } = await withDouble(t)
  assert.throws(() => read(gateway, signedNotification([itemOf()], { key: 'cd'.repeat(32) })), Forged)
  assert.equal(await gateway.reconcile(askedBefore(testRequest(), clock.now())), undefined)
})

test('a word that is none of this adapter’s tells nothing', async (t) => {
  const { gateway } = await withDouble(t)
  const asked = askedBefore(testRequest(), clock.now())
  const word = { success: true, pspReference, value: 1240, currency: 'GBP' }
  for (const told of ['', '{', '{"event":"AUTHORISATION"}', JSON.stringify({ ...word, event: 'CAPTURE' })]) {
    assert.equal(await gateway.reconcile({ ...asked, told }), undefined)
  }
})

test('what the double does is told with the keys of what was ordered', async (t) => {
  const { adyen, gateway } = await withDouble(t)
  const answer = await gateway.authorise(testRequest({ purpose: 'authorise' }))
  assert.ok(answer.status === 'approved')
  const capture = testFollowUp(answer.gatewayReference, { kind: 'capture' })
  await gateway.capture(capture)
  await gateway.capture({ ...capture, idempotencyKey: `${key}-again` })
  const told = read(gateway, signedNotification(adyen.notifications))
  assert.deepEqual(
    told.map(({ about, key: of }) => [about, of]),
    [
      ['payment', key],
      ['other', capture.idempotencyKey],
      ['capture-failed', `${key}-again`],
    ],
  )
  for (const { gatewayReference } of told) assert.equal(gatewayReference, answer.gatewayReference)
})

test('a signature is over bytes of UTF-8', (t) => {
  const merchantReference = 'Zamówienie-1'
  const signed = `${pspReference}::${merchantAccount}:${merchantReference}:1240:GBP:AUTHORISATION:true`
  const hmacSignature = createHmac('sha256', Buffer.from(hmacKey, 'hex')).update(signed).digest('base64')
  const item = { ...itemOf({ merchantReference }), additionalData: { hmacSignature } }
  const body = { live: 'false', notificationItems: [{ NotificationRequestItem: item }] }
  assert.equal(read(gatewayFor(t), Buffer.from(JSON.stringify(body))).length, 1)
})
