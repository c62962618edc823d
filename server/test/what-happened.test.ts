import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test } from 'node:test'
import { createFindCourse } from '../src/cli/session-course.ts'
import { openSqlite } from '../src/store/sqlite.ts'
import { eventually } from './harness/test-eventually.ts'
import { channelPorts, startHalf } from './harness/test-processes.ts'
import { startTestTonegate } from './harness/test-tonegate.ts'

const skipped = { agentId: 'agent7', skipCallTransfer: true }
const paymentData = { Amount: '12.40', Currency: 'GBP' }
const card = '4111111111111111'

const read = (lines: readonly string[]) => lines.map((line) => JSON.parse(line))

/** What the first line of its answer's head says, and the whole head. */
function sendRaw(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    let received = ''
    socket.on('data', (chunk) => (received += chunk))
    socket.on('close', () => resolve(received))
  })
}

test('every answer bears the id of its request, whoever gives it', async (t) => {
  const { send, post, token, tonegate } = await startTestTonegate(t)
  const headers = { authorization: `Bearer ${await token()}` }
  const opened = await post('/globalpci/v1/session', { ...skipped, paymentData }, headers)
  const { iframeUrl, paymentFormUrl } = opened.json
  assert.ok(opened.headers.get('x-request-id'))
  for (const [path, init] of [
    ['/healthz', {}],
    ['/readyz', {}],
    ['/globalpci/v1/sessions', { headers }],
    ['/globalpci/v1/sessions', {}],
    ['/globalpci/v1/session', {}],
    ['/globalpci/openapi.json', {}],
    ['/auth/.well-known/openid-configuration', {}],
    ['/auth/connect/token', { method: 'POST' }],
    ['/auth/connect/token', {}],
    ['/auth/connect/authorize', {}],
    ['/auth/connect/userinfo', {}],
    ['/api/v1/token', { method: 'POST' }],
    ['/api/v1/session/1/launch', { method: 'POST' }],
    [new URL(paymentFormUrl).pathname, {}],
    [new URL(iframeUrl).pathname, {}],
    [new URL(iframeUrl).pathname.replace('framed', 'events'), {}],
    ['/pay/nobody/nothing', {}],
    ['/sandbox', {}],
    ['/%zz', {}],
    ['/nothing', {}],
  ] as const) {
    const named = await send(path, {
      ...init,
      headers: { ...('headers' in init && init.headers), 'x-request-id': 'order-17' },
    })
    assert.equal(named.headers.get('x-request-id'), 'order-17', `${path} ${named.status}`)
    const another = await send(path, {
      ...init,
      headers: { ...('headers' in init && init.headers), 'x-request-id': card },
    })
    assert.match(String(another.headers.get('x-request-id')), /^[a-z]{10}-/, path)
  }
  const malformed = await sendRaw(tonegate.port, 'GET / NOTHTTP\r\n\r\n')
  assert.match(malformed, /^HTTP\/1\.1 400 Bad Request\r\n(?:.+\r\n)*x-request-id: [a-z]{10}-/)
})

test('each refusal is one line, with its route and who was refused, and nothing that is secret', async (t) => {
  const { send, post, token, tonegate, lines } = await startTestTonegate(t)
  const authorization = `Bearer ${await token()}`
  const clientId = tonegate.sandbox?.regions.nam?.clients[0]?.clientId
  const named = (id: string) => ({ authorization, 'x-request-id': id })
  lines.length = 0
  await post(
    '/globalpci/v1/session',
    { ...skipped, paymentData: { ...paymentData, Note: card } },
    named('r-card'),
  )
  await post('/globalpci/v1/session', {}, { authorization: 'Bearer forged', 'x-request-id': 'r-forged' })
  await send('/globalpci/v1/session/none?code=secret', { headers: named('r-unknown') })
  await send('/globalpci/v1/session', { method: 'DELETE', headers: named('r-method') })
  await send(`/pay/${card}/secret-of-a-link`, { headers: { 'x-request-id': 'r-link' } })
  await send('/nothing/secret', { headers: { 'x-request-id': 'r-nothing' } })
  await send('/%zz', { headers: { 'x-request-id': 'r-malformed' } })
  await send('/auth/connect/token', {
    method: 'POST',
    headers: { 'x-request-id': 'r-token' },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: String(clientId),
      client_secret: 'wrong',
      scope: 'globalpci',
    }),
  })
  await send('/auth/connect/authorize?client_id=nobody', { headers: { 'x-request-id': 'r-authorize' } })
  await send('/api/v1/session/1/launch', { method: 'POST', headers: { 'x-request-id': 'r-launch' } })
  const said = read(lines).filter(({ requestId, status }) => requestId?.startsWith('r-') && status)
  assert.deepEqual(
    said.map(({ requestId, method, route, status, code }) => [requestId, method, route, status, code]),
    [
      ['r-card', 'POST', '/globalpci/v1/session', 400, 'card-data-refused'],
      ['r-forged', 'POST', '/globalpci/v1/session', 401, 'invalid-token'],
      ['r-unknown', 'GET', '/globalpci/v1/session/:sessionGuid', 404, 'not-found'],
      ['r-method', 'DELETE', undefined, 405, 'method-not-allowed'],
      ['r-link', 'GET', '/pay/:guid/:secret', 404, undefined],
      ['r-nothing', 'GET', undefined, 404, 'not-found'],
      ['r-malformed', 'GET', undefined, 400, 'invalid-request'],
      ['r-token', 'POST', '/auth/connect/token', 400, 'invalid_client'],
      ['r-authorize', 'GET', '/auth/connect/authorize', 400, 'unknown-client'],
      ['r-launch', 'POST', '/api/v1/session/:tenant/launch', 401, 'unauthorized'],
    ],
  )
  assert.equal(said[0].clientId, clientId)
  assert.equal(said[0].accountId, 1)
  assert.equal(said[7].clientId, clientId)
  assert.doesNotMatch(lines.join(''), /secret-of-a-link|code=secret|nothing.secret|Bearer|4111|wrong/)
})

test('a request has one id in both processes, and a payment both of its names in every line', async (t) => {
  const ports = await channelPorts()
  const vault = await startHalf(t, 'vault', ports)
  const api = await startHalf(t, 'api', ports)
  const authorization = `Bearer ${await api.token()}`
  const opened = await api.post(
    '/globalpci/v1/session',
    { ...skipped, paymentData },
    { authorization, 'x-request-id': 'order-17' },
  )
  const { sessionGuid, providerSessionGuid } = opened.json
  await api.post(
    `/globalpci/v1/session/${sessionGuid}/cancel`,
    {},
    { authorization, 'x-request-id': 'order-18' },
  )
  const ended = await eventually(async () =>
    read(api.lines).find(({ message }) => message === 'a result was recorded'),
  )
  assert.equal(ended.providerSessionGuid, providerSessionGuid)
  const byVault = read(vault.lines).filter((line) => line.capture === providerSessionGuid)
  assert.deepEqual(
    byVault.map(({ message, requestId }) => [message, requestId]),
    [
      ['a capture session was launched', 'order-17'],
      ['a capture session ended', 'order-18'],
    ],
  )
  for (const line of [...byVault, ended]) {
    assert.equal(line.sessionGuid, sessionGuid, line.message)
    assert.equal(line.providerSessionGuid, providerSessionGuid, line.message)
  }

  for (const [each, wanted] of [
    [api, ['created', 'ended', 'result-removal-due']],
    [vault, ['launched', 'capture-ended']],
  ] as const) {
    await each.close()
    const store = await openSqlite(`${each.folder}/nam.db`)
    const find = createFindCourse(store)
    for (const guid of [sessionGuid, providerSessionGuid]) {
      const found = await find(guid)
      assert.deepEqual(found && [found.sessionGuid, found.providerSessionGuid], [
        sessionGuid,
        providerSessionGuid,
      ])
      assert.deepEqual(
        found?.course.map(({ what }) => what),
        wanted,
      )
    }
    await store.close()
  }
})
