import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../../base/clock.ts'
import { NotAccepted } from './not-accepted.ts'
import { tryTwice, withDeadline } from './try-twice.ts'

const passing = (retryAfter = 0) => new NotAccepted('Later.', { isTemporary: true, retryAfter })

/** Fails with these, one after another, and then no more; and when it was tried. */
function startTries(...failures: readonly Error[]) {
  const clock = createMovableClock(0)
  const tried: number[] = []
  const result = tryTwice(async () => {
    const failure = failures[tried.length]
    tried.push(clock.now())
    if (failure) throw failure
  }, clock).then(
    () => 'done',
    (error) => error,
  )
  return { clock, tried, result }
}

test('what may pass is tried again after two seconds', async () => {
  const { clock, tried, result } = startTries(passing())
  await clock.advance(1_999)
  assert.deepEqual(tried, [0])
  await clock.advance(1)
  assert.equal(await result, 'done')
  assert.deepEqual(tried, [0, 2_000])
})

test('the server’s own time is kept, up to ten seconds', async () => {
  const waits = startTries(passing(10_000))
  await waits.clock.advance(10_000)
  assert.equal(await waits.result, 'done')
  assert.deepEqual(waits.tried, [0, 10_000])
  const tooLong = passing(10_001)
  const { tried, result } = startTries(tooLong)
  assert.equal(await result, tooLong)
  assert.deepEqual(tried, [0])
})

test('there is no third try, and none of what will not pass', async () => {
  const last = passing()
  const twice = startTries(passing(), last)
  await twice.clock.advance(60_000)
  assert.equal(await twice.result, last)
  assert.equal(twice.tried.length, 2)
  for (const failure of [new NotAccepted('No.', { isTemporary: false }), new Error('No.')]) {
    const { tried, result } = startTries(failure)
    assert.equal(await result, failure)
    assert.equal(tried.length, 1)
  }
})

test('what takes too long is stopped, and what came in time never', async () => {
  const clock = createMovableClock(0)
  const signals: AbortSignal[] = []
  await withDeadline(async (signal) => void signals.push(signal), 1_000, clock)
  const slow = Promise.withResolvers<string>()
  const running = withDeadline(
    (signal) => {
      signals.push(signal)
      return slow.promise
    },
    1_000,
    clock,
  )
  await clock.advance(999)
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [false, false],
  )
  await clock.advance(1)
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [false, true],
  )
  slow.resolve('late')
  assert.equal(await running, 'late')
})
