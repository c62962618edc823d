import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../clock.ts'
import { createFailures, type FailureRule, growingWait, withinWindow } from './failures.ts'

const growing = growingWait({ free: 2, first: 1000, longest: 4000, quiet: 60_000 })

function startFailures(rule: FailureRule) {
  const clock = createMovableClock()
  const kept: unknown[] = []
  const failures = createFailures(clock, rule, (key, each) => {
    if (each.change === 'cleared') kept.push([key, each.last - clock.now()])
    else kept.push([key, each.failures.count, each.forgottenAt - clock.now()])
  })
  return {
    ...failures,
    clock,
    kept,
    fail(times: number) {
      for (let each = 0; each < times; each += 1) failures.record('a')
    },
  }
}

test('within a window so many failures close a key, until the window is over', async () => {
  const { fail, wait, hasFreeLeft, clock } = startFailures(withinWindow(3, 60_000))
  fail(2)
  assert.deepEqual([wait('a'), hasFreeLeft('a')], [undefined, true])
  await clock.advance(10_000)
  fail(1)
  assert.deepEqual([wait('a'), hasFreeLeft('a')], [50, false])
  await clock.advance(49_999)
  assert.equal(wait('a'), 1)
  await clock.advance(1)
  assert.deepEqual([wait('a'), hasFreeLeft('a')], [undefined, true], 'its failures are forgotten')
  fail(2)
  assert.equal(wait('a'), undefined)
})

test('a wait doubles with each failure, up to the longest', async () => {
  const { fail, wait, clock } = startFailures(growing)
  fail(1)
  assert.equal(wait('a'), undefined)
  const waits: (number | undefined)[] = []
  for (let each = 0; each < 5; each += 1) {
    fail(1)
    waits.push(wait('a'))
  }
  assert.deepEqual(waits, [1, 2, 4, 4, 4])
  await clock.advance(3_001)
  assert.equal(wait('a'), 1, 'a part of a second is one to wait')
  await clock.advance(998)
  assert.equal(wait('a'), 1)
  await clock.advance(1)
  assert.equal(wait('a'), undefined)
})

test('all is forgotten after the quiet time, and not before', async () => {
  const { fail, wait, clock } = startFailures(growing)
  fail(3)
  await clock.advance(59_999)
  fail(1)
  assert.equal(wait('a'), 4)
  await clock.advance(60_000)
  fail(1)
  assert.equal(wait('a'), undefined)
})

test('as many attempts may be under way as may still fail, and one of a key that is closed', () => {
  const { fail, isFull, enter, leave } = startFailures(growing)
  assert.equal(isFull('a'), false)
  enter('a')
  assert.equal(isFull('a'), false)
  enter('a')
  assert.equal(isFull('a'), true)
  leave('a')
  assert.equal(isFull('a'), false)
  fail(1)
  assert.equal(isFull('a'), true, 'one may still fail, and one is under way')
  leave('a')
  leave('a')
  fail(1)
  assert.equal(isFull('a'), false)
  enter('a')
  assert.equal(isFull('a'), true)
  assert.equal(isFull('b'), false)
})

test('each failure is written down with when it is forgotten, and what is cleared is taken back', async () => {
  const { fail, clear, kept, clock } = startFailures(growing)
  fail(2)
  await clock.advance(1000)
  clear('a')
  clear('a')
  clear('b')
  assert.deepEqual(kept, [
    ['a', 1, 60_000],
    ['a', 2, 60_000],
    ['a', -1000],
  ])
})

test('failures that are forgotten are cleared without a word', async () => {
  const { fail, clear, kept, clock } = startFailures(growing)
  fail(1)
  await clock.advance(60_000)
  clear('a')
  assert.equal(kept.length, 1)
})

test('what is written elsewhere counts, and takes nothing back that is known here', async () => {
  const { fail, restore, correct, wait, clock } = startFailures(growing)
  const written = (count: number) => ({ count, since: clock.now(), last: clock.now() })
  const before = written(1)
  await clock.advance(1)
  fail(2)
  restore('a', before)
  assert.equal(wait('a'), 1, 'it was read before')
  restore('a', written(3))
  assert.equal(wait('a'), 2)
  correct('a', written(3), 1)
  assert.equal(wait('a'), 4)
  await clock.advance(1)
  restore('a', written(0))
  assert.equal(wait('a'), undefined, 'somebody has succeeded')
})

test('what the process before this one had closed is closed, and not by a clock that was ahead', async () => {
  const { restore, wait, clock } = startFailures(growing)
  const now = clock.now()
  restore('a', { count: 3, since: now - 10_000, last: now })
  restore('b', { count: 3, since: now - 10_000, last: now + 1 })
  assert.deepEqual([wait('a'), wait('b')], [2, undefined])
  await clock.advance(1)
  assert.equal(wait('b'), 2)
})
