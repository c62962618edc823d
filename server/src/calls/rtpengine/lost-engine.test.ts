import assert from 'node:assert/strict'
import { test } from 'node:test'
import { until } from '../../../test/harness/test-until.ts'
import { startTestControl } from './test-control.ts'

test('an engine whose connection closes is lost, and its lines are told at once', async (t) => {
  const { control, engine, line, secured, told, toldCount } = await startTestControl(t)
  engine.calls.set('second', ['caller'])
  await secured()
  await secured(line({ callId: 'second' }, '0197a7a4-5f6b-7000-8000-00000000000a' as never))
  engine.kill()
  await toldCount(2)
  assert.deepEqual(told, ['line lost', 'line lost'])
  assert.deepEqual(control.health(), [
    {
      engine: control.health()[0]?.engine,
      state: 'lost',
      reason: 'The connection to rtpengine closed.',
    },
  ])
})

test('after a restart no key passes until its line is secured again, though the engine works', async (t) => {
  const { clock, engine, secured, told, toldCount, works } = await startTestControl(t)
  await secured()
  await engine.restart()
  await toldCount(1)
  await clock.advance(100)
  await works()
  await until(() => engine.listening() === 1)
  engine.press({ event: 4 })
  await toldCount(2)
  await secured()
  engine.press({ event: 5 })
  await toldCount(3)
  assert.deepEqual(told, ['line lost', 'keys lost', '5'])
  assert.ok(engine.blocked.has('call caller'))
})

test('a key that was down before a line was secured again is lost', async (t) => {
  const { clock, engine, secure, secured, told, toldCount, works } = await startTestControl(t)
  await secured()
  await engine.restart()
  await toldCount(1)
  await clock.advance(100)
  await works()
  await until(() => engine.listening() === 1)
  await secure()
  await clock.advance(500)
  engine.press({ event: 4, duration: 450 })
  await toldCount(2)
  assert.deepEqual(told, ['line lost', 'keys lost'])
})

test('a restart that closes no connection is noticed by the uptime', async (t) => {
  const { clock, control, engine, secured, told, toldCount } = await startTestControl(t)
  await secured()
  const asked = engine.asked('statistics').length
  await clock.advance(1_000)
  await engine.heard('statistics', asked + 1)
  engine.startAnew()
  await clock.advance(1_000)
  await toldCount(1)
  assert.deepEqual(told, ['line lost'])
  assert.equal(control.health()[0]?.state, 'lost')
  await clock.advance(100)
  await until(() => control.health()[0]?.state === 'works')
})

test('an engine that does not answer for five seconds is lost, though its connection stands', async (t) => {
  const { clock, control, engine, secured, told, toldCount, works } = await startTestControl(t)
  await secured()
  engine.misbehave(() => 'handled')
  for (let count = 0; count < 40; count += 1) await clock.advance(100)
  assert.deepEqual(told, [])
  for (let count = 0; count < 25; count += 1) await clock.advance(100)
  await toldCount(1)
  assert.deepEqual(told, ['line lost'])
  assert.equal(control.health()[0]?.reason, 'rtpengine does not answer.')
  engine.misbehave(() => undefined)
  await clock.advance(1_000)
  await works()
})

test('an engine that says no uptime works, as long as its connection stands', async (t) => {
  const { clock, control, engine, secured, told } = await startTestControl(t)
  await secured()
  engine.misbehave(({ cookie, command }, { send }) => {
    if (command.command !== 'statistics') return undefined
    send(`${cookie} {"result":"ok","statistics":{"totalstatistics":[]}}`)
    return 'handled'
  })
  for (let count = 1; count < 4; count += 1) {
    const asked = engine.asked('statistics').length
    await clock.advance(1_000)
    await engine.heard('statistics', asked + 1)
  }
  assert.equal(control.health()[0]?.state, 'works')
  assert.deepEqual(told, [])
})

test('lines of another engine are not lost with it', async (t) => {
  const { engines, secured, told, toldCount, control } = await startTestControl(t, { engines: 2 })
  engines[1]?.calls.clear()
  await secured()
  engines[1]?.kill()
  await until(() => control.health()[1]?.state === 'lost')
  engines[0]?.press({ event: 4 })
  await toldCount(1)
  assert.deepEqual(told, ['4'])
  assert.equal(control.health()[0]?.state, 'works')
})

test('what cannot be read closes the connection, and the line is lost', async (t) => {
  const { engine, secured, told, toldCount, control } = await startTestControl(t)
  await secured()
  engine.press({ event: 4 })
  engine.tell(Buffer.from('x d'.padEnd(20_000, '!')))
  await toldCount(2)
  assert.deepEqual(told, ['4', 'line lost'])
  assert.equal(control.health()[0]?.reason, 'What rtpengine sent could not be read.')
})

test('an engine that was never there is lost, and that is in the log once', async (t) => {
  const { clock, control, engine, lines } = await startTestControl(t)
  engine.kill()
  for (let count = 0; count < 10; count += 1) await clock.advance(500)
  await until(() => control.health()[0]?.state === 'lost')
  assert.equal(lines.filter(({ message }) => /^rtpengine lost/.test(String(message))).length, 1)
})

test('while somebody waits for an engine, it is looked for at once and not after the pause that has grown', async (t) => {
  const { clock, connections, control, engine, secure } = await startTestControl(t)
  assert.equal(connections(), 1)
  engine.kill()
  await until(() => control.health()[0]?.state === 'lost')
  for (let count = 0; count < 40; count += 1) await clock.advance(100)
  await engine.restart()
  assert.equal(connections(), 1)
  const secured = secure()
  await clock.advance(100)
  await until(() => connections() === 2)
  await secured
  assert.ok(engine.blocked.has('call caller'))
})

test('an engine that does not answer is asked again as soon as somebody waits for it', async (t) => {
  const { clock, control, engine, secure, works } = await startTestControl(t)
  engine.misbehave(() => 'handled')
  for (let count = 0; count < 75; count += 1) await clock.advance(100)
  await until(() => control.health()[0]?.state === 'lost')
  for (let count = 0; count < 12; count += 1) await clock.advance(100)
  engine.misbehave(() => undefined)
  const secured = secure()
  await works()
  await secured
})
