import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { startControlServer, startWithPlatform, testListener } from '../test-telephone.ts'

const anna = { agentId: 'anna' }

/** A call of Anna's on a platform that is told by commands, and what secures it. */
async function start(t: TestContext) {
  const control = await startControlServer(t)
  const started = await startWithPlatform(t, { settings: { controlUrl: control.controlUrl } })
  const { newGuid, openSessions, client } = started
  const [callGuid, sessionGuid] = [newGuid(), newGuid()]
  openSessions.add(sessionGuid)
  const { put, post } = client()
  await put(`/calls/${callGuid}`, anna)
  const heard = testListener()
  const { listener } = heard
  const secure = () => started.process.secure(callGuid, { sessionGuid, recording: 'continue', listener })
  const press = async (body: unknown) => {
    const { status, body: answer } = await post(`/calls/${callGuid}/keys`, body)
    return status === 200 ? answer.taken : status
  }
  return { ...started, ...heard, control, callGuid, sessionGuid, secure, press }
}

test('a thousand requests at once are taken, each key once and in its order', async (t) => {
  const { secure, press, keys } = await start(t)
  await secure()
  const sent = Array.from({ length: 1_000 }, (_, sequence) => ({ keys: String(sequence % 10), sequence }))
  const taken = await Promise.all(sent.map(press))
  assert.ok(taken.every((each) => each === 1))
  assert.equal(keys(), sent.map(({ keys }) => keys).join(''))
})

test('a sequence that is no count of keys is refused, and its keys are not taken', async (t) => {
  const { secure, press, heard } = await start(t)
  await secure()
  for (const sequence of [-1, -0.5, 1.5, '0', null, [0], 1e7, 2 ** 53, 1e300]) {
    assert.equal(await press({ keys: '4111', sequence }), 400, JSON.stringify(sequence))
  }
  assert.deepEqual(heard, [])
})

test('a sequence that is behind by more than its keys are long has none that is new', async (t) => {
  const { secure, press, keys } = await start(t)
  await secure()
  assert.equal(await press({ keys: '41111111', sequence: 0 }), 8)
  assert.equal(await press({ keys: '41', sequence: 0 }), 0)
  assert.equal(await press({ keys: '1', sequence: 7 }), 0)
  assert.equal(await press({ keys: '1', sequence: 8 }), 1)
  assert.equal(keys(), '411111111')
})

test('requests that overlap in time and in what they hold give each key once', async (t) => {
  const { secure, press, heard } = await start(t)
  await secure()
  const sent = [
    { keys: '41', sequence: 0 },
    { keys: '411', sequence: 0 },
    { keys: '1111', sequence: 1 },
    { keys: '12', sequence: 4 },
  ]
  const taken = await Promise.all(sent.map(press))
  assert.equal(
    taken.reduce((sum, each) => sum + each, 0),
    6,
  )
  assert.deepEqual(heard, [...'411112'])
})

test('keys that come in another order than they were pressed are not mixed up: the field is asked for again', async (t) => {
  const { secure, press, heard } = await start(t)
  await secure()
  assert.equal(await press({ keys: '1111', sequence: 4 }), 4)
  assert.equal(await press({ keys: '4111', sequence: 0 }), 0)
  assert.deepEqual(heard, ['keys-lost'])
  assert.equal(await press({ keys: '4', sequence: 8 }), 1)
  assert.deepEqual(heard, ['keys-lost', '4'])
})

test('keys are refused while a line is being secured, lost and given back', async (t) => {
  const { client, control, callGuid, secure, press, heard, listener, process } = await start(t)
  control.answers(() => 'never')
  const asked = control.next('call.secure')
  const securing = secure()
  await asked
  assert.equal(await press({ keys: '4111' }), 409)
  control.confirmAll()
  await securing
  const again = control.next('call.secure')
  await client().put(`/calls/${callGuid}`, { ...anna, secured: false })
  await again
  assert.equal(await press({ keys: '4111' }), 409)
  const released = control.next('call.release')
  await process.release(callGuid, listener)
  control.confirmAll()
  await released
  assert.equal(await press({ keys: '4111' }), 409)
  assert.deepEqual(heard, ['line-lost'])
})

test('a call that ends in mid-capture ends once, and one of the same name is another', async (t) => {
  const { client, callGuid, secure, press, heard } = await start(t)
  const { put, get, delete: remove } = client()
  await secure()
  await press({ keys: '41' })
  assert.equal((await remove(`/calls/${callGuid}`, { endedBy: 'agent' })).status, 204)
  assert.equal((await remove(`/calls/${callGuid}`, { endedBy: 'caller' })).status, 204)
  assert.equal(await press({ keys: '11' }), 404)
  const told = await put(`/calls/${callGuid}`, anna)
  assert.deepEqual([told.status, told.body.secured, told.body.sessionGuid], [200, false, null])
  assert.equal(await press({ keys: '11' }), 409)
  assert.deepEqual(heard, ['4', '1', 'hung up by agent'])
  assert.equal((await get(`/calls/${callGuid}`)).status, 200)
})

test('a call that is held in mid-capture goes on, and is not found for another session', async (t) => {
  const { client, callGuid, secure, press, keys, process, newGuid } = await start(t)
  const { put } = client()
  await secure()
  await press({ keys: '41' })
  await put(`/calls/${callGuid}`, { ...anna, state: 'held' })
  assert.equal(await process.findLiveCall(1, 'anna'), 'no-call')
  assert.equal(await press({ keys: '11' }), 2)
  const next = newGuid()
  await put(`/calls/${next}`, anna)
  assert.deepEqual(await process.findLiveCall(1, 'anna'), { callGuid: next, agentId: 'anna' })
  assert.equal(await press({ keys: '11' }), 2)
  assert.equal(keys(), '411111')
})

test('a call that is transferred in mid-capture stays its agent’s until its session has ended', async (t) => {
  const { client, callGuid, secure, press, keys, process, listener, control } = await start(t)
  const { put, get } = client()
  await secure()
  const berta = { agentId: 'berta' }
  assert.equal((await put(`/calls/${callGuid}`, berta)).status, 409)
  assert.equal(await process.findLiveCall(1, 'berta'), 'no-call')
  assert.equal(await press({ keys: '41' }), 2)
  assert.equal(keys(), '41')
  const released = control.next('call.release')
  await process.release(callGuid, listener)
  await released
  assert.equal((await put(`/calls/${callGuid}`, berta)).status, 200)
  assert.equal((await get(`/calls/${callGuid}`)).body.agentId, 'berta')
})

test('agents of the same name in two accounts have each their own call', async (t) => {
  const { client, callGuid, process, newGuid, secure, press, keys } = await start(t)
  const other = await process.platforms.create({
    accountId: 2,
    name: 'desk',
    kind: 'http',
    settings: { privateAddresses: 'refused' },
  })
  assert.ok(other !== 'taken')
  const theirs = newGuid()
  await client(other.key).put(`/calls/${theirs}`, anna)
  assert.deepEqual(await process.findLiveCall(1, 'anna'), { callGuid, agentId: 'anna' })
  assert.deepEqual(await process.findLiveCall(2, 'anna'), { callGuid: theirs, agentId: 'anna' })
  await secure()
  const wrong = await client(other.key).post(`/calls/${callGuid}/keys`, { keys: '4111' })
  assert.equal(wrong.status, 404)
  assert.equal((await client(other.key).post(`/calls/${theirs}/keys`, { keys: '4111' })).status, 409)
  assert.equal(await press({ keys: '4' }), 1)
  assert.equal(keys(), '4')
})

test('a call with an open session is not forgotten, however long nothing is heard of it', async (t) => {
  const { client, clock, callGuid, secure, press, keys } = await start(t)
  await secure()
  await clock.leap(12 * 3_600_000 + 60_000)
  await clock.leap(60_000)
  assert.equal((await client().get(`/calls/${callGuid}`)).body.secured, true)
  assert.equal(await press({ keys: '41' }), 2)
  assert.equal(keys(), '41')
})

test('a call whose line cannot be given back is forgotten after twelve hours like any other', async (t) => {
  const { client, clock, control, callGuid, secure, process, listener } = await start(t)
  await secure()
  control.answers(() => 503)
  await process.release(callGuid, listener)
  await clock.leap(12 * 3_600_000)
  await clock.leap(60_000)
  assert.equal((await client().get(`/calls/${callGuid}`)).status, 404)
  const sent = control.types().length
  await clock.leap(3_600_000)
  assert.equal(control.types().length, sent)
})

test('a clock that is set back keeps no key from its session, and no line from its caller', async (t) => {
  const { clock, control, callGuid, secure, press, keys, process, listener } = await start(t)
  control.answers(() => 'never')
  const asked = control.next('call.secure')
  const securing = secure()
  await asked
  clock.setBack(3_600_000)
  control.confirmAll()
  await securing
  control.answers(() => 204)
  assert.equal(await press({ keys: '41' }), 2)
  clock.setBack(3_600_000)
  assert.equal(await press({ keys: '11' }), 2)
  assert.equal(keys(), '4111')
  const released = control.next('call.release')
  control.answers(() => 503)
  await process.release(callGuid, listener)
  await released
  clock.setBack(3_600_000)
  control.answers(() => 204)
  const again = control.next('call.release')
  await clock.advance(500)
  await again
})
