import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LoggedRequest } from '@tonegate/protocol/logged-request'
import { eventually } from '../../../test/harness/test-eventually.ts'
import { startTestTonegate } from '../../../test/harness/test-tonegate.ts'
import { systemClock } from '../../base/clock.ts'
import { createSandboxClock } from '../time/sandbox-clock.ts'

const session = {
  agentId: 'agent7',
  skipCallTransfer: true,
  paymentData: { Amount: '12.40', Currency: 'USD' },
}

test('each request of a program is listed with its answer, and a refusal with what to do', async (t) => {
  const { origin, send, post, token } = await startTestTonegate(t, { clock: createSandboxClock(systemClock) })
  const list = async (query = ''): Promise<LoggedRequest[]> =>
    (await send(`/sandbox/requests${query}`)).json.requests
  const authorization = `Bearer ${await token()}`
  const opened = await post('/globalpci/v1/session', session, { authorization })
  const { sessionGuid } = opened.json
  for (let times = 0; times < 3; times += 1) {
    await send(`/globalpci/v1/session/${sessionGuid}`, { headers: { authorization } })
  }
  await post('/globalpci/v1/session', { ...session, paymentData: { Amount: 'much' } }, { authorization })
  await send('/globalpci/v1/sesion', { headers: { authorization: 'Bearer secret-of-mine' } })
  await send('/auth/connect/token', {
    method: 'POST',
    body: new URLSearchParams({ client_secret: 'my-secret' }),
  })
  await eventually(async () => (await list()).length === 6)

  const all = await list()
  assert.deepEqual(
    all.map(({ method, path, status, times }) => [method, path.replace(sessionGuid, '…'), status, times]),
    [
      ['POST', '/auth/connect/token', 400, 1],
      ['GET', '/globalpci/v1/sesion', 404, 1],
      ['POST', '/globalpci/v1/session', 400, 1],
      ['GET', '/globalpci/v1/session/…', 200, 3],
      ['POST', '/globalpci/v1/session', 200, 1],
      ['POST', '/auth/connect/token', 200, 1],
    ],
  )
  const [token400, , wrong, read, created] = all as [
    LoggedRequest,
    LoggedRequest,
    LoggedRequest,
    LoggedRequest,
    LoggedRequest,
  ]
  assert.equal(created.id, opened.headers.get('x-request-id'))
  assert.ok(created.milliseconds > 0 && !Number.isNaN(Date.parse(created.at)))
  assert.deepEqual([created.sessionGuid, read.sessionGuid], [sessionGuid, sessionGuid])
  assert.deepEqual(
    [wrong.refusal?.code, wrong.refusal?.help],
    ['invalid-request', `${origin}/globalpci/errors#invalid-request`],
  )
  assert.match(wrong.refusal?.text ?? '', /Amount/)
  assert.match(token400.refusal?.help ?? '', /\/globalpci\/errors#invalid_/)
  assert.deepEqual(
    (await list(`?session=${sessionGuid}`)).map(({ status }) => status),
    [200, 200],
  )
  assert.deepEqual((await list('?status=4xx')).length, 3)
  assert.deepEqual((await list('?status=404&limit=5')).length, 1)
  assert.equal((await send('/sandbox/requests?status=bad')).status, 400)
  const kept = JSON.stringify(all)
  for (const secret of ['my-secret', 'secret-of-mine', authorization.slice(7), 'much']) {
    assert.ok(!kept.includes(secret), secret)
  }
})

test('a card number in a path is not kept, and what the sandbox does itself is no request of a program', async (t) => {
  const { send, post, token } = await startTestTonegate(t, { clock: createSandboxClock(systemClock) })
  const authorization = `Bearer ${await token()}`
  await send('/globalpci/v1/session/4111111111111111', { headers: { authorization } })
  const { callGuid } = (await post('/sandbox/calls', { agentId: 'agent9' })).json
  await post(`/sandbox/calls/${callGuid}/keys`, { keys: '1' })
  await eventually(async () => (await send('/sandbox/requests')).json.requests.length === 2)
  const { requests } = (await send('/sandbox/requests')).json
  assert.ok(!JSON.stringify(requests).includes('4111111111111111'))
})

test('a request that was made to fail says so', async (t) => {
  const { send, post, token } = await startTestTonegate(t, { clock: createSandboxClock(systemClock) })
  const headers = { authorization: `Bearer ${await token()}` }
  await post('/sandbox/faults', { kind: '502' })
  await send('/globalpci/v1/sessions', { headers })
  await eventually(async () => (await send('/sandbox/requests')).json.requests.length === 2)
  const [failed] = (await send('/sandbox/requests')).json.requests
  assert.deepEqual([failed.status, failed.fault], [502, '502'])
  await post('/sandbox/faults', { kind: 'answer-lost' })
  await assert.rejects(send('/globalpci/v1/sessions', { headers }))
  const newest = async () => (await send('/sandbox/requests')).json.requests[0]
  await eventually(async () => (await newest()).fault === 'answer-lost')
})

test('a stream of a session is listed when it has ended, and the other one is told by its refusal', async (t) => {
  const { origin, send, post, token } = await startTestTonegate(t, { clock: createSandboxClock(systemClock) })
  const headers = { authorization: `Bearer ${await token()}` }
  const { sessionGuid } = (await post('/globalpci/v1/session', session, headers)).json
  const path = `/globalpci/v1/session/${sessionGuid}/events`
  const leaving = new AbortController()
  const stream = await fetch(`${origin}${path}`, { headers, signal: leaving.signal })
  leaving.abort()
  await send(path)
  const list = async () => (await send(`/sandbox/requests?session=${sessionGuid}`)).json.requests
  const ofStream = async () => (await list()).filter((each: LoggedRequest) => each.path === path)
  await eventually(async () => (await ofStream()).length === 2)
  const statuses = (await ofStream()).map(({ status }: LoggedRequest) => status).sort()
  assert.deepEqual([stream.status, statuses], [200, [200, 401]])
})
