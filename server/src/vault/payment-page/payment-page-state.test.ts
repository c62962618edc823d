import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formerSecret, openTestSession, paidState, testGuid, testSecret } from '../test-sessions.ts'
import { startVaultRoutes } from '../test-vault-routes.ts'

const link = `/pay/${testGuid}/${testSecret}`

function start() {
  const session = openTestSession()
  const { app, clock, lines } = startVaultRoutes([session])
  const type = (body: unknown, { url = link, ...headers }: Record<string, string> = {}) =>
    app.inject({
      method: 'POST',
      url: `${url}/typing`,
      headers: { 'content-type': 'application/json', ...headers },
      payload: JSON.stringify(body),
    })
  return { app, session, clock, lines, type }
}

test('the page tells how many digits are in a field, and nothing else can be told', async () => {
  const { session, type } = start()
  assert.equal((await type({ field: 'pan', digits: 4 })).statusCode, 204)
  assert.equal(
    (await type({ field: 'expiry', digits: 0 }, { 'sec-fetch-site': 'same-origin' })).statusCode,
    204,
  )
  for (const body of [
    {},
    { field: 'pan' },
    { field: 'name', digits: 1 },
    { field: 'pan', digits: '4' },
    { field: 'pan', digits: 20 },
    { field: 'pan', digits: -1 },
    { field: 'pan', digits: 1.5 },
    { field: 'pan', digits: 4, value: '4111' },
    [],
    null,
    'x',
  ]) {
    assert.equal((await type(body)).statusCode, 400, JSON.stringify(body))
  }
  const large = await type({ field: 'pan', digits: 4, pad: 'x'.repeat(300) })
  assert.equal(large.statusCode, 413)
  assert.match(large.body, /too large\. The limit is 256 bytes\./)
  assert.deepEqual(session.calls, ['typed pan 4', 'typed expiry 0'])
})

test('other sites are told nothing, and change nothing', async () => {
  const { app, session, type } = start()
  for (const site of ['cross-site', 'same-site', 'none']) {
    const headers = { 'sec-fetch-site': site }
    assert.equal((await type({ field: 'pan', digits: 4 }, headers)).statusCode, 404)
    assert.equal((await app.inject({ url: `${link}/state`, headers })).statusCode, 404)
    const payload = { submission: '0'.repeat(32) }
    const taken = await app.inject({ method: 'POST', url: `${link}/state`, headers, payload })
    assert.equal(taken.statusCode, 404)
  }
  assert.deepEqual(session.calls, [])
})

test('a page that somebody sees reports it; what is fetched or drawn ahead, and other sites, are not heard', async () => {
  const { app, session } = start()
  const report = (headers: Record<string, string> = {}, url = link) =>
    app.inject({ method: 'POST', url: `${url}/opened`, headers })
  for (const headers of [
    { 'sec-purpose': 'prefetch' },
    { 'sec-purpose': 'prefetch;prerender' },
    { 'sec-purpose': 'prefetch;anonymous-client-ip' },
    { purpose: 'prefetch' },
    { 'sec-fetch-site': 'cross-site' },
  ]) {
    await report(headers as unknown as Record<string, string>)
  }
  assert.deepEqual(session.calls, [])
  const answer = await report({ 'sec-fetch-site': 'same-origin' })
  assert.deepEqual([answer.statusCode, answer.json()], [200, { state: 'open' }])
  assert.deepEqual(session.calls, ['page opened'])
  const unknown = await report({}, `${link}x`)
  assert.deepEqual(unknown.json(), { state: 'over' })
  for (const method of ['GET', 'HEAD'] as const) {
    assert.equal((await app.inject({ method, url: `${link}/opened` })).statusCode, 405)
  }
  assert.deepEqual(session.calls, ['page opened'])
})

test('typing faster than a page reports is passed over', async () => {
  const { session, clock, type } = start()
  for (let digits = 0; digits < 19; digits += 1) await type({ field: 'pan', digits })
  assert.equal(session.calls.length, 10)
  await clock.advance(1_000)
  await type({ field: 'pan', digits: 19 })
  assert.equal(session.calls.at(-1), 'typed pan 19')
})

test('who types where nothing can be typed any more is told so', async () => {
  const { session, type } = start()
  const report = { field: 'pan', digits: 4 }
  assert.deepEqual((await type(report, { url: `${link}x` })).json(), { state: 'over' })
  const former = link.replace(testSecret, formerSecret)
  assert.deepEqual((await type(report, { url: former })).json(), { state: 'over' })
  session.become({ state: 'processing' })
  assert.deepEqual((await type(report)).json(), { state: 'processing' })
  session.become(paidState)
  assert.deepEqual((await type(report)).json(), { state: 'over' })
  assert.deepEqual(session.calls, [])
})

test('the state is answered at once, or as soon as it is another', async () => {
  const { app, session, clock } = start()
  const state = (query = '', url = link) => app.inject(`${url}/state${query}`).then((answer) => answer.json())
  assert.deepEqual(await state(), { state: 'open' })
  assert.deepEqual(await state('?wait=processing'), { state: 'open' })
  assert.deepEqual(await state('', `${link}x`), { state: 'over' })
  session.become({ state: 'processing' })
  const waiting = state('?wait=processing')
  await session.subscribed()
  session.challengeBy({ url: 'https://bank.example/acs', fields: {} })
  session.become({ challenged: true })
  assert.deepEqual(await waiting, { state: 'challenge' })
  const patient = state('?wait=challenge')
  await new Promise((resolve) => setImmediate(resolve))
  await clock.advance(20_000)
  assert.deepEqual(await patient, { state: 'challenge' })
  assert.equal((await app.inject(`${link}/state?wait=nonsense`)).statusCode, 400)
})

test('a server that is closing lets nobody wait', async () => {
  const { app, session } = start()
  session.become({ state: 'processing' })
  const waiting = app.inject(`${link}/state?wait=processing`).then((answer) => answer)
  await session.subscribed()
  await app.close()
  assert.deepEqual((await waiting).json(), { state: 'processing' })
})

test('the link is in no log line', async () => {
  const { app, lines, type } = start()
  await type({ field: 'pan', digits: 'x' })
  await app.inject({ method: 'POST', url: `${link}/state`, payload: {} })
  assert.doesNotMatch(lines.join(''), /link-secret/)
})
