import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../../base/clock.ts'
import { createSandboxClock } from './sandbox-clock.ts'

/** On a clock that stands still, so that nothing passes by itself. */
function start() {
  const real = createMovableClock(1_000_000)
  const clock = createSandboxClock(real)
  const happened: string[] = []
  const note = (what: string) => () => void happened.push(`${what} ${clock.now() - 1_000_000}`)
  return { real, clock, happened, note }
}

test('time goes on by itself, and can be moved forward', async () => {
  const { real, clock } = start()
  await real.advance(500)
  await clock.advance(60_000)
  await real.advance(500)
  assert.deepEqual([clock.now(), clock.elapsed(), clock.ahead()], [1_061_000, 1_061_000, 60_000])
})

test('what falls due on the way happens in its order, each at its time', async () => {
  const { real, clock, happened, note } = start()
  clock.after(9_000, note('third'))
  clock.after(1_000, () => {
    note('first')()
    clock.after(1_000, note('second'))
  })
  clock.after(20_000, note('later'))
  const stop = clock.after(5_000, note('never'))
  stop()
  await clock.advance(10_000)
  assert.deepEqual(happened, ['first 1000', 'second 2000', 'third 9000'])
  await real.advance(10_000)
  assert.deepEqual(happened.slice(3), ['later 20000'])
})

test('what comes again and again comes seldom in a long move, and as often as before afterwards', async () => {
  const { real, clock, happened, note } = start()
  const stop = clock.every(1_000, note('tick'))
  await clock.advance(3_600_000)
  assert.ok(happened.length > 50 && happened.length <= 101, String(happened.length))
  const before = happened.length
  await real.advance(60_000)
  stop()
  assert.ok(happened.length - before >= 24, String(happened.length - before))
  const after = happened.length
  await clock.advance(3_600_000)
  await real.advance(60_000)
  assert.equal(happened.length, after)
})

test('a machine that has slept makes up for nothing', async () => {
  const { real, clock, happened, note } = start()
  clock.every(1_000, note('tick'))
  await real.leap(3_600_000)
  assert.ok(happened.length <= 2, happened.join())
})

test('moves that are asked for at once come one after the other', async () => {
  const { clock } = start()
  await Promise.all([clock.advance(1_000), clock.advance(2_000)])
  assert.equal(clock.ahead(), 3_000)
})
