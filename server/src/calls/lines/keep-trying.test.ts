import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../../base/clock.ts'
import { keepTrying } from './keep-trying.ts'

/** Tries of which one succeeds; with `slow`, each is over when it is said to be. */
function start(succeedsAt: number, { slow }: { readonly slow?: true } = {}) {
  const clock = createMovableClock(0)
  const tries: number[] = []
  const failures: number[] = []
  const underWay: (() => void)[] = []
  let done = 0
  const trying = keepTrying(
    async () => {
      tries.push(clock.now())
      const succeeds = tries.length >= succeedsAt
      if (slow) await new Promise<void>((resolve) => underWay.push(resolve))
      if (!succeeds) throw new Error('not yet')
    },
    { clock, pauses: [100, 1_000], done: () => done++, failed: (_error, count) => failures.push(count) },
  )
  /** Ends the try that is under way; there is no other. */
  const end = async () => {
    assert.equal(underWay.length, 1)
    underWay.shift()?.()
    await clock.advance(0)
  }
  return { clock, tries, failures, trying, end, done: () => done }
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
  waiting.trying.stop()
  waiting.trying.hurry()
  await waiting.clock.advance(10_000)
  assert.deepEqual(waiting.tries, [0, 100])
  const underWay = start(1)
  underWay.trying.startOver()
  underWay.trying.stop()
  await underWay.clock.advance(10_000)
  assert.deepEqual([underWay.tries, underWay.done()], [[0], 0])
})

for (const ask of ['hurry', 'startOver'] as const) {
  test(`a pause is cut short (${ask}), and the next is as long as it would have been`, async () => {
    const { clock, tries, trying } = start(9)
    await clock.advance(150)
    trying[ask]()
    await clock.advance(10)
    assert.deepEqual(tries, [0, 100, 150])
    await clock.advance(2_000)
    assert.deepEqual(tries, [0, 100, 150, 1_150, 2_150])
  })

  test(`a try that is under way is waited for, and followed at once by one more (${ask})`, async () => {
    const { tries, trying, end, clock, done } = start(3, { slow: true })
    await clock.advance(30)
    for (let count = 0; count < 5; count += 1) trying[ask]()
    await clock.advance(20)
    assert.deepEqual(tries, [0])
    await end()
    assert.deepEqual(tries, [0, 50])
    await end()
    assert.deepEqual(tries, [0, 50], 'the second has failed, and pauses')
    await clock.advance(1_000)
    await end()
    assert.deepEqual([tries, done()], [[0, 50, 1_050], 1])
  })
}

test('a try that succeeds counts though there was hope meanwhile, and not where it is started over', async () => {
  const hoped = start(1, { slow: true })
  hoped.trying.hurry()
  await hoped.end()
  assert.deepEqual([hoped.tries.length, hoped.done()], [1, 1])
  const over = start(1, { slow: true })
  over.trying.startOver()
  over.trying.hurry()
  await over.end()
  assert.deepEqual([over.tries.length, over.done()], [2, 0])
  await over.end()
  assert.deepEqual([over.tries.length, over.done()], [2, 1])
  over.trying.startOver()
  assert.equal(over.tries.length, 2, 'what is done is done')
})
