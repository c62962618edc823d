import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from './clock.ts'
import { createDueSweep } from './due-sweep.ts'

function startSweep() {
  const clock = createMovableClock(0)
  const swept: number[] = []
  let next = Number.POSITIVE_INFINITY
  const sweep = createDueSweep({
    clock,
    sweep() {
      swept.push(clock.now())
      return next
    },
  })
  return { ...sweep, clock, swept, dueNext: (at: number) => (next = at) }
}

test('a sweep comes when the earliest is due, whatever was said later', async () => {
  const { due, clock, swept } = startSweep()
  due(60_000)
  due(5_000)
  due(900_000)
  await clock.advance(4_999)
  assert.deepEqual(swept, [])
  await clock.advance(1)
  assert.deepEqual(swept, [5_000])
})

test('after a sweep the next comes when it said so', async () => {
  const { due, clock, swept, dueNext } = startSweep()
  dueNext(30_000)
  due(5_000)
  await clock.advance(100_000)
  assert.deepEqual(swept.slice(0, 3), [5_000, 30_000, 31_000])
})

test('there is one sweep a second at most, and none when nothing is due', async () => {
  const { due, clock, swept } = startSweep()
  for (let time = 0; time < 10_000; time += 100) {
    due(clock.now())
    await clock.advance(100)
  }
  assert.equal(swept.length, 11)
  await clock.advance(3_600_000)
  assert.equal(swept.length, 11)
})

test('what is due in a month is swept once a day until then, and never after closing', async () => {
  const { due, clock, swept, close } = startSweep()
  due(30 * 24 * 3_600_000)
  await clock.advance(24 * 3_600_000)
  assert.equal(swept.length, 1)
  due(clock.now() + 1_000)
  close()
  due(clock.now())
  await clock.advance(3_600_000)
  assert.equal(swept.length, 1)
})
