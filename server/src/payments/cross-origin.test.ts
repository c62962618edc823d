import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { LightMyRequestResponse } from 'fastify'
import { systemRandom } from '../base/random.ts'
import { prepareCreateAccount } from '../identity/accounts/create-account.ts'
import { prepareCreateClient } from '../identity/clients/create-client.ts'
import { paymentData, startPayments } from './test-payments.ts'

const desktop = 'https://desktop.example.com'
const shop = 'https://shop.example.com'
const session = '/globalpci/v1/session'
const body = { agentId: 'agent7', paymentData, skipCallTransfer: true }

/** The Payment API, whose callers have one origin; another client of the region has another. */
async function startCrossOrigin(t: TestContext) {
  const started = await startPayments(t, { allowedOrigins: [desktop], apiRequestsPerSecond: 5 })
  const { store, clock, newGuid } = started
  const { id: accountId } = await prepareCreateAccount({ store, clock })({ name: 'One', production: false })
  const createClient = prepareCreateClient({ store, clock, newGuid, random: systemRandom })
  const usual = { accountId, flows: [], scopes: [] } as const
  await createClient({ ...usual, name: 'desktop', allowedOrigins: [desktop] })
  await createClient({ ...usual, name: 'shop', allowedOrigins: [shop] })
  return started
}

const allowedOrigin = ({ headers }: LightMyRequestResponse) => headers['access-control-allow-origin']

test('a preflight from a registered origin is answered everywhere in the API, without a token', async (t) => {
  const { app } = await startCrossOrigin(t)
  for (const url of [
    session,
    '/GlobalPCI/V1/Session',
    '/globalpci/v1/digitalsession',
    `${session}/x`,
    `${session}/x/cancel`,
    '/globalpci/v1/digitalsession/x/resend',
  ]) {
    const preflight = { 'access-control-request-method': 'POST' }
    const answer = await app.inject({ method: 'OPTIONS', url, headers: { origin: desktop, ...preflight } })
    assert.equal(answer.statusCode, 204, url)
    assert.equal(allowedOrigin(answer), desktop)
    assert.equal(answer.headers['access-control-allow-methods'], 'GET, POST')
    assert.equal(
      answer.headers['access-control-allow-headers'],
      'Authorization, Content-Type, DPoP, Idempotency-Key, Last-Event-ID, X-Request-Id',
    )
    assert.equal(answer.headers['access-control-max-age'], '600')
    assert.equal(answer.headers.vary, 'Origin')
    const refused = await app.inject({ method: 'OPTIONS', url, headers: { origin: 'null', ...preflight } })
    assert.equal(refused.statusCode, 405)
    assert.equal(allowedOrigin(refused), undefined)
  }
})

test('a preflight to what is not there is not answered', async (t) => {
  const { app } = await startCrossOrigin(t)
  const headers = { origin: desktop, 'access-control-request-method': 'GET' }
  const answer = await app.inject({ method: 'OPTIONS', url: '/globalpci/v1/nothing', headers })
  assert.equal(answer.statusCode, 404)
})

test('the token’s client decides which pages read the answer', async (t) => {
  const { post } = await startCrossOrigin(t)
  const own = await post(body, { headers: { origin: desktop } })
  assert.equal(own.statusCode, 200)
  assert.equal(allowedOrigin(own), desktop)
  assert.equal(own.headers.vary, 'Origin')
  assert.match(String(own.headers['access-control-expose-headers']), /\bRateLimit\b/)
  for (const origin of [
    shop,
    'https://evil.example',
    'https://x.desktop.example.com',
    'null',
    `${desktop}.`,
  ]) {
    const foreign = await post(body, { headers: { origin } })
    assert.equal(allowedOrigin(foreign), undefined, origin)
    assert.equal(foreign.headers['access-control-expose-headers'], undefined)
    assert.equal(foreign.headers.vary, 'Origin')
  }
})

test('a page of another origin is refused nothing but the reading', async (t) => {
  const { post, sessions } = await startCrossOrigin(t)
  assert.equal((await post(body, { headers: { origin: 'https://evil.example' } })).statusCode, 200)
  assert.equal(await sessions(), 1)
})

test('a page reads why its token was refused', async (t) => {
  const { post } = await startCrossOrigin(t)
  for (const [origin, readable] of [
    [desktop, true],
    [shop, true],
    ['https://evil.example', false],
  ] as const) {
    const answer = await post(body, { as: 'nobody', headers: { origin } })
    assert.equal(answer.statusCode, 401)
    assert.equal(allowedOrigin(answer), readable ? origin : undefined)
    if (readable) assert.match(String(answer.headers['access-control-expose-headers']), /WWW-Authenticate/)
  }
})

test('a page reads every other error too', async (t) => {
  const { post, send } = await startCrossOrigin(t)
  const headers = { origin: desktop }
  const answers = [
    await post('{', { headers }),
    await post('x'.repeat(70_000), { headers }),
    await send({ url: `${session}/nothing`, headers }),
    await post({ ...body, agentId: 'x' }, { as: 'agent7', headers }),
  ]
  const over = await Promise.all(Array.from({ length: 6 }, () => send({ url: `${session}/x`, headers })))
  assert.deepEqual(
    [...answers.map(({ statusCode }) => statusCode), over.at(-1)?.statusCode],
    [400, 413, 404, 403, 429],
  )
  for (const answer of [...answers, ...over]) assert.equal(allowedOrigin(answer), desktop)
})

test('a request without an origin is told nothing of them', async (t) => {
  const { post } = await startCrossOrigin(t)
  const { headers } = await post(body)
  assert.deepEqual(
    Object.keys(headers).filter((name) => name.startsWith('access-control') || name === 'vary'),
    [],
  )
})
