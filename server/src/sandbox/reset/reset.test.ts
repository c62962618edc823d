import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import { json } from 'node:stream/consumers'
import { test } from 'node:test'
import { eventually } from '../../../test/harness/test-eventually.ts'
import { startTestTonegate } from '../../../test/harness/test-tonegate.ts'
import { systemClock } from '../../base/clock.ts'
import { createSandboxClock } from '../time/sandbox-clock.ts'

const session = {
  agentId: 'agent7',
  skipCallTransfer: true,
  paymentData: { Amount: '12.40', Currency: 'USD', CustomerPhoneNumber: '+15550100' },
}
const keys = '4111111111111111#1230#123#1'

async function start(t: Parameters<typeof startTestTonegate>[0]) {
  const tonegate = await startTestTonegate(t, { clock: createSandboxClock(systemClock) })
  const { send, post } = tonegate
  const bearer = async () => ({ authorization: `Bearer ${await tonegate.token()}` })
  const open = async (headers: Record<string, string>, more = {}) =>
    (await post('/globalpci/v1/session', { ...session, ...more }, headers)).json.sessionGuid as string
  const read = (guid: string, headers: Record<string, string>) =>
    send(`/globalpci/v1/session/${guid}`, { headers })
  const reset = () => send('/sandbox/reset', { method: 'POST' })
  return { ...tonegate, bearer, open, read, reset }
}

test('a reset leaves nothing of what has happened, and the same client', async (t) => {
  const { send, post, bearer, open, read, reset } = await start(t)
  const before = await bearer()
  const paid = await open(before)
  await post(`/sandbox/sessions/${paid}/keys`, { keys })
  await eventually(async () => (await read(paid, before)).json.sessionState === 'Finished')
  await open(before)
  const call = (await post('/sandbox/calls', { agentId: 'agent8' })).json.callGuid
  await post('/sandbox/faults', { kind: '503', count: 3, path: '/globalpci/v1/other' })
  await post('/sandbox/clock', { advanceSeconds: 900 })

  const answer = await reset()
  assert.equal(answer.status, 200)
  assert.ok(Math.abs(Date.parse(answer.json.now) - Date.now()) < 60_000, answer.json.now)
  assert.equal((await read(paid, before)).status, 401)
  const after = await bearer()
  assert.equal((await read(paid, after)).status, 404)
  assert.deepEqual((await send('/globalpci/v1/sessions', { headers: after })).json.sessions, [])
  assert.equal((await send(`/sandbox/calls/${call}`, { method: 'DELETE' })).status, 404)
  assert.deepEqual((await send('/sandbox/faults')).json.faults, [])
  assert.equal((await send('/sandbox/clock')).json.advancedSeconds, 0)
  const { requests } = (await send('/sandbox/requests')).json
  assert.ok(requests.length > 0 && requests.length <= 4, JSON.stringify(requests))
  const again = await open(after)
  await post(`/sandbox/sessions/${again}/keys`, { keys })
  await eventually(async () => (await read(again, after)).json.sessionState === 'Finished')
})

test('a reset takes less than a second, however much waits for a gateway, a slow answer or a stream', async (t) => {
  const { origin, send, post, bearer, open, read, reset } = await start(t)
  const headers = await bearer()
  await post('/sandbox/faults', { kind: 'gateway-lost' })
  const guid = await open(headers)
  await post(`/sandbox/sessions/${guid}/keys`, { keys })
  await eventually(async () => (await send('/sandbox/faults')).json.faults.length === 0)
  await post('/sandbox/faults', { kind: 'slow', seconds: 300 })
  const slow = read(guid, headers)
  await eventually(async () => (await send('/sandbox/faults')).json.faults.length === 0)
  const leaving = new AbortController()
  t.after(() => leaving.abort())
  const stream = await fetch(`${origin}/sandbox/webhooks`, { signal: leaving.signal })
  assert.equal(stream.status, 200)

  const all = await Promise.all([reset(), reset(), reset()])
  assert.deepEqual(
    all.map(({ status }) => status),
    [200, 200, 200],
  )
  assert.ok(
    all.every(({ json }) => json.milliseconds < 2_000),
    JSON.stringify(all.map(({ json }) => json)),
  )
  assert.equal((await slow).status, 200)
  const fresh = await bearer()
  assert.equal((await read(guid, fresh)).status, 404)
})

test('requests that come while the sandbox begins again are answered by the new one', async (t) => {
  const { bearer, open, read, reset, send } = await start(t)
  const statuses: number[] = []
  let isOver = false
  const resetting = reset().finally(() => {
    isOver = true
  })
  const ask = async () => {
    while (!isOver) statuses.push((await send('/auth/.well-known/openid-configuration/jwks')).status)
  }
  await Promise.all([ask(), ask(), ask()])
  assert.deepEqual([...new Set(statuses)], [200])
  const opened = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const headers = await bearer()
      return { headers, guid: await open(headers) }
    }),
  )
  assert.equal((await resetting).status, 200)
  await reset()
  const { headers, guid } = opened[0] ?? { headers: {}, guid: '' }
  assert.equal((await read(guid, headers)).status, 401)
  for (let times = 0; times < 5; times += 1) {
    assert.equal((await reset()).status, 200)
    const now = await bearer()
    assert.equal((await read(await open(now), now)).status, 200)
  }
})

test('a sandbox that others share is not reset', async (t) => {
  const { send } = await startTestTonegate(t)
  const refused = await send('/sandbox/reset', { method: 'POST' })
  assert.equal(refused.status, 409)
  assert.match(refused.json.detail, /can be reset only in a sandbox of one process .* without TONEGATE_STORE/)
})

test('every region that was used is reset', async (t) => {
  const { origin, send } = await startTestTonegate(t, {
    clock: createSandboxClock(systemClock),
    environment: { TONEGATE_REGIONS: 'nam,emea,apac' },
  })
  const { port } = new URL(origin)
  // biome-ignore lint/suspicious/noExplicitAny: an answer is looked at by assertions, member by member
  const at = async (region: string, path: string, method: 'GET' | 'POST'): Promise<any> => {
    const asking = request({
      port,
      host: '127.0.0.1',
      path,
      method,
      headers: { host: `${region}.localhost` },
    })
    const [answer] = await once(asking.end(), 'response')
    return json(answer)
  }
  const play = async (region: string) =>
    (await at(region, '/sandbox/scenarios/approved', 'POST')).paymentResultData.paymentOutcome
  const listed = (region: string) => at(region, '/sandbox/requests', 'GET')
  assert.deepEqual([await play('nam'), await play('emea')], ['approved', 'approved'])
  assert.ok((await listed('emea')).requests.length > 0)
  assert.equal((await send('/sandbox/reset', { method: 'POST' })).status, 200)
  for (const region of ['nam', 'emea', 'apac']) assert.deepEqual((await listed(region)).requests, [])
  assert.equal(await play('emea'), 'approved')
})
