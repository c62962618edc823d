import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startControlServer, startWithPlatform, testListener } from '../test-telephone.ts'

const callId = '1-9846@127.0.0.1'
const path = `/calls/by-reference/${encodeURIComponent(callId)}`
const anna = { agentId: 'anna', media: { rtpengine: { callId, fromTag: 'c1', telephoneEvent: true } } }

test('signalling that can only POST tells of a call by its own name', async (t) => {
  const { client } = await startWithPlatform(t)
  const { post, get } = client()
  const unknown = await post(`${path}/updated`, anna)
  assert.equal(unknown.status, 404)
  const [one, other] = await Promise.all([post(`${path}/answered`, anna), post(`${path}/answered`, anna)])
  assert.deepEqual([one.status, other.status], [200, 200])
  assert.equal(one.body.callGuid, other.body.callGuid)
  assert.equal((await post(`${path}/updated`, { ...anna, state: 'held' })).body.state, 'held')
  assert.equal((await post(`${path}/ended`, { endedBy: 'agent' })).status, 204)
  assert.equal((await post(`${path}/ended`)).status, 204)
  assert.equal((await get(`/calls/${one.body.callGuid}`)).status, 404)
})

test('two platforms may call their calls the same, one platform may not', async (t) => {
  const { client, process, newGuid } = await startWithPlatform(t)
  const made = await process.platforms.create({
    accountId: 1,
    name: 'other',
    kind: 'http',
    settings: { privateAddresses: 'refused' },
  })
  assert.ok(made !== 'taken')
  const one = await client().post(`${path}/answered`, anna)
  const other = await client(made.key).post(`${path}/answered`, { agentId: 'berta' })
  assert.notEqual(one.body.callGuid, other.body.callGuid)
  const taken = await client().put(`/calls/${newGuid()}`, { agentId: 'carla', reference: callId })
  assert.deepEqual(
    [taken.status, taken.body.errors],
    [400, [{ path: '/reference', message: 'belongs to another call' }]],
  )
})

test('a digit that comes as SIP INFO is taken while a session listens, from the caller alone', async (t) => {
  const { controlUrl } = await startControlServer(t)
  const { client, process, newGuid, openSessions } = await startWithPlatform(t, { settings: { controlUrl } })
  const { post } = client()
  const { callGuid } = (await post(`${path}/answered`, anna)).body
  const info = async (text: string, more: object = {}) =>
    (await post(`${path}/info-digits`, { body: Buffer.from(text).toString('hex'), ...more })).status
  assert.equal(await info('Signal=4\r\nDuration=160\r\n'), 404)
  const sessionGuid = newGuid()
  openSessions.add(sessionGuid)
  const { listener, keys } = testListener()
  await process.secure(callGuid, { sessionGuid, recording: 'continue', listener })
  assert.equal(await info('Signal=4\r\nDuration=160\r\n'), 202)
  assert.equal(await info('Signal= 1 \nDuration= 250', { fromTag: 'c1' }), 202)
  assert.equal(await info('7'), 202)
  assert.equal(await info('Signal=10'), 202)
  assert.equal(await info('11'), 202)
  assert.equal(await info('Signal=9', { fromTag: 'a1' }), 404)
  for (const wrong of ['Signal=42', 'Signal=A', '', 'hello', '5'.repeat(600)]) {
    assert.equal(await info(wrong), 400, wrong)
  }
  assert.equal((await post(`${path}/info-digits`, { body: 5 })).status, 400)
  assert.equal(keys(), '417*#')
  const elsewhere = await post('/calls/by-reference/unknown/info-digits', { body: '34' })
  assert.equal(elsewhere.status, 404)
})

test('while a line is secured again, a SIP INFO digit is not passed on, and asked for again', async (t) => {
  const control = await startControlServer(t)
  const started = await startWithPlatform(t, { settings: { controlUrl: control.controlUrl } })
  const { post } = started.client()
  const { callGuid } = (await post(`${path}/answered`, anna)).body
  const sessionGuid = started.newGuid()
  started.openSessions.add(sessionGuid)
  const { listener, heard } = testListener()
  await started.process.secure(callGuid, { sessionGuid, recording: 'continue', listener })
  control.answers(() => 503)
  const other = { rtpengine: { ...anna.media.rtpengine, fromTag: 'c2' } }
  assert.equal((await post(`${path}/updated`, { ...anna, media: other })).status, 200)
  assert.equal((await post(`${path}/info-digits`, { body: '34' })).status, 202)
  assert.deepEqual(heard, ['line-lost', 'keys-lost'])
})
