import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestKeys } from './double/test-encryption.ts'
import { startCybersource } from './double/test-start.ts'

const { signal } = new AbortController()
const card = '4111111111111111'

async function statesOf({ check }: Awaited<ReturnType<typeof startCybersource>>['gateway']) {
  assert.ok(check)
  const points = await check(signal)
  for (const { detail } of points) assert.match(detail, /^[A-Z3].*\.$/)
  return { points, states: Object.fromEntries(points.map(({ what, state }) => [what, state])) }
}

test('what can be seen without a payment is in order; the rest only a payment shows', async (t) => {
  const { gateway, ledger, asked } = await startCybersource(t)
  const { states } = await statesOf(gateway)
  assert.deepEqual(states, {
    credentials: 'in-order',
    'raw-cards': 'unknown',
    moto: 'unknown',
    'kept-cards': 'in-order',
    'three-d-secure': 'unknown',
  })
  assert.deepEqual(ledger.moved(), {})
  assert.deepEqual(
    asked.map(({ path }) => path.replace(/0{32}/, '-')),
    ['/tss/v2/searches', '/tms/v2/customers/-'],
  )
})

test('with 3-D Secure a key for a card is asked for, and that it is none is wrong', async (t) => {
  const { gateway, misbehave, sent } = await startCybersource(t, { threeDSecure: 'payer-authentication' })
  assert.equal((await statesOf(gateway)).states['three-d-secure'], 'unknown')
  assert.equal(sent(/flex.v2.sessions/).length, 1)
  misbehave(() => ({ status: 403, body: {} }), { of: /flex/ })
  assert.equal((await statesOf(gateway)).states['three-d-secure'], 'wrong')
})

for (const [what, status, body] of [
  ['a key that is not known', 401, { response: { rmsg: `Authentication Failed for ${card}` } }],
  ['a key that may not search', 403, { response: { rmsg: 'Forbidden' } }],
] as const) {
  test(`${what} is wrong, and CyberSource’s own words are told without digits`, async (t) => {
    const { gateway, misbehave } = await startCybersource(t)
    misbehave(() => ({ status, body }))
    const { points, states } = await statesOf(gateway)
    assert.deepEqual(states, { credentials: 'wrong', 'raw-cards': 'unknown', moto: 'unknown' })
    assert.match(points[0]?.detail ?? '', /rejected the key/)
    assert.ok(!JSON.stringify(points).includes(card))
  })
}

test('a key that may not keep cards is told', async (t) => {
  const { gateway, misbehave } = await startCybersource(t)
  misbehave(() => ({ status: 403, body: {} }), { of: /customers/ })
  assert.equal((await statesOf(gateway)).states['kept-cards'], 'wrong')
})

test('a connection that breaks, and an answer that is none, leave it open', async (t) => {
  const { gateway, misbehave } = await startCybersource(t)
  for (const manner of ['closes', 'html'] as const) {
    misbehave(manner)
    assert.equal((await statesOf(gateway)).states.credentials, 'unknown')
  }
})

test('the retired authentication is told, and so is a certificate that has expired or cannot be read', async (t) => {
  const keys = createTestKeys()
  const { create, clock } = await startCybersource(t, { keys })
  const plain = {
    requestCertificate: keys.settings.requestCertificate,
    authentication: 'http-signature',
  } as const
  const { create: createPlain } = await startCybersource(t)
  assert.match((await statesOf(createPlain(plain))).points[0]?.detail ?? '', /HTTP Signature is retired/)
  assert.equal((await statesOf(create())).states.credentials, 'in-order')
  assert.equal((await statesOf(create({ requestCertificate: 'none' }))).states.credentials, 'wrong')
  assert.equal((await statesOf(create({ responseKey: 'none' }))).states.credentials, 'wrong')
  await clock.leap(Date.UTC(2061, 0) - clock.now())
  assert.equal((await statesOf(create())).states.credentials, 'wrong')
})
