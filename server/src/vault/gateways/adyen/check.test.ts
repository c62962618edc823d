import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { CheckedPoint } from '../../model/gateway.ts'
import { outgoingFor } from '../test-request.ts'
import { type AdyenSettings, createAdyenGateway } from './adyen-gateway.ts'
import { adyenApiKey, hmacKey, merchantAccount, startAdyenDouble } from './double/test-adyen.ts'

const { signal } = new AbortController()

async function start(
  t: TestContext,
  {
    settings = {},
    ...options
  }: Parameters<typeof startAdyenDouble>[0] & {
    readonly settings?: Partial<AdyenSettings>
  } = {},
) {
  const adyen = await startAdyenDouble(options)
  t.after(() => adyen.close())
  const gateway = createAdyenGateway({
    settings: { apiKey: adyenApiKey, merchantAccount, baseUrl: adyen.url, hmacKey, ...settings },
    send: outgoingFor(t).send,
  })
  const check = async () => new Map((await gateway.check?.(signal))?.map((point) => [point.what, point]))
  return { adyen, check }
}

const stateIn = (points: ReadonlyMap<string, CheckedPoint>) => [
  points.get('credentials')?.state,
  points.get('raw-cards')?.state,
]

test('credentials and card numbers are in order where Adyen says so; what only a payment shows is not known', async (t) => {
  const { adyen, check } = await start(t)
  const points = await check()
  assert.deepEqual(stateIn(points), ['in-order', 'in-order'])
  for (const what of ['moto', 'kept-cards', 'three-d-secure', 'notifications'] as const) {
    assert.equal(points.get(what)?.state, 'unknown')
  }
  assert.equal(points.size, 6)
  assert.equal(adyen.ledger.counted.authorised, 0)
  assert.deepEqual(adyen.notifications, [])
  const keys = adyen.asked.map(({ headers }) => headers['idempotency-key'])
  await check()
  assert.ok(adyen.asked.slice(2).every(({ headers }) => !keys.includes(headers['idempotency-key'])))
})

test('a wrong key, another merchant account and a credential without the role are told apart', async (t) => {
  const wrongKey = await start(t, { settings: { apiKey: 'AQEyhmfxK4rNbhZP' } })
  assert.deepEqual(stateIn(await wrongKey.check()), ['wrong', 'unknown'])
  assert.equal(wrongKey.adyen.asked.length, 1)
  const other = await start(t, { settings: { merchantAccount: 'Another' } })
  assert.deepEqual(stateIn(await other.check()), ['wrong', 'unknown'])
  const notAllowed = await start(t, { takesRawCards: false })
  const points = await notAllowed.check()
  assert.deepEqual(stateIn(points), ['in-order', 'wrong'])
  assert.match(points.get('raw-cards')?.detail ?? '', /010: Not allowed/)
})

test('an answer that shows nothing is no verdict, and of Adyen’s text no digit is shown', async (t) => {
  const { adyen, check } = await start(t)
  adyen.misbehave('closes')
  assert.deepEqual(stateIn(await check()), ['unknown', 'unknown'])
  const message = 'The key AQEyhmfx4242 for 4242 4242 4242 4242\nis not right'
  adyen.misbehave(() => ({ status: 401, body: { errorCode: '000', errorType: 'security', message } }))
  const refused = await check()
  assert.match(refused.get('credentials')?.detail ?? '', /000: The key AQEyhmfx\*{4} for \*{4} \*{4}/)
  adyen.misbehave(() => ({ status: 422, body: { errorCode: '905_1', errorType: 'configuration' } }), {
    of: /payments$/,
  })
  assert.deepEqual(stateIn(await check()), ['in-order', 'unknown'])
  adyen.misbehave(() => ({ status: 200, body: { paymentMethods: [{ type: 'ideal' }] } }))
  assert.deepEqual(stateIn(await check()), ['wrong', 'unknown'])
})

test('without an HMAC key it is said that no notification is believed', async (t) => {
  const { check } = await start(t, { settings: { hmacKey: undefined } as object })
  assert.match((await check()).get('notifications')?.detail ?? '', /No hmacKey is set/)
})
