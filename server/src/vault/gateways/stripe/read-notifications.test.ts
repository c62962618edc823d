import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Stripe } from 'stripe'
import { Forged, type SentNotification } from '../../model/gateway.ts'
import { readStripeNotifications } from './read-notifications.ts'

const secret = 'whsec_test_secret_of_the_destination'
const older = 'whsec_the_one_before_0123456789'
const now = Date.UTC(2026, 10, 29, 12)
const { webhooks } = new Stripe('sk_test_1234567890abcdef')
const read = readStripeNotifications({ apiKey: 'sk_test_1234567890abcdef', webhookSecrets: [secret, older] })

const event = (type: string, object: object, changes: object = {}) => ({
  id: 'evt_1',
  object: 'event',
  livemode: false,
  type,
  data: { object },
  ...changes,
})
const intent = { id: 'pi_1', object: 'payment_intent', metadata: { tonegate_key: 'key-1' } }

/** Signed as Stripe's own SDK signs. */
function sent(
  body: unknown,
  {
    by = secret,
    at = now,
    header,
  }: { readonly by?: string; readonly at?: number; readonly header?: string } = {},
): SentNotification {
  const payload = typeof body === 'string' ? body : JSON.stringify(body)
  const timestamp = Math.floor(at / 1000)
  const signature = webhooks.generateTestHeaderString({ payload, secret: by, timestamp })
  return { headers: { 'stripe-signature': header ?? signature }, body: Buffer.from(payload), now }
}

for (const [type, object, told] of [
  ['payment_intent.succeeded', intent, 'payment'],
  ['payment_intent.payment_failed', intent, 'payment'],
  ['payment_intent.canceled', intent, 'payment'],
  ['payment_intent.amount_capturable_updated', intent, 'payment'],
  ['payment_intent.created', intent, 'other'],
  ['payment_intent.processing', intent, 'other'],
  ['payment_intent.requires_action', intent, 'other'],
  ['payment_intent.partially_funded', intent, 'other'],
  ['payment_intent.of_next_year', intent, 'other'],
  ['setup_intent.succeeded', { ...intent, object: 'setup_intent' }, 'payment'],
  ['setup_intent.setup_failed', { ...intent, object: 'setup_intent' }, 'payment'],
  ['setup_intent.canceled', { ...intent, object: 'setup_intent' }, 'payment'],
  ['setup_intent.created', { ...intent, object: 'setup_intent' }, 'other'],
  ['setup_intent.requires_action', { ...intent, object: 'setup_intent' }, 'other'],
  ['charge.captured', { ...intent, id: 'ch_1', object: 'charge', payment_intent: 'pi_1' }, 'payment'],
  ['charge.expired', { ...intent, id: 'ch_1', object: 'charge', payment_intent: 'pi_1' }, 'payment'],
  ['charge.refunded', { ...intent, id: 'ch_1', object: 'charge', payment_intent: 'pi_1' }, 'other'],
  ['charge.dispute.created', { id: 'dp_1', object: 'dispute', payment_intent: 'pi_1' }, 'other'],
  ['charge.dispute.funds_withdrawn', { id: 'dp_1', object: 'dispute' }, 'other'],
  ['payout.paid', { id: 'po_1', object: 'payout' }, 'other'],
] as const) {
  test(`${type} is about ${told}`, () => {
    const known = told === 'payment' ? { key: 'key-1', gatewayReference: 'pi_1' } : {}
    assert.deepEqual(read(sent(event(type, object))), [
      { id: 'evt_1', gatewayCode: type, about: told, ...known },
    ])
  })
}

for (const type of ['refund.created', 'refund.updated', 'refund.failed', 'charge.refund.updated']) {
  test(`${type} tells of a refund that failed, and of nothing else`, () => {
    const refund = {
      id: 're_1',
      object: 'refund',
      payment_intent: 'pi_1',
      metadata: { tonegate_key: 'key-1-refund' },
    }
    for (const status of ['failed', 'canceled']) {
      assert.deepEqual(read(sent(event(type, { ...refund, status }))), [
        {
          id: 'evt_1',
          gatewayCode: type,
          about: 'refund-failed',
          key: 'key-1-refund',
          gatewayReference: 'pi_1',
        },
      ])
    }
    for (const status of ['succeeded', 'pending', 'requires_action', 'of_next_year']) {
      assert.equal(read(sent(event(type, { ...refund, status })))[0]?.about, 'other', status)
    }
    assert.equal(read(sent(event(type, { ...refund, status: 'failed', metadata: {} })))[0]?.about, 'other')
  })
}

test('payments of others, of the other mode and of connected accounts are told as other', () => {
  const failed = { id: 're_1', object: 'refund', status: 'failed', metadata: { tonegate_key: 'x' } }
  for (const [object, changes] of [
    [{ ...intent, metadata: {} }, {}],
    [{ ...intent, metadata: { tonegate_key: 7 } }, {}],
    [{ ...intent, metadata: null }, {}],
    [intent, { livemode: true }],
    [intent, { livemode: undefined }],
    [intent, { account: 'acct_1' }],
    [intent, { context: 'acct_1' }],
    [failed, { type: 'refund.failed', account: 'acct_1' }],
  ] as const) {
    const [told] = read(sent(event('payment_intent.succeeded', object, changes)))
    assert.deepEqual([told?.about, told?.key, told?.gatewayReference], ['other', undefined, undefined])
  }
  const live = readStripeNotifications({ apiKey: 'rk_live_1234567890', webhookSecrets: [secret] })
  assert.equal(live(sent(event('payment_intent.succeeded', intent)))[0]?.about, 'other')
  assert.equal(live(sent(event('payment_intent.succeeded', intent, { livemode: true })))[0]?.about, 'payment')
})

test('a thin event names the payment, and nothing else', () => {
  const thin = (type: string, related_object: object | null) => ({
    id: 'evt_1',
    object: 'v2.core.event',
    type,
    livemode: false,
    related_object,
  })
  const payment = { id: 'pi_1', type: 'payment_intent', url: '/v1/payment_intents/pi_1' }
  assert.deepEqual(read(sent(thin('v1.payment_intent.succeeded', payment))), [
    { id: 'evt_1', gatewayCode: 'v1.payment_intent.succeeded', about: 'payment', gatewayReference: 'pi_1' },
  ])
  for (const [type, related] of [
    ['v1.payment_intent.requires_action', payment],
    ['v1.payment_intent.succeeded', null],
    ['v1.charge.captured', { id: 'ch_1', type: 'charge' }],
    ['v1.refund.failed', { id: 're_1', type: 'refund' }],
    ['v2.core.account.updated', { id: 'acct_1', type: 'v2.core.account' }],
  ] as const) {
    assert.equal(read(sent(thin(type, related)))[0]?.about, 'other', type)
  }
})

test('what is not signed by a secret of the gateway is forged', () => {
  const body = event('payment_intent.succeeded', intent)
  const good = sent(body)
  const [, signature = ''] = /v1=(\w+)/.exec(good.headers['stripe-signature'] ?? '') ?? []
  const seconds = Math.floor(now / 1000)
  assert.equal(read(sent(body, { by: older })).length, 1, 'while a secret is exchanged, both count')
  const rolled = `t=${seconds},v1=${'0'.repeat(64)},v1=${signature},v0=${'f'.repeat(64)}`
  assert.equal(read(sent(body, { header: rolled })).length, 1, 'Stripe signs by each secret that is valid')
  for (const header of [
    '',
    'v1',
    `v1=${signature}`,
    `t=${seconds}`,
    `t=${seconds},v1=`,
    `t=${seconds},v0=${signature}`,
    `t=${seconds},v1=${signature.slice(1)}`,
    `t=${seconds},v1=${signature}00`,
    `t=${seconds},v1=${signature.toUpperCase()}`,
    `t=${seconds + 1},v1=${signature}`,
    `t=${seconds},t=${seconds + 1},v1=${signature}`,
    `t= ${seconds},v1=${signature}`,
    `t=${seconds}.0,v1=${signature}`,
    `t=-${seconds},v1=${signature}`,
    `t=${seconds},${'v1=x,'.repeat(1000)}`,
  ]) {
    assert.throws(() => read(sent(body, { header })), Forged, header.slice(0, 100))
  }
  assert.throws(() => read({ ...good, headers: {} }), Forged)
  assert.throws(() => read({ ...good, body: Buffer.from(`${good.body} `) }), Forged)
  assert.throws(() => read(sent(body, { by: 'whsec_of_somebody_else_0123456789' })), Forged)
  const none = readStripeNotifications({ apiKey: 'sk_test_1234567890abcdef' })
  assert.throws(() => none(sent(body, { by: '' })), Forged, 'no secret signs nothing')
})

test('a signature is of its time, five minutes before and after', () => {
  const body = event('payment_intent.succeeded', intent)
  for (const seconds of [-300, -1, 0, 1, 300]) {
    assert.equal(read(sent(body, { at: now + seconds * 1000 })).length, 1)
  }
  for (const seconds of [-301, 301, -86_400, 86_400]) {
    assert.throws(() => read(sent(body, { at: now + seconds * 1000 })), Forged)
  }
})

test('what is signed and is no event is refused, and nothing of it is repeated', () => {
  for (const body of [
    '',
    'x',
    '[]',
    'null',
    '"evt_1"',
    '{"type":"payment_intent.succeeded"}',
    '{"id":"evt_1"}',
    JSON.stringify({ ...event('payment_intent.succeeded', intent), id: 'e'.repeat(257) }),
    '{"id":7,"type":"payment_intent.succeeded"}',
  ]) {
    assert.throws(
      () => read(sent(body)),
      (error: Error) => error instanceof Forged && !error.message.includes('evt_1'),
    )
  }
  for (const data of [undefined, null, {}, { object: null }, { object: [] }]) {
    const told = read(sent({ ...event('payment_intent.succeeded', intent), data }))
    assert.deepEqual(told, [{ id: 'evt_1', gatewayCode: 'payment_intent.succeeded', about: 'other' }])
  }
})
