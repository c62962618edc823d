import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { until } from '../../../test/harness/test-until.ts'
import { startControlServer, testListener } from '../test-telephone.ts'
import { startTwoNodes } from '../test-two-nodes.ts'

async function start(t: TestContext) {
  const control = await startControlServer(t)
  const started = await startTwoNodes(t, { settings: { controlUrl: control.controlUrl } })
  const { callGuid, sessionGuid, heard, listener } = await started.call()
  const securing = { sessionGuid, listener, recording: 'continue' } as const
  return { ...started, control, callGuid, sessionGuid, heard, listener, securing }
}

test('what comes to a node without the line of a call is done by the one that has it', async (t) => {
  const { other, at, callGuid, sessionGuid, heard, securing } = await start(t)
  await other.secure(callGuid, securing)
  const path = `/calls/${callGuid}`
  const byName = `/calls/by-reference/${encodeURIComponent(`call ${callGuid}`)}`
  assert.deepEqual((await at.one.post(`${path}/keys`, { keys: '4111', sequence: 0 })).body, { taken: 4 })
  assert.deepEqual((await at.other.post(`${path}/keys`, { keys: '11', sequence: 3 })).body, { taken: 1 })
  const digit = { body: Buffer.from('Signal=7').toString('hex') }
  assert.equal((await at.one.post(`${byName}/info-digits`, digit)).status, 202)
  assert.equal((await at.one.post(`${path}/trouble`, { trouble: 'audio-lost' })).status, 204)
  for (const answer of [
    await at.one.get(path),
    await at.one.post(`${byName}/updated`, { agentId: 'anna' }),
  ]) {
    assert.deepEqual([answer.body.secured, answer.body.sessionGuid], [true, sessionGuid])
  }
  assert.equal((await at.one.put(path, { agentId: 'bert' })).body.type.split('#')[1], 'call-has-session')
  await at.one.delete(path, { endedBy: 'caller' })
  assert.deepEqual(heard, ['4', '1', '1', '1', '1', '7', 'audio-lost', 'hung up by caller'])
  assert.deepEqual(await other.secured(), [])
})

test('a request that was not passed on tells the node that has the line, and is answered with what that says', async (t) => {
  const { one, other, key, callGuid, sessionGuid, heard, securing } = await start(t)
  await other.secure(callGuid, securing)
  const ask = (method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, payload?: object) =>
    one.app.inject({
      method,
      url: `/calls/v1/calls/${path}`,
      headers: { authorization: `Bearer ${key}` },
      ...(payload && { payload }),
    })
  const told = (await ask('GET', callGuid)).json()
  assert.deepEqual([told.secured, told.sessionGuid], [true, sessionGuid])
  await ask('POST', `${callGuid}/trouble`, { trouble: 'audio-lost' })
  const moved = { agentId: 'anna', replaces: `call ${callGuid}`, secured: false }
  await ask('POST', 'by-reference/new%20name/answered', moved)
  await until(() => heard.includes('line-secured'))
  assert.equal((await ask('PUT', callGuid, { agentId: 'bert' })).statusCode, 409)
  assert.equal((await ask('DELETE', callGuid, { endedBy: 'agent' })).statusCode, 204)
  assert.deepEqual(heard, ['audio-lost', 'line-lost', 'line-secured', 'hung up by agent'])
})

test('a session that another node opens on a call has the keys at once, and the former node asks nothing more', async (t) => {
  const { one, other, at, newGuid, openSessions, control, clock, callGuid, heard, listener, securing } =
    await start(t)
  await one.secure(callGuid, { ...securing, recording: 'pause' })
  const sessionGuid = newGuid()
  openSessions.add(sessionGuid)
  const second = testListener()
  await other.secure(callGuid, { ...securing, sessionGuid, listener: second.listener })
  await one.release(callGuid, listener)
  await clock.advance(20_000)
  await at.one.post(`/calls/${callGuid}/keys`, { keys: '41' })
  assert.deepEqual([heard, second.heard], [[], ['4', '1']])
  const secure = ['recording.pause', 'call.secure']
  assert.deepEqual(control.types(), [...secure, ...secure], 'its recording stays paused')
  await other.release(callGuid, second.listener)
  await until(async () => (await other.secured()).length === 0)
  assert.deepEqual(control.types().slice(4), ['call.release', 'recording.resume'])
})

test('what is being released when another node secures it is not released behind that', async (t) => {
  const { one, other, clock, control, openSessions, callGuid, newGuid, securing, listener } = await start(t)
  const sessionGuid = newGuid()
  openSessions.add(sessionGuid)
  await one.secure(callGuid, securing)
  control.answers((type) => (type === 'call.release' ? 'never' : 204))
  const releasing = control.next('call.release')
  await one.release(callGuid, listener)
  await releasing
  const secured = other.secure(callGuid, { ...securing, sessionGuid })
  await until(() => one.lines.sessionOf(callGuid) === undefined)
  for (let turn = 0; turn < 500; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  assert.equal(control.types().at(-1), 'call.release', 'the other waits for what is under way')
  control.confirmAll()
  await secured
  await clock.advance(60_000)
  assert.deepEqual(control.types(), ['call.secure', 'call.release', 'call.secure'])
})

test('a node that slept while its line was taken drops it, and does not release it', async (t) => {
  const { one, other, at, control, clock, callGuid, heard, listener, securing } = await start(t)
  await other.secure(callGuid, securing)
  other.leave()
  const taken = testListener()
  await one.takeUp(callGuid, { ...securing, listener: taken.listener, from: 'any-node' })
  await until(() => taken.heard.includes('line-secured'))
  await other.release(callGuid, listener)
  await until(() => other.lines.sessionOf(callGuid) === undefined)
  await at.one.post(`/calls/${callGuid}/keys`, { keys: '4' })
  assert.deepEqual([heard, taken.heard], [[], ['line-lost', 'line-secured', '4']])
  assert.deepEqual(control.types(), ['call.secure', 'call.secure'])
  await one.secure(callGuid, securing)
  await other.secure(callGuid, securing)
  await clock.advance(2_000)
  await until(() => one.lines.sessionOf(callGuid) === undefined)
  assert.ok(other.lines.sessionOf(callGuid))
  assert.equal(control.types().includes('call.release'), false)
})

test('the line of a dead node is left to the others, one of which takes it', async (t) => {
  const { one, other, otherDies, callGuid, sessionGuid, securing, startProcess } = await start(t)
  await other.secure(callGuid, securing)
  assert.deepEqual(await one.left(), [])
  const left = { callGuid, sessionGuid, recording: 'continue' } as const
  assert.deepEqual(await one.leftOf(sessionGuid), left)
  await assert.rejects(one.takeUp(callGuid, { ...securing, from: 'no-node' }), { code: 'no-live-call' })
  await otherDies()
  assert.deepEqual(await one.left(), [left])
  const third = await startProcess()
  t.after(() => third.close())
  const heard = [testListener(), testListener()]
  const taken = await Promise.allSettled(
    [one, third].map((each, index) =>
      each.takeUp(callGuid, {
        ...securing,
        listener: heard[index]?.listener ?? securing.listener,
        from: 'no-node',
      }),
    ),
  )
  assert.deepEqual(taken.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  assert.deepEqual([await one.left(), await third.left()], [[], []])
})

test('a call that ended while the node that has its line could not be told is seen to have ended', async (t) => {
  const { one, other, key, clock, callGuid, heard, securing } = await start(t)
  await other.secure(callGuid, securing)
  other.leave()
  const headers = { authorization: `Bearer ${key}` }
  await one.app.inject({ method: 'DELETE', url: `/calls/v1/calls/${callGuid}`, headers })
  await clock.advance(2_000)
  await until(() => heard.length > 0)
  assert.deepEqual(heard, ['hung up by undefined'])
})
