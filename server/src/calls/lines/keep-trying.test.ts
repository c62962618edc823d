import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../../base/clock.ts'
import { keepTrying } from './keep-trying.ts'

function start(succeedsAt: number) {
  const clock = createMovableClock(0)
  const tries: number[] = []
  const failures: number[] = []
  let done = 0
  const stop = keepTrying(
    async () => {
      tries.push(clock.now())
      if (tries.length < succeedsAt) throw new Error('not yet')
    },
    { clock, pauses: [100, 1_000], done: () => done++, failed: (_error, count) => failures.push(count) },
  )
  return { clock, tries, failures, stop, done: () => done }
}

test('it is tried again after growing pauses, the last of which goes on, until it succeeds', async () => {
  const { clock, tries, failures, done } = start(4)
  await clock.advance(10_000)
  assert.deepEqual(tries, [0, 100, 1_100, 2_100])
  assert.deepEqual(failures, [1, 2, 3])
  assert.equal(done(), 1)
})

test('what is stopped is tried no more, and is not done though its try succeeds', async () => {
  const waiting = start(9)
  await waiting.clock.advance(150)
  waiting.stop()
  await waiting.clock.advance(10_000)
  assert.deepEqual(waiting.tries, [0, 100])
  const underWay = start(1)
  underWay.stop()
  await underWay.clock.advance(10_000)
  assert.equal(underWay.done(), 0)
})
