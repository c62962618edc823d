import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startStripe } from './double/test-start-stripe.ts'

const { signal } = new AbortController()

async function states(gateway: Awaited<ReturnType<typeof startStripe>>['gateway']) {
  const points = (await gateway.check?.(signal)) ?? []
  return Object.fromEntries(points.map(({ what, state }) => [what, state]))
}

const inOrder = {
  credentials: 'in-order',
  'raw-cards': 'in-order',
  moto: 'in-order',
  'kept-cards': 'in-order',
  notifications: 'unknown',
  'three-d-secure': 'unknown',
}

test('an account that may do all it needs is in order, and nothing was made for it', async (t) => {
  const { stripe, gateway, clock, moved } = await startStripe(t)
  assert.deepEqual(await states(gateway), inOrder)
  await clock.leap(1)
  assert.deepEqual(await states(gateway), inOrder, 'asked again it looks again')
  const posted = stripe.asked.filter(({ method }) => method === 'POST')
  assert.equal(new Set(posted.map(({ headers }) => headers['idempotency-key'])).size, posted.length)
  assert.deepEqual([stripe.intents(), stripe.customers(), moved()], [[], [], {}])
})

test('card numbers that may not be sent look otherwise than a card that is declined', async (t) => {
  const { gateway } = await startStripe(t, { rawCards: false })
  assert.deepEqual(await states(gateway), { ...inOrder, 'raw-cards': 'wrong' })
  const point = (await gateway.check?.(signal))?.find(({ what }) => what === 'raw-cards')
  assert.match(point?.detail ?? '', /Sending credit card numbers directly/)
  assert.doesNotMatch(point?.detail ?? '', /\d/)
})

test('an account that may take no payments on the telephone is told so', async (t) => {
  const { gateway } = await startStripe(t, { moto: false })
  assert.deepEqual(await states(gateway), { ...inOrder, moto: 'wrong' })
})

test('a key that is not accepted is wrong, and shows nothing else', async (t) => {
  const { gateway, stripe } = await startStripe(t, { settings: { apiKey: 'sk_test_another00000000' } })
  const unknown = { 'raw-cards': 'unknown', moto: 'unknown', 'kept-cards': 'unknown' }
  assert.deepEqual(await states(gateway), { ...inOrder, ...unknown, credentials: 'wrong' })
  const told = JSON.stringify([await gateway.check?.(signal), stripe.intents()])
  assert.doesNotMatch(told, /another00000000/)
})

test('a key that may not do something is told what', async (t) => {
  for (const [of, what] of [
    [/^GET .*refunds/, 'credentials'],
    [/^POST .*payment_methods/, 'raw-cards'],
    [/^POST .*customers/, 'kept-cards'],
  ] as const) {
    const { stripe, gateway } = await startStripe(t)
    const error = { type: 'invalid_request_error', message: 'The provided key does not have the permission' }
    stripe.misbehave(() => ({ status: 403, body: { error } }), { of, carriesOut: false })
    const point = (await gateway.check?.(signal))?.find((each) => each.what === what)
    assert.equal(point?.state, 'wrong', what)
    assert.match(point?.detail ?? '', /does not have the permission/)
  }
})

test('what is not answered clearly shows nothing', async (t) => {
  for (const manner of ['closes', 'html', 'broken-json'] as const) {
    const { stripe, gateway } = await startStripe(t)
    for (const each of [/^GET/, /payment_methods/, /setup_intents$/, /customers/])
      stripe.misbehave(manner, { of: each })
    const seen = await states(gateway)
    assert.deepEqual(
      [seen.credentials, seen['raw-cards'], seen['kept-cards']],
      ['unknown', 'unknown', 'unknown'],
    )
  }
  const { stripe, gateway } = await startStripe(t)
  const tooMany = { status: 429, body: { error: { type: 'invalid_request_error', code: 'rate_limit' } } }
  for (const each of [/^GET/, /payment_methods/, /^POST .*setup_intents$/, /customers/]) {
    stripe.misbehave(() => tooMany, { of: each, carriesOut: false })
  }
  assert.ok(!Object.values(await states(gateway)).some((state) => state !== 'unknown'))
})

test('whether a signing secret is set is said, and the secret is not', async (t) => {
  const webhookSecrets = ['whsec_0123456789abcdef']
  const { gateway } = await startStripe(t, { settings: { webhookSecrets } })
  const point = (await gateway.check?.(signal))?.find(({ what }) => what === 'notifications')
  assert.match(point?.detail ?? '', /^A signing secret is set/)
  assert.ok(gateway.readNotifications)
  const without = (await startStripe(t)).gateway
  assert.ok(!without.readNotifications)
})
