import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { LightMyRequestResponse } from 'fastify'
import type { Guid } from '../../base/guid.ts'
import { startIdentity } from '../test-identity.ts'

const desktop = 'https://desktop.example.com'
const shop = 'https://shop.example.com'
const tokenPath = '/auth/connect/token'

/** An identity server whose usual client has one origin, and another client another. */
async function startCors(t: TestContext) {
  const started = await startIdentity(t, { client: { allowedOrigins: [desktop, 'http://localhost:5173'] } })
  const { app, createClient } = started
  const other = await createClient({ allowedOrigins: [shop] })
  return {
    ...started,
    other,
    preflight: (
      origin: string | undefined,
      url = tokenPath,
      headers: Readonly<Record<string, string>> = {},
    ) =>
      app.inject({
        method: 'OPTIONS',
        url,
        headers: {
          ...(origin !== undefined && { origin }),
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,content-type,dpop',
          ...headers,
        },
      }),
  }
}

/** What an answer says about other origins. */
const corsHeaders = ({ headers }: LightMyRequestResponse) =>
  Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.startsWith('access-control') || name === 'vary'),
  )

const preflightAnswer = (origin: string) => ({
  vary: 'Origin',
  'access-control-allow-origin': origin,
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers':
    'Authorization, Content-Type, DPoP, Idempotency-Key, Last-Event-ID, X-Request-Id',
  'access-control-max-age': '600',
})
const readable = (origin: string) => ({
  vary: 'Origin',
  'access-control-allow-origin': origin,
  'access-control-expose-headers': 'WWW-Authenticate, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id',
})

const strangers = [
  'https://evil.example',
  'https://x.desktop.example.com',
  'https://desktop.example.com.evil.example',
  'https://desktop.example.com.',
  'https://Desktop.example.com',
  'HTTPS://desktop.example.com',
  'https://desktop.example.com:443',
  'https://desktop.example.com:8443',
  'https://desktop.example.com/',
  'http://desktop.example.com',
  'http://localhost',
  'http://localhost:5174',
  'null',
  '*',
  '',
  'desktop.example.com',
  `${desktop}, ${shop}`,
  `${desktop} ${shop}`,
]

test('a preflight from a registered origin is answered without credentials', async (t) => {
  const { preflight } = await startCors(t)
  for (const origin of [desktop, shop, 'http://localhost:5173']) {
    for (const path of [tokenPath, '/Auth/connect/TOKEN']) {
      const answer = await preflight(origin, path)
      assert.equal(answer.statusCode, 204)
      assert.equal(answer.body, '')
      assert.deepEqual(corsHeaders(answer), preflightAnswer(origin))
    }
  }
})

test('a preflight from any other origin is refused as OPTIONS is, and shown nothing', async (t) => {
  const { preflight } = await startCors(t)
  for (const origin of [...strangers, undefined]) {
    const answer = await preflight(origin)
    assert.equal(answer.statusCode, 405, String(origin))
    assert.equal(answer.headers.allow, 'POST')
    assert.deepEqual(corsHeaders(answer), {}, String(origin))
  }
})

test('OPTIONS that is no preflight is refused, whoever sends it', async (t) => {
  const { app } = await startCors(t)
  const answer = await app.inject({ method: 'OPTIONS', url: tokenPath, headers: { origin: desktop } })
  assert.equal(answer.statusCode, 405)
})

test('a page of the client’s own origin reads its token, and another one’s does not', async (t) => {
  const { requestToken } = await startCors(t)
  const own = await requestToken({}, { headers: { origin: desktop } })
  assert.equal(own.statusCode, 200)
  assert.deepEqual(corsHeaders(own), readable(desktop))
  const foreign = await requestToken({}, { headers: { origin: shop } })
  assert.equal(foreign.statusCode, 200)
  assert.deepEqual(corsHeaders(foreign), { vary: 'Origin' })
})

test('a request from an unknown origin, or from none, is answered as always and shown nothing', async (t) => {
  const { requestToken } = await startCors(t)
  for (const origin of strangers) {
    const answer = await requestToken({}, { headers: { origin } })
    assert.equal(answer.statusCode, 200)
    assert.deepEqual(corsHeaders(answer), { vary: 'Origin' }, origin)
  }
  assert.deepEqual(corsHeaders(await requestToken()), {})
})

test('errors are read by the client’s origins; before the client is known, by every registered one', async (t) => {
  const { requestToken, app } = await startCors(t)
  const wrongScope = (origin: string) => requestToken({ scope: 'x' }, { headers: { origin } })
  assert.deepEqual(corsHeaders(await wrongScope(desktop)), readable(desktop))
  assert.deepEqual(corsHeaders(await wrongScope(shop)), { vary: 'Origin' })
  const unreadable = (origin: string) =>
    app.inject({
      method: 'POST',
      url: tokenPath,
      headers: { origin, 'content-type': 'text/plain' },
      payload: 'x',
    })
  for (const origin of [desktop, shop]) {
    const answer = await unreadable(origin)
    assert.equal(answer.statusCode, 400)
    assert.deepEqual(corsHeaders(answer), readable(origin))
  }
  const stranger = await requestToken({ client_secret: 'x' }, { headers: { origin: shop } })
  assert.equal(stranger.json().error, 'invalid_client')
  assert.deepEqual(corsHeaders(stranger), readable(shop))
  assert.deepEqual(corsHeaders(await unreadable('https://evil.example')), { vary: 'Origin' })
})

test('never all origins, and never cookies', async (t) => {
  const { preflight, requestToken } = await startCors(t)
  for (const answer of [await preflight(desktop), await requestToken({}, { headers: { origin: desktop } })]) {
    assert.notEqual(answer.headers['access-control-allow-origin'], '*')
    assert.equal(answer.headers['access-control-allow-credentials'], undefined)
    assert.equal(answer.headers['access-control-allow-private-network'], undefined)
  }
})

test('null and * are no origins, even where a row of the store holds them', async (t) => {
  const { preflight, requestToken, store, clientId } = await startCors(t)
  const update = store.prepare((db, p: { id: Guid }) =>
    db
      .updateTable('client')
      .set({ allowed_origins: `null * ${desktop}` })
      .where('id', '=', p.id),
  )
  await store.write((tx) => update.run(tx, { id: clientId }))
  for (const origin of ['null', '*']) {
    assert.equal((await preflight(origin)).statusCode, 405)
    assert.deepEqual(corsHeaders(await requestToken({}, { headers: { origin } })), { vary: 'Origin' })
  }
  assert.equal((await preflight(desktop)).statusCode, 204)
})

test('a disabled client’s origins are unknown within a second, and a new client’s known', async (t) => {
  const { preflight, disableClient, createClient, clientId, clock } = await startCors(t)
  assert.equal((await preflight(desktop)).statusCode, 204)
  await disableClient(clientId)
  await createClient({ allowedOrigins: ['https://new.example.com'] })
  await clock.advance(1000)
  assert.equal((await preflight(desktop)).statusCode, 405)
  assert.equal((await preflight('https://new.example.com')).statusCode, 204)
})

test('the origins cost one read of the store a second, and nothing without an Origin', async (t) => {
  const { preflight, requestToken, store } = await startCors(t)
  await requestToken()
  const execute = t.mock.method(store.reader, 'execute')
  await requestToken()
  assert.equal(execute.mock.callCount(), 0)
  for (let count = 0; count < 5; count += 1)
    await Promise.all([preflight(desktop), preflight('https://x.example')])
  await requestToken({}, { headers: { origin: desktop } })
  assert.equal(execute.mock.callCount(), 1)
})

for (const path of ['/auth/connect/authorize', '/auth/connect/introspect', '/auth/connect/endsession']) {
  test(`${path} is not for pages of other origins (RFC-47)`, async (t) => {
    const { preflight, app } = await startCors(t)
    const asked = await preflight(desktop, path)
    assert.notEqual(asked.statusCode, 204)
    assert.deepEqual(corsHeaders(asked), {})
    for (const method of ['GET', 'POST'] as const) {
      const answer = await app.inject({ method, url: path, headers: { origin: desktop } })
      assert.equal(answer.headers['access-control-allow-origin'], undefined)
    }
  })
}
