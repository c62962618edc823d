import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { until } from '../../../test/harness/test-until.ts'
import { startControlServer, startWithPlatform, testListener } from '../test-telephone.ts'

/** A secured call of Anna's, whose recording is paused. */
async function start(t: TestContext) {
  const control = await startControlServer(t)
  const started = await startWithPlatform(t, { settings: { controlUrl: control.controlUrl } })
  const { newGuid, openSessions } = started
  const callGuid = newGuid()
  const { put, get } = started.client()
  await put(`/calls/${callGuid}`, { agentId: 'anna' })
  function secure() {
    const sessionGuid = newGuid()
    openSessions.add(sessionGuid)
    const heard = testListener()
    const { listener } = heard
    const secured = started.process.secure(callGuid, { sessionGuid, recording: 'pause', listener })
    return { ...heard, sessionGuid, secured }
  }
  const sessionOf = async () => (await get(`/calls/${callGuid}`)).body.sessionGuid
  return { ...started, control, callGuid, secure, sessionOf }
}

test('a line that is secured for another session while it is given back stays secured, and its recording paused', async (t) => {
  const { control, callGuid, process, secure, sessionOf } = await start(t)
  const first = secure()
  await first.secured
  control.answers((type) => (type === 'call.release' ? 'never' : 204))
  const releasing = control.next('call.release')
  await process.release(callGuid, first.listener)
  await releasing
  const second = secure()
  await until(async () => (await sessionOf()) === second.sessionGuid)
  control.confirmAll()
  await second.secured
  const after = ['recording.pause', 'call.secure']
  assert.deepEqual(control.types(), [...after, 'call.release', ...after])
  control.answers(() => 204)
  const resumed = control.next('recording.resume')
  await process.release(callGuid, second.listener)
  await resumed
  assert.deepEqual(control.types().slice(5), ['call.release', 'recording.resume'])
})

test('a line that is given back while it is secured again is not secured behind that', async (t) => {
  const { client, control, callGuid, process, secure } = await start(t)
  const { listener, secured } = secure()
  await secured
  control.answers((type) => (type === 'recording.pause' ? 'never' : 204))
  const pausing = control.next('recording.pause')
  await client().put(`/calls/${callGuid}`, { agentId: 'anna', secured: false })
  await pausing
  const resumed = control.next('recording.resume')
  await process.release(callGuid, listener)
  control.confirmAll()
  await resumed
  await until(async () => (await process.secured()).length === 0)
  assert.deepEqual(control.types().slice(2), ['recording.pause', 'call.release', 'recording.resume'])
})

test('a call that ends while its line is being secured is sent nothing more', async (t) => {
  const { client, control, callGuid, secure } = await start(t)
  control.answers((type) => (type === 'recording.pause' ? 'never' : 204))
  const pausing = control.next('recording.pause')
  const { secured, heard } = secure()
  const refused = assert.rejects(secured, { code: 'no-live-call' })
  await pausing
  assert.equal((await client().delete(`/calls/${callGuid}`, { endedBy: 'caller' })).status, 204)
  control.confirmAll()
  await refused
  assert.deepEqual(heard, ['hung up by caller'])
  assert.deepEqual(control.types(), ['recording.pause'])
})

test('a call that ends while it is given back is sent nothing more', async (t) => {
  const { client, clock, control, callGuid, process, secure } = await start(t)
  const { listener, secured } = secure()
  await secured
  control.answers(() => 503)
  const releasing = control.next('call.release')
  await process.release(callGuid, listener)
  await releasing
  await client().delete(`/calls/${callGuid}`)
  const sent = control.types().length
  await clock.advance(120_000)
  assert.equal(control.types().length, sent)
})

test('of the commands for a call each later one is sent on later, also when the clock is set back', async (t) => {
  const { clock, control, callGuid, process, secure } = await start(t)
  const { listener, secured } = secure()
  await secured
  clock.setBack(3_600_000)
  const resumed = control.next('recording.resume')
  await process.release(callGuid, listener)
  await resumed
  const sentOn = control.commands.map(({ body }) => Date.parse(JSON.parse(body).sentOn))
  assert.equal(sentOn.length, 4)
  assert.deepEqual(
    sentOn,
    [...new Set(sentOn)].sort((a, b) => a - b),
  )
})
