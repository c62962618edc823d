import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { until } from '../../../test/harness/test-until.ts'
import { startTestControl } from './test-control.ts'

/** A call that is secured at the first of two engines. */
async function start(t: TestContext) {
  const started = await startTestControl(t, { engines: 2 })
  const [first, second] = started.engines
  assert.ok(first && second)
  second.calls.clear()
  first.signals.set('call', { created: 100, last: 100 })
  const line = await started.secured()
  /** Its media goes through the second from now on, under the same names. */
  const move = (last = 200) => {
    second.calls.set('call', ['caller', 'agent'])
    second.signals.set('call', { created: 200, last })
  }
  return { ...started, first, second, line, move }
}

test('an engine that dies in the middle: the call is blocked at the other, and its keys come from there', async (t) => {
  const { clock, control, first, second, move, secured, told, toldCount } = await start(t)
  first.press({ event: 4 })
  await toldCount(1)
  first.kill()
  await until(() => control.health()[0]?.state === 'lost')
  move()
  await secured()
  assert.ok(second.blocked.has('call caller'))
  second.press({ event: 5 })
  await toldCount(3)
  assert.deepEqual(told, ['4', 'line lost', '5'])
  await first.restart()
  await clock.advance(2_500)
  await until(() => control.health()[0]?.state === 'works')
  first.press({ event: 6 })
  second.press({ event: 7 })
  await toldCount(4)
  assert.deepEqual(told.slice(3), ['7'], 'nothing that the first tells is taken')
})

test('a call that the first engine knows still is secured where it was heard of last', async (t) => {
  const { clock, control, first, second, line, move, secure, told, toldCount } = await start(t)
  move()
  control.lookAgain?.(line)
  await toldCount(1)
  await secure()
  assert.deepEqual(told, ['line lost'])
  assert.ok(second.blocked.has('call caller'))
  await clock.advance(1_000)
  await first.heard('unblock DTMF')
  assert.equal(first.blocked.has('call caller'), false, 'it is given back where it was')
  assert.deepEqual(second.asked('unblock DTMF'), [])
  first.press({ event: 4 })
  second.press({ event: 5 })
  await toldCount(2)
  assert.deepEqual(told, ['line lost', '5'])
})

test('of two engines that were told of a call in the same second, it is at the one that has it for a shorter time', async (t) => {
  const { control, line, first, move, secure, second, toldCount } = await start(t)
  first.signals.set('call', { created: 100, last: 200 })
  move(200)
  control.lookAgain?.(line)
  await toldCount(1)
  await secure()
  assert.ok(second.blocked.has('call caller'))
})

test('a look at a call that is where it was changes nothing, nor does one that is not answered', async (t) => {
  const { clock, control, engines, first, second, line, told, toldCount } = await start(t)
  second.calls.set('call', ['caller', 'agent'])
  second.signals.set('call', { created: 50, last: 50 })
  control.lookAgain?.(line)
  await second.heard('query', 2)
  for (const engine of engines) engine.misbehave(() => 'handled')
  control.lookAgain?.(line)
  await clock.advance(1_000)
  for (const engine of engines) engine.misbehave(() => undefined)
  first.press({ event: 4 })
  await toldCount(1)
  assert.deepEqual(told, ['4'])
})

test('keys from an engine that does not block the line are not taken, and have it looked for', async (t) => {
  const { second, move, secure, told, toldCount } = await start(t)
  await until(() => second.listening() === 1)
  move()
  second.press({ event: 4 })
  second.press({ event: 4, tag: 'agent' })
  await toldCount(1)
  assert.deepEqual(told, ['line lost'])
  await secure()
  assert.ok(second.blocked.has('call caller'))
})

test('a call that passes two engines has its keys from the one that blocks it, however many tell of them', async (t) => {
  const { first, second, told, toldCount } = await start(t)
  second.calls.set('call', ['caller', 'agent'])
  second.signals.set('call', { created: 100, last: 100 })
  await until(() => second.listening() === 1)
  second.press({ event: 4 })
  first.press({ event: 4 })
  await toldCount(1)
  await second.heard('query', 2)
  first.press({ event: 5 })
  await toldCount(2)
  assert.deepEqual(told, ['4', '5'])
})

test('a call that has left an engine which does not answer is released all the same', async (t) => {
  const { clock, control, first, second, line, order, move, secure } = await start(t)
  await until(() => first.blocked.has('call caller'))
  first.kill()
  await until(() => control.health()[0]?.state === 'lost')
  move()
  await secure()
  const released = control.release(line, order)
  for (let count = 0; count < 30; count += 1) await clock.advance(100)
  await released
  assert.equal(second.blocked.has('call caller'), false)
})

test('a line that was lost and not secured again is released where it went', async (t) => {
  const { clock, control, first, line, order, move, second } = await start(t)
  first.kill()
  await until(() => control.health()[0]?.state === 'lost')
  move()
  const released = control.release(line, order)
  for (let count = 0; count < 30; count += 1) await clock.advance(100)
  await released
  assert.equal(second.asked('unblock DTMF').length, 1)
})

test('of two engines that heard of a call at once, it is believed to be where it was', async (t) => {
  const { clock, control, engines, line, secured, toldCount, told } = await startTestControl(t, {
    engines: 2,
  })
  const [first, second] = engines
  assert.ok(first && second)
  first.calls.clear()
  await secured()
  first.calls.set('call', ['caller', 'agent'])
  control.lookAgain?.(line())
  await first.heard('query', 2)
  await clock.advance(100)
  second.press({ event: 4 })
  await toldCount(1)
  assert.deepEqual(told, ['4'])
})

test('a call that went to another engine with a new tag of the caller’s is blocked there at once', async (t) => {
  const { clock, first, line, second, move, secure } = await start(t)
  move()
  second.calls.set('call', ['new', 'agent'])
  await secure({ ...line, media: { rtpengine: { callId: 'call', fromTag: 'new', telephoneEvent: true } } })
  assert.ok(second.blocked.has('call new'))
  await clock.advance(1_000)
  await first.heard('unblock DTMF')
  assert.equal(first.blocked.size, 0)
})

test('an engine that is lost is not waited for where another one has the call', async (t) => {
  const { control, first, second, move, secure } = await start(t)
  first.kill()
  await until(() => control.health()[0]?.state === 'lost')
  move()
  await secure()
  assert.ok(second.blocked.has('call caller'), 'without a moment having passed')
})
