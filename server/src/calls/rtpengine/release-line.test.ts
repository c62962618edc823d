import assert from 'node:assert/strict'
import { test } from 'node:test'
import { until } from '../../../test/harness/test-until.ts'
import { LineFault } from '../line-control.ts'
import { startTestControl } from './test-control.ts'

const unblocked = {
  command: 'unblock DTMF',
  'call-id': 'call',
  'from-tag': 'caller',
  flags: ['directional'],
  'delay-buffer': 0,
}

for (const media of [{ telephoneEvent: true }, { telephoneEvent: false }]) {
  test(`a line is released with its delay emptied, with ${JSON.stringify(media)}`, async (t) => {
    const { control, engine, line, order, secured } = await startTestControl(t)
    await control.release(await secured(line(media)), order)
    assert.deepEqual(engine.asked('unblock DTMF'), [unblocked])
    assert.equal(engine.blocked.has('call caller'), false)
  })
}

test('a line is unblocked 300 ms after its last key, and no sooner', async (t) => {
  const { clock, control, engine, keysRead, order, secured, toldCount } = await startTestControl(t)
  const line = await secured()
  engine.press({ event: 4 })
  await toldCount(1)
  await clock.advance(100)
  const released = control.release(line, order)
  await clock.advance(150)
  engine.press({ event: 5 })
  engine.press({ event: 4, callId: 'other' })
  engine.press({ event: 9, tag: 'agent' })
  await keysRead()
  await clock.advance(200)
  assert.equal(engine.asked('unblock DTMF').length, 0)
  await clock.advance(99)
  assert.equal(engine.asked('unblock DTMF').length, 0)
  await clock.advance(1)
  await released
  assert.equal(engine.asked('unblock DTMF').length, 1)
})

test('from when it is asked to be released, a line’s keys are told to nobody', async (t) => {
  const { clock, control, engine, keysRead, order, secured, told, toldCount } = await startTestControl(t)
  const line = await secured()
  engine.press({ event: 4 })
  await toldCount(1)
  const released = control.release(line, order)
  await clock.advance(0)
  engine.press({ event: 5 })
  await keysRead()
  for (let count = 0; count < 4; count += 1) await clock.advance(300)
  await released
  engine.press({ event: 6 })
  engine.kill()
  await until(() => control.health()[0]?.state === 'lost')
  assert.deepEqual(told, ['4'])
})

test('released twice is released once, and a line that was never secured can be released', async (t) => {
  const { clock, control, engine, line, order, secured } = await startTestControl(t)
  await control.release(await secured(), order)
  const again = control.release(line(), order)
  await clock.advance(300)
  await again
  assert.equal(engine.blocked.has('call caller'), false)
})

test('a line that a process before this one secured is released', async (t) => {
  const { clock, control, engine, line, open, order, secured } = await startTestControl(t)
  await secured()
  control.close()
  const next = open()
  await until(() => next.health()[0]?.state === 'works')
  const released = next.release(line(), order)
  await clock.advance(300)
  await released
  assert.equal(engine.blocked.has('call caller'), false)
})

test('a call that has ended is released, and so is one without media', async (t) => {
  const { clock, control, engine, line, order, secured } = await startTestControl(t)
  const held = await secured()
  engine.calls.clear()
  await control.release(held, order)
  const unknown = control.release(line({ callId: 'other' }), order)
  await clock.advance(300)
  await unknown
  await control.release(line(null), order)
})

test('of several engines that know a call no more, nothing is asked', async (t) => {
  const { control, engines, order, secured } = await startTestControl(t, { engines: 2 })
  const line = await secured()
  for (const engine of engines) engine.calls.clear()
  await control.release(line, order)
})

test('a release that is not confirmed fails, its keys stay nobody’s, and it can be asked again', async (t) => {
  const { clock, control, engine, keysRead, order, secured, told } = await startTestControl(t)
  const line = await secured()
  engine.misbehave(({ command }) => (command.command === 'unblock DTMF' ? 'handled' : undefined))
  const refused = assert.rejects(control.release(line, order), LineFault)
  await engine.heard('unblock DTMF')
  await clock.advance(1_000)
  await refused
  engine.press({ event: 4 })
  await keysRead()
  engine.misbehave(() => undefined)
  await clock.advance(300)
  await control.release(line, order)
  assert.equal(engine.blocked.has('call caller'), false)
  assert.deepEqual(told, [])
})

test('a line that is released while it is being secured is not secured in the end', async (t) => {
  const { clock, control, engine, keysRead, line, order, secure, told } = await startTestControl(t)
  engine.misbehave(({ command }) => (command.command === 'block DTMF' ? 'handled' : undefined))
  const secured = secure()
  await engine.heard('block DTMF')
  const released = control.release(line(), order)
  engine.misbehave(() => undefined)
  await clock.advance(200)
  await secured
  await clock.advance(300)
  await released
  assert.equal(engine.blocked.has('call caller'), false)
  engine.press({ event: 4 })
  await keysRead()
  assert.deepEqual(told, [])
})

test('a line that is secured while it is being released is secured in the end', async (t) => {
  const { clock, control, engine, line, order, secure, secured, told, toldCount } = await startTestControl(t)
  await secured()
  engine.press({ event: 4 })
  await toldCount(1)
  const released = control.release(line(), order)
  const again = secure()
  await clock.advance(300)
  await released
  await again
  await clock.advance(500)
  assert.ok(engine.blocked.has('call caller'))
  engine.press({ event: 5 })
  await toldCount(2)
  assert.deepEqual(told, ['4', '5'])
})
