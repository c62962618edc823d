import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ClientOptions, createClient } from '../client.ts'
import { createTestClock } from '../test-clock.ts'
import { json, paid, sessionGuid, startApi, startServer } from '../test-servers.ts'
import { createTokenCache } from './token-cache.ts'

test('a hundred callers ask for one token', async (t) => {
  const { tonegate, tokensAsked, asked } = await startApi(t, (_, response) => json(response, paid))
  await Promise.all(Array.from({ length: 100 }, () => tonegate.getSession(sessionGuid)))
  assert.deepEqual([tokensAsked(), asked().length], [1, 100])
})

test('a token is renewed a minute before its end, and used until then', async (t) => {
  const { tonegate, tokensAsked, asked, clock } = await startApi(t, (_, response) => json(response, paid))
  await tonegate.getSession(sessionGuid)
  await clock.sleep(3_539_000)
  await tonegate.getSession(sessionGuid)
  assert.equal(tokensAsked(), 1)
  await clock.sleep(1000)
  await tonegate.getSession(sessionGuid)
  assert.deepEqual(
    asked().map(({ headers }) => headers.authorization),
    ['Bearer token-1', 'Bearer token-1', 'Bearer token-2'],
  )
})

test('a machine’s clock that is moved makes no token older or younger', async (t) => {
  const { tonegate, tokensAsked, clock } = await startApi(t, (_, response) => json(response, paid))
  await tonegate.getSession(sessionGuid)
  clock.set(0)
  await clock.sleep(3_540_000)
  await tonegate.getSession(sessionGuid)
  clock.set(Date.parse('2030-01-01T00:00:00Z'))
  await tonegate.getSession(sessionGuid)
  assert.equal(tokensAsked(), 2)
})

test('a short life has a short margin', async () => {
  const clock = createTestClock()
  let asked = 0
  const cache = createTokenCache(clock, async () => {
    asked += 1
    return { accessToken: `token-${asked}`, expiresIn: 10 }
  })
  await cache.get()
  await clock.sleep(8999)
  assert.equal(await cache.get(), 'token-1')
  await clock.sleep(1)
  assert.equal(await cache.get(), 'token-2')
})

test('while it is still valid, a token is used when no other is to be had', async () => {
  const clock = createTestClock()
  let asked = 0
  const cache = createTokenCache(clock, async () => {
    asked += 1
    if (asked > 1) throw new Error('The identity server is down.')
    return { accessToken: 'token-1', expiresIn: 3600 }
  })
  await cache.get()
  await clock.sleep(3_599_000)
  assert.equal(await cache.get(), 'token-1')
  await clock.sleep(1000)
  await assert.rejects(cache.get(), /is down/)
  assert.equal(asked, 3)
})

test('after a 401 there is one more try, with another token', async (t) => {
  const { tonegate, asked, tokensAsked } = await startApi(t, ({ headers }, response) =>
    headers.authorization === 'Bearer token-1'
      ? json(response, { type: '#invalid-token' }, 401)
      : json(response, paid),
  )
  await Promise.all([tonegate.getSession(sessionGuid), tonegate.getSession(sessionGuid)])
  assert.deepEqual([asked().length, tokensAsked()], [4, 2])
  await tonegate.getSession(sessionGuid)
  assert.equal(tokensAsked(), 2)
})

test('a token that another caller has renewed is not dropped for the one before it', async () => {
  let asked = 0
  const cache = createTokenCache(createTestClock(), async () => {
    asked += 1
    return { accessToken: `token-${asked}`, expiresIn: 3600 }
  })
  await cache.get()
  cache.drop('token-1')
  await cache.get()
  cache.drop('token-1')
  assert.equal(await cache.get(), 'token-2')
})

test('after a second 401 there is none', async (t) => {
  const { tonegate, asked } = await startApi(t, (_, response) =>
    json(response, { type: '#invalid-token' }, 401),
  )
  await assert.rejects(tonegate.getSession(sessionGuid), {
    kind: 'problem',
    code: 'invalid-token',
    status: 401,
  })
  assert.equal(asked().length, 2)
})

test('one caller that stops waiting for the token takes it from none of the others', async (t) => {
  const reached = Promise.withResolvers<void>()
  const given = Promise.withResolvers<void>()
  const { origin } = await startServer(t, async ({ path }, response) => {
    if (!path.startsWith('/auth')) return json(response, paid)
    reached.resolve()
    await given.promise
    return json(response, { access_token: 'token-1', expires_in: 3600 })
  })
  const tonegate = createClient({ baseUrl: origin, clientId: 'a', clientSecret: 'b' })
  const stop = new AbortController()
  const stopped = tonegate.getSession(sessionGuid, { signal: stop.signal })
  const other = tonegate.getSession(sessionGuid)
  await reached.promise
  stop.abort(new Error('Never mind.'))
  await assert.rejects(stopped, /Never mind/)
  given.resolve()
  assert.equal((await other).sessionState, 'Finished')
})

test('a program gives a token of its own, as a text each time', async (t) => {
  let given = 0
  const token = async () => `own-${++given}`
  const { origin, asked } = await startServer(t, (_, response) => json(response, paid))
  const tonegate = createClient({ baseUrl: origin, token })
  await tonegate.getSession(sessionGuid)
  await tonegate.getSession(sessionGuid)
  assert.deepEqual(
    asked.map(({ headers }) => headers.authorization),
    ['Bearer own-1', 'Bearer own-2'],
  )
})

test('a token of the program’s own with a life is kept', async (t) => {
  let given = 0
  const token = async () => ({ accessToken: `own-${++given}`, expiresIn: 3600 })
  const { origin } = await startServer(t, (_, response) => json(response, paid))
  const tonegate = createClient({ baseUrl: origin, token })
  await tonegate.getSession(sessionGuid)
  await tonegate.getSession(sessionGuid)
  assert.equal(given, 1)
})

test('a token that is undefined, as an option that is left out, is none', async (t) => {
  const { origin } = await startServer(t, ({ path }, response) =>
    json(response, path.startsWith('/auth') ? { access_token: 'token-1' } : paid),
  )
  const options = { baseUrl: origin, clientId: 'a', clientSecret: 'b', token: undefined }
  const tonegate = createClient(options as ClientOptions)
  assert.equal((await tonegate.getSession(sessionGuid)).sessionState, 'Finished')
})

for (const [what, expires_in, seconds] of [
  ['nothing', undefined, 270],
  ['null', null, 270],
  ['a text', '3600', 3540],
] as const) {
  test(`how long a token lives is read from ${what}`, async (t) => {
    let given = 0
    const { origin } = await startServer(t, ({ path }, response) => {
      if (!path.startsWith('/auth')) return json(response, paid)
      return json(response, { access_token: `token-${++given}`, expires_in })
    })
    const clock = createTestClock()
    const tonegate = createClient({ baseUrl: origin, clientId: 'a', clientSecret: 'b', clock })
    await tonegate.getSession(sessionGuid)
    await clock.sleep(seconds * 1000 - 1)
    await tonegate.getSession(sessionGuid)
    assert.equal(given, 1)
    await clock.sleep(1)
    await tonegate.getSession(sessionGuid)
    assert.equal(given, 2)
  })
}

test('a request for a token that nobody waits for any longer is given up, and the next caller makes another', async (t) => {
  const reached = Promise.withResolvers<void>()
  const closed = Promise.withResolvers<void>()
  let asks = 0
  const { origin } = await startServer(t, ({ path }, response) => {
    if (!path.startsWith('/auth')) return json(response, paid)
    asks += 1
    if (asks > 1) return json(response, { access_token: 'token-1', expires_in: 3600 })
    response.once('close', closed.resolve)
    return reached.resolve()
  })
  const clock = createTestClock()
  const tonegate = createClient({ baseUrl: origin, clientId: 'a', clientSecret: 'b', clock })
  const callers = [new AbortController(), new AbortController()]
  const stopped = callers.map(({ signal }) => tonegate.getSession(sessionGuid, { signal }))
  await reached.promise
  for (const caller of callers) caller.abort(new Error('Never mind.'))
  for (const one of stopped) await assert.rejects(one, /Never mind/)
  await closed.promise
  assert.equal((await tonegate.getSession(sessionGuid)).sessionState, 'Finished')
  assert.equal(asks, 2)
})
