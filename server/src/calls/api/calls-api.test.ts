import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startWithPlatform, testListener } from '../test-telephone.ts'

const anna = { agentId: 'anna' }

test('a call is told, read and ended by its platform', async (t) => {
  const { client, newGuid, process } = await startWithPlatform(t)
  const { put, get, delete: remove } = client()
  const callGuid = newGuid()
  const told = { callGuid, agentId: 'anna', state: 'active', secured: false, sessionGuid: null }
  const made = await put(`/calls/${callGuid}`, { ...anna, caller: '+442079460000' })
  assert.deepEqual([made.status, made.body], [200, told])
  assert.deepEqual((await get(`/calls/${callGuid}`)).body, told)
  assert.deepEqual(await process.findLiveCall(1, 'anna'), { callGuid, agentId: 'anna' })
  assert.equal((await remove(`/calls/${callGuid}`, { endedBy: 'caller' })).status, 204)
  assert.equal((await remove(`/calls/${callGuid}`)).status, 204)
  assert.equal((await get(`/calls/${callGuid}`)).status, 404)
  assert.equal(await process.findLiveCall(1, 'anna'), 'no-call')
  assert.equal(await process.findLiveCall(2, 'anna'), 'no-platform')
})

test('a call that an agent takes up makes the former one held', async (t) => {
  const { client, newGuid, process } = await startWithPlatform(t)
  const { put, get } = client()
  const [first, second] = [newGuid(), newGuid()]
  await put(`/calls/${first}`, anna)
  await put(`/calls/${second}`, anna)
  assert.equal((await get(`/calls/${first}`)).body.state, 'held')
  assert.deepEqual(await process.findLiveCall(1, 'anna'), { callGuid: second, agentId: 'anna' })
  await put(`/calls/${first}`, anna)
  assert.equal((await get(`/calls/${second}`)).body.state, 'held')
  await put(`/calls/${first}`, { ...anna, state: 'held' })
  assert.equal(await process.findLiveCall(1, 'anna'), 'no-call')
})

test('a request needs a platform’s key, and a key opens its own platform’s calls alone', async (t) => {
  const { client, newGuid, process, guid, key } = await startWithPlatform(t)
  const callGuid = newGuid()
  await client().put(`/calls/${callGuid}`, anna)
  const none = await process.app.inject({ method: 'GET', url: `/calls/v1/calls/${callGuid}` })
  assert.deepEqual([none.statusCode, none.json().title], [401, 'An access token is required'])
  const forged = await client(`${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`).get(`/calls/${callGuid}`)
  assert.equal(forged.status, 401)
  for (const accountId of [1, 2]) {
    const other = await process.platforms.create({
      accountId,
      name: 'other',
      kind: 'http',
      settings: { privateAddresses: 'refused' },
    })
    assert.ok(other !== 'taken')
    const stranger = client(other.key)
    for (const answer of [
      await stranger.get(`/calls/${callGuid}`),
      await stranger.put(`/calls/${callGuid}`, { agentId: 'eve' }),
      await stranger.delete(`/calls/${callGuid}`),
      await stranger.post(`/calls/${callGuid}/keys`, { keys: '1' }),
      await stranger.post(`/calls/${callGuid}/trouble`, { trouble: 'audio-lost' }),
    ]) {
      assert.equal(answer.status, 404)
    }
  }
  assert.equal((await client().get(`/calls/${callGuid}`)).body.agentId, 'anna')
  await process.platforms.setDisabled(guid, true)
  assert.equal((await client().get(`/calls/${callGuid}`)).status, 401)
  assert.equal(await process.findLiveCall(1, 'anna'), 'no-call')
})

test('keys go to the session that a call is secured for, and to nobody before and after', async (t) => {
  const { client, newGuid, process, openSessions, clock, lines } = await startWithPlatform(t, {
    controls: { http: agreeable },
  })
  const { put, post, get } = client()
  const [callGuid, sessionGuid] = [newGuid(), newGuid()]
  openSessions.add(sessionGuid)
  await put(`/calls/${callGuid}`, anna)
  const early = await post(`/calls/${callGuid}/keys`, { keys: '4111' })
  assert.deepEqual([early.status, early.body.title], [409, 'No session listens to this call'])
  const { listener, keys, heard } = testListener()
  await process.secure(callGuid, { sessionGuid, recording: 'continue', listener })
  assert.deepEqual((await get(`/calls/${callGuid}`)).body, {
    callGuid,
    agentId: 'anna',
    state: 'active',
    secured: true,
    sessionGuid,
  })
  assert.deepEqual((await post(`/calls/${callGuid}/keys`, { keys: '4111' })).body, { taken: 4 })
  assert.deepEqual((await post(`/calls/${callGuid}/keys`, { keys: '*#' })).body, { taken: 2 })
  assert.equal(keys(), '4111*#')
  assert.equal((await post(`/calls/${callGuid}/trouble`, { trouble: 'tones-in-audio' })).status, 204)
  assert.equal(heard.at(-1), 'in-band-tones')
  await process.release(callGuid, listener)
  await clock.advance(1)
  assert.equal((await post(`/calls/${callGuid}/keys`, { keys: '737' })).status, 409)
  assert.equal(keys(), '4111*#')
  assert.ok(lines.every((line) => !line.includes('4111')))
})

test('keys that come twice or out of order are taken once, and a gap asks for the field again', async (t) => {
  const { client, newGuid, process, openSessions } = await startWithPlatform(t, {
    controls: { http: agreeable },
  })
  const { put, post } = client()
  const [callGuid, sessionGuid] = [newGuid(), newGuid()]
  openSessions.add(sessionGuid)
  await put(`/calls/${callGuid}`, anna)
  const { listener, heard } = testListener()
  await process.secure(callGuid, { sessionGuid, recording: 'continue', listener })
  const send = async (keys: string, sequence: number) =>
    (await post(`/calls/${callGuid}/keys`, { keys, sequence })).body.taken
  assert.equal(await send('41', 0), 2)
  assert.equal(await send('41', 0), 0)
  assert.equal(await send('111', 1), 2)
  assert.equal(await send('4', 0), 0)
  assert.equal(heard.join(''), '4111')
  assert.equal(await send('22', 6), 2)
  assert.deepEqual(heard.slice(4), ['keys-lost'])
  assert.equal(await send('5', 8), 1)
  assert.equal(heard.at(-1), '5')
})

test('what is no key, too many of them or no trouble that is known is refused', async (t) => {
  const { client, newGuid } = await startWithPlatform(t)
  const { put, post } = client()
  const callGuid = newGuid()
  await put(`/calls/${callGuid}`, anna)
  for (const body of [
    { keys: '' },
    { keys: '4111 1111' },
    { keys: '１' },
    { keys: 'ABCD' },
    { keys: '1'.repeat(65) },
    { keys: 4111 },
    { keys: ['4'] },
    { keys: '4', sequence: -1 },
    { keys: '4', sequence: 1.5 },
    { keys: '4', more: true },
    {},
  ]) {
    const { status, body: problem } = await post(`/calls/${callGuid}/keys`, body)
    assert.equal(status, 400, JSON.stringify(body))
    assert.ok(!JSON.stringify(problem).includes('4111'))
  }
  for (const body of [{ trouble: 'fire' }, {}]) {
    assert.equal((await post(`/calls/${callGuid}/trouble`, body)).status, 400)
  }
  for (const body of [
    {},
    { agentId: '' },
    { agentId: 'a', state: 'ringing' },
    { agentId: 'a', media: {} },
    { agentId: 'a\u0000' },
    { agentId: 'a\nb' },
    { agentId: '\ud800' },
    { agentId: 'a', reference: '\ud800' },
    { agentId: 'a', secured: true },
  ]) {
    assert.equal((await put(`/calls/${callGuid}`, body)).status, 400)
  }
  assert.equal((await put('/calls/not-a-guid', anna)).status, 404)
})

test('a call with an open session keeps its agent', async (t) => {
  const { client, newGuid, process, openSessions } = await startWithPlatform(t, {
    controls: { http: agreeable },
  })
  const { put, get } = client()
  const [callGuid, sessionGuid] = [newGuid(), newGuid()]
  openSessions.add(sessionGuid)
  await put(`/calls/${callGuid}`, anna)
  const { listener } = testListener()
  await process.secure(callGuid, { sessionGuid, recording: 'continue', listener })
  const other = await put(`/calls/${callGuid}`, { agentId: 'berta' })
  assert.deepEqual([other.status, other.body.title], [409, 'The call already has an open payment session'])
  assert.equal((await put(`/calls/${callGuid}`, { ...anna, state: 'held' })).status, 200)
  assert.equal((await get(`/calls/${callGuid}`)).body.secured, true)
})

test('the session is told who hung up', async (t) => {
  const { client, newGuid, process, openSessions } = await startWithPlatform(t, {
    controls: { http: agreeable },
  })
  const { put, delete: remove } = client()
  const [callGuid, sessionGuid] = [newGuid(), newGuid()]
  openSessions.add(sessionGuid)
  await put(`/calls/${callGuid}`, anna)
  const { listener, heard } = testListener()
  await process.secure(callGuid, { sessionGuid, recording: 'continue', listener })
  await remove(`/calls/${callGuid}`, { endedBy: 'caller' })
  assert.deepEqual(heard, ['hung up by caller'])
})

test('a call of which nothing is heard for twelve hours is forgotten', async (t) => {
  const { client, newGuid, clock } = await startWithPlatform(t)
  const { put, get } = client()
  const [silent, refreshed] = [newGuid(), newGuid()]
  await put(`/calls/${silent}`, anna)
  await put(`/calls/${refreshed}`, { agentId: 'berta' })
  await clock.leap(11 * 3_600_000)
  await put(`/calls/${refreshed}`, { agentId: 'berta' })
  await clock.leap(3_600_000 + 60_000)
  assert.equal((await get(`/calls/${silent}`)).status, 404)
  assert.equal((await get(`/calls/${refreshed}`)).status, 200)
})

const agreeable = {
  secure: async () => {},
  release: async () => {},
  say: async () => {},
  pauseRecording: async () => {},
  resumeRecording: async () => {},
}
