import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { until } from '../../../test/harness/test-until.ts'
import { createMovableClock } from '../../base/clock.ts'
import { startControlServer, startWithPlatform, testListener } from '../test-telephone.ts'

type Started = Awaited<ReturnType<typeof startWithPlatform>>

/** Moves the clock until it is so. */
const inTime = (started: Started, isSo: () => boolean | Promise<boolean>) =>
  until(async () => {
    await started.clock.advance(250)
    return isSo()
  })

/** A call of Anna's, and what secures it for an open session. */
async function startCall(started: Started, recording: 'continue' | 'pause' = 'continue') {
  const [callGuid, sessionGuid] = [started.newGuid(), started.newGuid()]
  started.openSessions.add(sessionGuid)
  await started.client().put(`/calls/${callGuid}`, { agentId: 'anna', reference: 'call-7@sbc' })
  const heard = testListener()
  const securing = { sessionGuid, recording, listener: heard.listener }
  return { ...heard, callGuid, sessionGuid, secure: () => started.process.secure(callGuid, securing) }
}

test('a line is secured and given back by signed commands', async (t) => {
  const control = await startControlServer(t)
  const settings = { controlUrl: control.controlUrl }
  const started = await startWithPlatform(t, { settings, clock: createMovableClock(Date.now()) })
  const { secure, callGuid, sessionGuid, listener } = await startCall(started, 'pause')
  await secure()
  const released = control.next('recording.resume')
  await started.process.say(callGuid, {
    text: 'Please enter your card number.',
    language: 'en',
    key: 'card-number',
  })
  await started.process.release(callGuid, listener)
  await released
  assert.deepEqual(control.types(), [
    'recording.pause',
    'call.secure',
    'call.say',
    'call.release',
    'recording.resume',
  ])
  const ids = new Set<string>()
  for (const [index, { headers, body }] of control.commands.entries()) {
    const command = JSON.parse(body)
    ids.add(command.commandId)
    assert.equal(headers['webhook-id'], command.commandId)
    assert.deepEqual(
      [command.callGuid, command.sessionGuid, command.reference, Date.parse(command.sentOn)],
      [callGuid, sessionGuid, 'call-7@sbc', started.clock.now() + index],
    )
    const judge = new Webhook(started.signingSecret)
    judge.verify(body, headers as Record<string, string>)
    assert.throws(() => judge.verify(`${body} `, headers as Record<string, string>))
  }
  assert.equal(ids.size, 5)
  assert.equal(JSON.parse(control.commands[2]?.body ?? '{}').text, 'Please enter your card number.')
})

test('a platform that refuses, redirects, answers without end or not at all leaves the call as it was', async (t) => {
  const control = await startControlServer(t)
  const started = await startWithPlatform(t, { settings: { controlUrl: control.controlUrl } })
  for (const fault of [500, 302, 'endless', 'never'] as const) {
    control.answers((type) => (type === 'call.secure' ? fault : 204))
    const { secure, callGuid, heard } = await startCall(started)
    const arrived = control.next('call.secure')
    const released = control.next('call.release')
    const securing = secure().then(
      () => 'secured',
      (error) => error,
    )
    await arrived
    if (fault === 'never') await started.clock.advance(2_000)
    const error = await securing
    assert.deepEqual([error.code, error.options?.headers?.['retry-after']], ['telephone-unavailable', '5'])
    await released
    assert.equal((await started.client().post(`/calls/${callGuid}/keys`, { keys: '4' })).status, 409)
    assert.deepEqual(heard, [])
    await started.client().delete(`/calls/${callGuid}`)
  }
})

test('a call is given back again and again by the same command, until that is confirmed', async (t) => {
  const control = await startControlServer(t)
  const started = await startWithPlatform(t, { settings: { controlUrl: control.controlUrl } })
  const { secure, callGuid, listener } = await startCall(started)
  const releases = () => control.commands.filter(({ body }) => JSON.parse(body).type === 'call.release')
  await secure()
  control.answers(() => 503)
  await started.process.release(callGuid, listener)
  await inTime(started, () => releases().length === 4)
  control.answers(() => 204)
  await inTime(started, async () => (await started.process.secured()).length === 0)
  const all = releases().length
  await started.clock.advance(120_000)
  assert.equal(releases().length, all)
  assert.equal(new Set(releases().map(({ headers }) => headers['webhook-id'])).size, 1)
})

test('a process that dies leaves its lines to the next, which secures them again or gives them back', async (t) => {
  const control = await startControlServer(t)
  const started = await startWithPlatform(t, { settings: { controlUrl: control.controlUrl } })
  const goesOn = await startCall(started, 'pause')
  await goesOn.secure()
  const ended = await (async () => {
    const callGuid = started.newGuid()
    const sessionGuid = started.newGuid()
    await started.client().put(`/calls/${callGuid}`, { agentId: 'berta' })
    await started.process.secure(callGuid, {
      sessionGuid,
      recording: 'continue',
      listener: testListener().listener,
    })
    return { callGuid, sessionGuid }
  })()
  control.commands.length = 0
  const next = await started.restart()
  const keys = () => started.client().post(`/calls/${goesOn.callGuid}/keys`, { keys: '4' })
  assert.equal((await keys()).status, 409)
  const left = await next.left()
  assert.deepEqual(
    new Map(left.map(({ callGuid, sessionGuid }) => [callGuid, sessionGuid])),
    new Map([
      [goesOn.callGuid, goesOn.sessionGuid],
      [ended.callGuid, ended.sessionGuid],
    ]),
  )
  const { heard, listener } = testListener()
  control.answers(() => 503)
  await next.takeUp(goesOn.callGuid, {
    sessionGuid: goesOn.sessionGuid,
    recording: 'pause',
    listener,
    from: 'any-node',
  })
  await inTime(started, () => control.types().length > 2)
  assert.deepEqual(heard, ['line-lost'])
  assert.equal((await keys()).status, 409)
  control.answers(() => 204)
  await inTime(started, () => heard.length > 1)
  assert.deepEqual(heard, ['line-lost', 'line-secured'])
  assert.deepEqual((await keys()).body, { taken: 1 })
  const silent = testListener()
  await next.takeUp(ended.callGuid, {
    sessionGuid: ended.sessionGuid,
    recording: 'continue',
    listener: silent.listener,
    from: 'no-node',
  })
  await next.release(ended.callGuid, silent.listener)
  await until(async () => (await next.secured()).length === 1)
  assert.deepEqual(await next.secured(), [goesOn.callGuid])
  assert.equal(control.types().at(-1), 'call.release')
})

test('a line whose session has ended without giving it back is given back', async (t) => {
  const control = await startControlServer(t)
  const started = await startWithPlatform(t, { settings: { controlUrl: control.controlUrl } })
  const { secure, sessionGuid } = await startCall(started)
  await secure()
  await started.clock.advance(120_000)
  assert.deepEqual(control.types(), ['call.secure'])
  started.openSessions.delete(sessionGuid)
  const released = control.next('call.release')
  await started.clock.advance(10_000)
  await released
})

test('media that goes elsewhere while a line is being secured is secured again before a key is taken', async (t) => {
  const control = await startControlServer(t)
  const started = await startWithPlatform(t, { settings: { controlUrl: control.controlUrl } })
  const { secure, callGuid, heard } = await startCall(started)
  const media = { rtpengine: { callId: 'call', fromTag: 'another', telephoneEvent: true } }
  const moved: Promise<unknown>[] = []
  control.answers((type) => {
    if (type === 'call.secure' && moved.length === 0) {
      moved.push(started.client().put(`/calls/${callGuid}`, { agentId: 'anna', media }))
      return 'never'
    }
    return 204
  })
  const arrived = control.next('call.secure')
  const securing = secure().catch(({ code }) => code)
  await arrived
  await Promise.all(moved)
  control.confirmAll()
  await securing
  await until(() => heard.length === 2)
  assert.deepEqual(heard, ['line-lost', 'line-secured'])
  assert.deepEqual(control.types(), ['call.secure', 'call.secure'])
})

test('a platform that was restarted says so, and its line is secured again', async (t) => {
  const control = await startControlServer(t)
  const started = await startWithPlatform(t, { settings: { controlUrl: control.controlUrl } })
  const { secure, callGuid, heard } = await startCall(started)
  await secure()
  const again = control.next('call.secure')
  const told = await started.client().put(`/calls/${callGuid}`, { agentId: 'anna', secured: false })
  assert.equal(told.body.secured, false)
  await again
  await until(() => heard.length === 2)
  assert.deepEqual(heard, ['line-lost', 'line-secured'])
  assert.equal((await started.client().get(`/calls/${callGuid}`)).body.secured, true)
})
