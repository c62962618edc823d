import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../base/clock.ts'
import { createCachedReads } from './cached-reads.ts'

/** Reads that are answered when the test says so, with what it says. */
function startReads() {
  const asked: PromiseWithResolvers<string | undefined>[] = []
  const clock = createMovableClock()
  const known = createCachedReads(clock, (_key: string) => {
    const next = Promise.withResolvers<string | undefined>()
    asked.push(next)
    return next.promise
  })
  return { asked, clock, known }
}

test('those who ask at once share a read, and what it found is good for a second', async () => {
  const { asked, clock, known } = startReads()
  const found = [known.find('a'), known.find('a')]
  asked[0]?.resolve('first')
  assert.deepEqual(await Promise.all(found), ['first', 'first'])
  await clock.advance(999)
  assert.equal(known.find('a'), 'first')
  await clock.advance(1)
  const again = known.find('a')
  asked[1]?.resolve(undefined)
  assert.equal(await again, undefined)
  assert.equal(asked.length, 2)
})

test('what is forgotten is read again, also while it is being read, and the older answer is not kept', async () => {
  const { asked, known } = startReads()
  const before = known.find('a')
  known.forget('a')
  const after = known.find('a')
  assert.equal(asked.length, 2)
  asked[1]?.resolve('new')
  assert.equal(await after, 'new')
  asked[0]?.resolve('old')
  assert.equal(await before, 'old')
  assert.equal(known.find('a'), 'new')
})
