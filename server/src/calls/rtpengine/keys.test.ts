import assert from 'node:assert/strict'
import { test } from 'node:test'
import { until } from '../../../test/harness/test-until.ts'
import { startTestControl } from './test-control.ts'
import type { TestKey } from './test-rtpengine.ts'

test('the caller’s keys are told in their order, with when they were pressed', async (t) => {
  const { clock, engine, keysAt, secured, told, toldCount } = await startTestControl(t)
  await secured()
  for (const event of [4, 1, 10, 11, 0]) engine.press({ event, duration: 80 })
  await toldCount(5)
  assert.deepEqual(told, ['4', '1', '*', '#', '0'])
  assert.deepEqual(new Set(keysAt), new Set([clock.now() - 80]))
})

for (const [what, key] of [
  ['the agent’s own key', { event: 4, tag: 'agent' }],
  ['a key of somebody else in the call', { event: 4, tag: 'third' }],
  ['a key of another call', { event: 4, callId: 'other' }],
  ['a key of a call that nobody knows', { event: 4, callId: 'x'.repeat(5_000) }],
  ['a letter', { event: 12 }],
  ['a flash', { event: 16 }],
  ['a number that is no event', { event: -1 }],
] as const satisfies readonly (readonly [string, TestKey])[]) {
  test(`${what} is told to nobody`, async (t) => {
    const { engine, secured, told, toldCount } = await startTestControl(t)
    await secured()
    engine.calls.set('other', ['caller'])
    engine.press(key)
    engine.press({ event: 7 })
    await toldCount(1)
    assert.deepEqual(told, ['7'])
  })
}

test('a key is of the engine that has the call, and of no other', async (t) => {
  const { engines, secured, told, toldCount } = await startTestControl(t, { engines: 2 })
  const [first, second] = engines
  second?.calls.clear()
  await secured()
  await until(() => second?.listening() === 1)
  second?.press({ event: 4 })
  second?.restart()
  await until(() => second?.listening() === 0)
  first?.press({ event: 7 })
  await toldCount(1)
  assert.deepEqual(told, ['7'])
})

test('before a line is secured its keys are told to nobody', async (t) => {
  const { engine, keysRead, secured, told, toldCount } = await startTestControl(t)
  await keysRead()
  engine.press({ event: 4 })
  await keysRead()
  await secured()
  engine.press({ event: 7 })
  await toldCount(1)
  assert.deepEqual(told, ['7'])
})

test('a key that comes up while the block is under way is lost, and that is told', async (t) => {
  const { clock, engine, secure, told, toldCount } = await startTestControl(t)
  engine.misbehave(({ command }) => (command.command === 'block DTMF' ? 'handled' : undefined))
  const secured = secure()
  await engine.heard('block DTMF')
  engine.press({ event: 4 })
  await toldCount(1)
  assert.deepEqual(told, ['keys lost'])
  engine.misbehave(() => undefined)
  await clock.advance(200)
  await secured
})

for (const { passed, duration, expected } of [
  { passed: 0, duration: 0, expected: 'keys lost' },
  { passed: 99, duration: 0, expected: 'keys lost' },
  { passed: 100, duration: 0, expected: '4' },
  { passed: 179, duration: 80, expected: 'keys lost' },
  { passed: 180, duration: 80, expected: '4' },
  { passed: 900, duration: 1_500, expected: 'keys lost' },
]) {
  test(`a key of ${duration} ms that comes up ${passed} ms after the block: ${expected}`, async (t) => {
    const { clock, engine, secure, told, toldCount } = await startTestControl(t)
    await secure()
    await clock.advance(passed)
    engine.press({ event: 4, duration })
    await toldCount(1)
    assert.deepEqual(told, [expected])
  })
}

test('the engine’s clock may be behind or ahead', async (t) => {
  const { engine, secured, told, toldCount } = await startTestControl(t)
  await secured()
  for (const [event, timestamp] of [
    [1, 0],
    [2, 4_000_000_000],
    [3, -1],
  ] as const)
    engine.press({ event, timestamp })
  await toldCount(3)
  assert.deepEqual(told, ['1', '2', '3'])
})

test('a key that is told twice within 60 ms counts once, and other keys between do not matter', async (t) => {
  const { clock, engine, secured, told, toldCount } = await startTestControl(t)
  await secured()
  for (const event of [4, 4, 5, 4, 5]) engine.press({ event })
  await toldCount(2)
  await clock.advance(59)
  engine.press({ event: 4 })
  engine.press({ event: 6 })
  await toldCount(3)
  await clock.advance(1)
  engine.press({ event: 4 })
  await toldCount(4)
  assert.deepEqual(told, ['4', '5', '6', '4'])
})
