import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../base/clock.ts'
import type { Guid } from '../base/guid.ts'
import { createThrottle } from '../base/throttle/throttle.ts'
import { clientRules } from '../base/throttle/throttle-rules.ts'
import { startIdentity } from './test-identity.ts'

const wrong = { client_secret: 'x'.repeat(40) }
const guid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}` as Guid

test('ten wrong secrets close a client for one address to more of them, for a minute (RFC-2)', async (t) => {
  const { requestToken, clock, lines } = await startIdentity(t)
  for (let attempt = 0; attempt < 10; attempt += 1) {
    assert.equal((await requestToken(wrong)).json().error, 'invalid_client')
  }
  const refused = await requestToken(wrong)
  assert.equal(refused.statusCode, 429)
  assert.equal(refused.json().error, 'temporarily_unavailable')
  assert.equal(typeof refused.json().error_description, 'string')
  assert.equal(refused.headers['retry-after'], '60')
  assert.equal(refused.headers['cache-control'], 'no-store')
  assert.ok(lines.some((line) => JSON.parse(line).level === 40))
  assert.equal((await requestToken(wrong, { address: '192.0.2.2' })).json().error, 'invalid_client')
  await clock.advance(59_999)
  assert.equal((await requestToken(wrong)).headers['retry-after'], '1')
  await clock.advance(1)
  assert.equal((await requestToken(wrong)).json().error, 'invalid_client')
})

test('a right secret is let in, whatever others did: 110 wrong ones from 11 networks, or a neighbour (RFC-2)', async (t) => {
  const { requestToken, requestTokenByBasic, createClient } = await startIdentity(t)
  for (let network = 0; network < 11; network += 1) {
    const address = `198.51.100.${network}`
    for (let attempt = 0; attempt < 10; attempt += 1) await requestToken(wrong, { address })
  }
  assert.equal((await requestToken(wrong, { address: '203.0.113.9' })).statusCode, 429)
  assert.equal((await requestToken({}, { address: '203.0.113.9' })).statusCode, 200)
  assert.equal((await requestToken({}, { address: '198.51.100.3' })).statusCode, 200)
  assert.equal((await requestTokenByBasic({}, { address: '203.0.113.10' })).statusCode, 200)
  const { clientId, clientSecret } = await createClient()
  const neighbour = { client_id: clientId, client_secret: clientSecret }
  for (let attempt = 0; attempt < 200; attempt += 1) await requestToken(wrong, { address: '203.0.113.9' })
  assert.equal((await requestToken(neighbour, { address: '203.0.113.9' })).statusCode, 200)
})

test('wrong secrets by Basic count as well (RFC-2)', async (t) => {
  const { requestTokenByBasic, requestToken } = await startIdentity(t)
  const authorization = 'Basic bm8tZ3VpZDpubw=='
  for (let attempt = 0; attempt < 10; attempt += 1) await requestTokenByBasic({}, { authorization })
  assert.equal((await requestTokenByBasic({}, { authorization })).statusCode, 429)
  assert.equal((await requestToken()).statusCode, 200)
})

test('an address with a hundred failures is closed, but not to what is right (RFC-2)', async (t) => {
  const { requestToken, createClient, clock } = await startIdentity(t)
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const answer = await requestToken({ client_id: guid(attempt) })
    assert.equal(answer.json().error, 'invalid_client')
  }
  const fresh = await createClient()
  const asFresh = { client_id: fresh.clientId, client_secret: fresh.clientSecret }
  assert.equal((await requestToken(wrong)).statusCode, 429)
  assert.equal((await requestToken(asFresh)).statusCode, 200)
  assert.equal((await requestToken()).statusCode, 200)
  assert.equal((await requestToken(wrong, { address: '192.0.2.2' })).statusCode, 400)
  await clock.advance(60_000)
  assert.equal((await requestToken(wrong)).statusCode, 400)
})

test('a client with a hundred failures from anywhere is closed, but not to what is right (RFC-2)', async (t) => {
  const { requestToken } = await startIdentity(t)
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const answer = await requestToken(wrong, { address: `198.51.100.${attempt}` })
    assert.equal(answer.json().error, 'invalid_client')
  }
  assert.equal((await requestToken(wrong, { address: '203.0.113.9' })).statusCode, 429)
  assert.equal((await requestToken({}, { address: '203.0.113.9' })).statusCode, 200)
})

test('ids of no client are counted by their network, so that they close no client and fill no memory (RFC-2)', async (t) => {
  const { requestToken } = await startIdentity(t)
  const nobody = guid(7)
  for (let attempt = 0; attempt < 100; attempt += 1) {
    assert.equal((await requestToken({ client_id: nobody })).json().error, 'invalid_client')
  }
  assert.equal((await requestToken({ client_id: guid(8) })).statusCode, 429)
  assert.equal((await requestToken({ client_id: nobody }, { address: '192.0.2.2' })).statusCode, 400)
})

test('parallel guesses get no more attempts than ten (RFC-2)', async (t) => {
  const { requestToken } = await startIdentity(t)
  const answers = await Promise.all(Array.from({ length: 50 }, () => requestToken(wrong)))
  assert.equal(answers.filter(({ statusCode }) => statusCode === 400).length, 10)
  assert.equal(answers.filter(({ statusCode }) => statusCode === 429).length, 40)
})

for (const [what, first, second, same] of [
  ['addresses of one IPv6 network', '2001:db8:1:2::1', '2001:DB8:1:2:ffff::9', true],
  ['one IPv6 address in two spellings', '2001:db8::1', '2001:0db8:0000:0000:0000:0000:0000:0001', true],
  ['an IPv4 address and its mapped form', '192.0.2.7', '::ffff:192.0.2.7', true],
  ['two IPv6 networks', '2001:db8:1:2::1', '2001:db8:1:3::1', false],
  ['two IPv4 addresses', '192.0.2.7', '192.0.2.8', false],
] as const) {
  test(`${what} count as ${same ? 'one sender' : 'two senders'}`, () => {
    const throttle = createThrottle(createMovableClock(), clientRules)
    for (let attempt = 0; attempt < 10; attempt += 1) {
      throttle.recordFailure(throttle.attempt(guid(1), first))
    }
    assert.equal(throttle.wait(throttle.attempt(guid(1), second)) !== undefined, same)
  })
}

test('what claims to be an address and is none counts as one sender', () => {
  const throttle = createThrottle(createMovableClock(), clientRules)
  for (let attempt = 0; attempt < 10; attempt += 1) {
    throttle.recordFailure(throttle.attempt(null, `${'x:'.repeat(attempt)}no`))
  }
  assert.equal(throttle.wait(throttle.attempt(null, 'other')), 60)
})
