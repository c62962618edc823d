import assert from 'node:assert/strict'
import { test } from 'node:test'
import { paidState, testGuid } from '../test-sessions.ts'
import { startVaultRoutes } from '../test-vault-routes.ts'

const view = `/session/7/view/${testGuid}`

function start() {
  const { app, session, clock } = startVaultRoutes()
  const send = (payload: unknown, headers: Readonly<Record<string, string>> = {}, path = view) =>
    app.inject({
      method: 'POST',
      url: `${path}/commands`,
      headers: {
        authorization: `Bearer access-${testGuid}`,
        'content-type': 'application/json',
        ...headers,
      },
      payload: JSON.stringify(payload),
    })
  return { app, session, clock, send }
}

test('each command reaches its session and is answered with the state that it left', async () => {
  const { session, send } = start()
  for (const command of [
    { command: 'ask', field: 'expiry' },
    { command: 'slow-mode', on: 'on' },
    { command: 'slow-mode', on: 'off' },
    { command: 'pay' },
    { command: 'cancel' },
  ]) {
    const answer = await send(command)
    assert.equal(answer.statusCode, 200)
    assert.deepEqual(answer.json(), session.view())
    assert.equal(answer.headers['cache-control'], 'no-store')
  }
  assert.deepEqual(session.calls, ['ask expiry', 'slow-mode on', 'slow-mode off', 'pay', 'cancel'])
})

test('a command that comes too late is a conflict', async () => {
  const { session, send } = start()
  session.become({ state: 'processing' })
  const late = await send({ command: 'cancel' })
  assert.equal(late.statusCode, 409)
  assert.match(late.json().type, /#not-possible-now$/)
  session.become(paidState)
  const over = await send({ command: 'cancel' })
  assert.equal(over.statusCode, 409)
  assert.match(over.json().type, /#session-ended$/)
})

test('a command is good until the time that it names, and does nothing after that', async () => {
  const { app, session, clock, send } = start()
  const inTime = await send({ command: 'ask', field: 'pan', until: clock.now() })
  assert.equal(inTime.statusCode, 200)
  for (const command of [
    { command: 'ask', field: 'expiry' },
    { command: 'slow-mode', on: 'on' },
    { command: 'inter-digit', seconds: 8 },
    { command: 'entry', entry: 'link' },
    { command: 'send-link', channel: 'sms' },
    { command: 'pay' },
    { command: 'cancel' },
  ]) {
    const late = await send({ ...command, until: clock.now() - 1 })
    assert.equal(late.statusCode, 409)
    assert.match(late.json().type, /#command-late$/)
  }
  assert.deepEqual(session.calls, ['ask pan'])
  const token = await app.inject({
    method: 'POST',
    url: `${view}/token`,
    headers: { authorization: `Bearer access-${testGuid}` },
    payload: {},
  })
  assert.equal(token.json().now, clock.now())
})

test('only a token of this session commands it', async () => {
  const { session, send } = start()
  const none = await send({ command: 'pay' }, { authorization: '' })
  assert.equal(none.statusCode, 401)
  assert.equal(none.headers['www-authenticate'], 'Bearer')
  for (const token of ['access-01990000-0000-7000-8000-00000000ffff', 'forged', '']) {
    const answer = await send({ command: 'pay' }, { authorization: `Bearer ${token}` })
    assert.equal(answer.statusCode, 401, token)
  }
  const foreign = await send({ command: 'pay' }, {}, view.replace('/7/', '/8/'))
  assert.equal(foreign.statusCode, 404)
  assert.deepEqual(session.calls, [])
})

test('a page of another origin has no access, and is told nothing that would give it any', async () => {
  const { app, session, send } = start()
  for (const site of ['cross-site', 'same-site', 'none']) {
    assert.equal((await send({ command: 'pay' }, { 'sec-fetch-site': site })).statusCode, 404)
  }
  const preflight = await app.inject({
    method: 'OPTIONS',
    url: `${view}/commands`,
    headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
  })
  assert.equal(preflight.statusCode, 405)
  assert.equal(preflight.headers['access-control-allow-origin'], undefined)
  assert.deepEqual(session.calls, [])
})

test('what is no command is refused, member by member', async () => {
  const { session, send } = start()
  for (const [body, path] of [
    [{}, '/command'],
    [{ command: 'fly' }, '/command'],
    [{ command: 'ask' }, '/field'],
    [{ command: 'ask', field: 'pin' }, '/field'],
    [{ command: 'slow-mode' }, '/on'],
    [{ command: 'slow-mode', on: true }, '/on'],
    [[], '/'],
    [null, '/'],
  ] as const) {
    const answer = await send(body)
    assert.equal(answer.statusCode, 400, JSON.stringify(body))
    assert.equal(answer.json().errors[0].path, path, JSON.stringify(body))
  }
  assert.deepEqual(session.calls, [])
})
