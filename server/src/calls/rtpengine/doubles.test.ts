import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../../base/clock.ts'
import { createDoubles } from './doubles.ts'

test('the same key within 60 ms is a double, another is not', async () => {
  const clock = createMovableClock()
  const { isDouble } = createDoubles(clock)
  assert.equal(isDouble('connection', '4'), false)
  assert.equal(isDouble('connection', '5'), false)
  await clock.advance(59)
  assert.equal(isDouble('connection', '4'), true)
  await clock.advance(1)
  assert.equal(isDouble('connection', '4'), false)
})

test('a key that is told as event and as tone by both sources was pressed once', async () => {
  for (const late of [0, 30, 200]) {
    const clock = createMovableClock()
    const { isDouble } = createDoubles(clock)
    assert.equal(isDouble('connection', '4'), false)
    assert.equal(isDouble('connection', '4'), true)
    await clock.advance(late)
    assert.equal(isDouble('log', '4'), true)
    assert.equal(isDouble('log', '4'), true)
    await clock.advance(300)
    assert.equal(isDouble('connection', '4'), false)
  }
})

test('what one source told first is a double when the other tells it, even late, and once', async () => {
  for (const [first, second] of [
    ['log', 'connection'],
    ['connection', 'log'],
  ] as const) {
    const clock = createMovableClock()
    const { isDouble } = createDoubles(clock)
    assert.equal(isDouble(first, '4'), false)
    await clock.advance(2_000)
    assert.equal(isDouble(second, '4'), true)
    await clock.advance(60)
    assert.equal(isDouble(second, '4'), false)
  }
})

test('a datagram that was lost costs no key', async () => {
  const clock = createMovableClock()
  const { isDouble } = createDoubles(clock)
  assert.equal(isDouble('connection', '4'), false)
  await clock.advance(300)
  assert.equal(isDouble('log', '4'), true, 'of the second press, taken for the lost one')
  assert.equal(isDouble('connection', '4'), false, 'the second press')
})

test('keys are remembered for five seconds, and not once they are forgotten', async () => {
  const clock = createMovableClock()
  const { isDouble, forget } = createDoubles(clock)
  isDouble('log', '4')
  await clock.advance(5_000)
  assert.equal(isDouble('connection', '4'), false)
  forget()
  assert.equal(isDouble('log', '4'), false)
})

test('a clock that is set back makes no double of what was pressed long ago', () => {
  let now = 1_000_000
  const clock = { now: () => now, elapsed: () => now, after: () => () => {}, every: () => () => {} }
  const { isDouble } = createDoubles(clock)
  isDouble('log', '4')
  now -= 500_000
  assert.equal(isDouble('connection', '4'), false)
})
