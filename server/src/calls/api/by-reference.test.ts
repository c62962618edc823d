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

test('a call may have a name whose digits happen to be those of a card number', async (t) => {
  const { client } = await startWithPlatform(t)
  const byChance = '4539578763621486-5060-1@10.0.0.1'
  const media = { rtpengine: { callId: byChance, fromTag: '4539578763621486', telephoneEvent: true } }
  const named = `/calls/by-reference/${encodeURIComponent(byChance)}`
  assert.equal((await client().post(`${named}/answered`, { agentId: 'anna', media })).status, 200)
  assert.equal((await client().post(`${named}/answered`, { agentId: '4539578763621486' })).status, 400)
})

test('no call has a name with control characters, on either engine', async (t) => {
  const { client } = await startWithPlatform(t)
  const { post } = client()
  const named = '/calls/by-reference/a%00b'
  const statuses = [
    await post(`${named}/answered`, anna),
    await post(`${named}/updated`, anna),
    await post(`${named}/info-digits`, { body: '34' }),
    await post(`${named}/ended`),
    await post(`${path}/answered`, { ...anna, replaces: 'a\u0000b' }),
  ].map(({ status }) => status)
  assert.deepEqual(statuses, [400, 404, 404, 204, 200])
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

const transferred = `/calls/by-reference/${encodeURIComponent('2-77@127.0.0.1')}`
const media = { rtpengine: { callId: '2-77@127.0.0.1', fromTag: 'c2', telephoneEvent: true } }
const replacing = { ...anna, media, replaces: callId }

test('a call that takes the place of another goes on with its session, and is secured where its media is', async (t) => {
  const { controlUrl, commands, answers, next } = await startControlServer(t)
  const { client, process, newGuid, openSessions } = await startWithPlatform(t, { settings: { controlUrl } })
  const { post, get } = client()
  const { callGuid } = (await post(`${path}/answered`, anna)).body
  const sessionGuid = newGuid()
  openSessions.add(sessionGuid)
  const { listener, heard, keys } = testListener()
  await process.secure(callGuid, { sessionGuid, recording: 'continue', listener })
  const again = next('call.secure')
  answers(() => 'never')
  const told = await post(`${transferred}/answered`, replacing)
  assert.deepEqual(told.body, { callGuid, agentId: 'anna', state: 'active', secured: false, sessionGuid })
  await again
  assert.equal((await post(`/calls/${callGuid}/keys`, { keys: '4' })).status, 409)
  assert.deepEqual(heard, ['line-lost'])
  assert.equal(JSON.parse(commands.at(-1)?.body ?? '{}').reference, '2-77@127.0.0.1')
  answers(() => 204)
  const repeated = await post(`${transferred}/answered`, replacing)
  assert.equal(repeated.body.callGuid, callGuid)
  assert.equal((await post(`${path}/ended`)).status, 204)
  assert.equal((await get(`/calls/${callGuid}`)).status, 200)
  assert.equal((await post(`${transferred}/ended`, { endedBy: 'caller' })).status, 204)
  assert.deepEqual([heard.at(-1), keys()], ['hung up by caller', ''])
})

test('what takes the place of nothing that is known is a new call, also where another platform has that name', async (t) => {
  const { client, process } = await startWithPlatform(t)
  const other = await process.platforms.create({
    accountId: 1,
    name: 'other',
    kind: 'http',
    settings: { privateAddresses: 'refused' },
  })
  assert.ok(other !== 'taken')
  const foreign = await client(other.key).post(`${path}/answered`, anna)
  const made = await client().post(`${transferred}/answered`, replacing)
  assert.deepEqual([made.status, made.body.state], [200, 'active'])
  assert.notEqual(made.body.callGuid, foreign.body.callGuid)
  const late = await client().post(`${path}/answered`, anna)
  assert.notEqual(late.body.callGuid, made.body.callGuid)
  const known = await client().post(`${transferred}/updated`, replacing)
  assert.equal(known.body.callGuid, made.body.callGuid, 'who is known takes nobody’s place')
})

test('a session stays with its agent: a call that goes to another is a new one once the former has ended', async (t) => {
  const { controlUrl } = await startControlServer(t)
  const { client, process, newGuid, openSessions } = await startWithPlatform(t, { settings: { controlUrl } })
  const { post } = client()
  const { callGuid } = (await post(`${path}/answered`, anna)).body
  const sessionGuid = newGuid()
  openSessions.add(sessionGuid)
  const { listener, heard } = testListener()
  await process.secure(callGuid, { sessionGuid, recording: 'continue', listener })
  const berta = { ...replacing, agentId: 'berta' }
  const refused = await post(`${transferred}/answered`, berta)
  assert.equal(refused.status, 409)
  assert.match(refused.body.type, /call-has-session$/)
  assert.deepEqual(heard, [])
  await post(`${path}/ended`, { endedBy: 'agent' })
  const made = await post(`${transferred}/answered`, berta)
  assert.deepEqual([made.status, made.body.sessionGuid], [200, null])
  assert.notEqual(made.body.callGuid, callGuid)
  assert.deepEqual(heard, ['hung up by agent'])
})

test('a call that is named by its GUID goes on under another reference where its media moves', async (t) => {
  const { controlUrl } = await startControlServer(t)
  const { client, process, newGuid, openSessions } = await startWithPlatform(t, { settings: { controlUrl } })
  const [callGuid, sessionGuid] = [newGuid(), newGuid()]
  await client().put(`/calls/${callGuid}`, { ...anna, reference: callId })
  openSessions.add(sessionGuid)
  const { listener, heard } = testListener()
  await process.secure(callGuid, { sessionGuid, recording: 'continue', listener })
  const moved = await client().put(`/calls/${callGuid}`, { ...anna, media, reference: '2-77@127.0.0.1' })
  assert.deepEqual([moved.status, moved.body.sessionGuid], [200, sessionGuid])
  assert.equal(heard[0], 'line-lost')
  assert.equal((await client().post(`${path}/ended`)).status, 204)
  assert.equal((await client().get(`/calls/${callGuid}`)).status, 200)
})
