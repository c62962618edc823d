import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock, systemClock } from './clock.ts'

test('a timer of ninety days or of no end does not fire at once', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const fired: string[] = []
  const day = 24 * 3_600_000
  const ninetyDays = 90 * day
  systemClock.after(ninetyDays, () => fired.push('ninety days'))
  systemClock.after(Number.POSITIVE_INFINITY, () => fired.push('never'))
  const stop = systemClock.after(ninetyDays, () => fired.push('stopped'))
  for (let passed = 0; passed < 89; passed += 1) t.mock.timers.tick(day)
  stop()
  t.mock.timers.tick(day - 1)
  assert.deepEqual(fired, [])
  t.mock.timers.tick(day)
  assert.deepEqual(fired, ['ninety days'])
})

test('a movable clock fires what falls due, in its order, and lets it start more', async () => {
  const clock = createMovableClock(0)
  const fired: [string, number][] = []
  clock.after(20, () => fired.push(['second', clock.now()]))
  clock.after(10, () => {
    fired.push(['first', clock.now()])
    clock.after(5, () => fired.push(['between', clock.now()]))
  })
  const stop = clock.every(8, () => fired.push(['every', clock.now()]))
  await clock.advance(20)
  stop()
  await clock.advance(20)
  assert.deepEqual(fired, [
    ['every', 8],
    ['first', 10],
    ['between', 15],
    ['every', 16],
    ['second', 20],
  ])
  assert.equal(clock.now(), 40)
})

test('a leap fires what fell due once, in its order, at the time of waking', async () => {
  const clock = createMovableClock(0)
  const seen: string[] = []
  clock.every(10, () => seen.push(`again at ${clock.now()}`))
  clock.after(25, () => seen.push(`once at ${clock.now()}`))
  clock.after(101, () => seen.push('too early'))
  await clock.leap(100)
  assert.deepEqual(seen, ['again at 100', 'once at 100'])
  await clock.advance(10)
  assert.deepEqual(seen.slice(2), ['too early', 'again at 110'])
})

test('a movable clock that is set back waits no longer than without that', async () => {
  const clock = createMovableClock(100_000)
  let fired = 0
  clock.after(1_000, () => fired++)
  clock.setBack(90_000)
  assert.equal(clock.now(), 10_000)
  await clock.advance(999)
  assert.equal(fired, 0)
  await clock.advance(1)
  assert.equal(fired, 1)
})
