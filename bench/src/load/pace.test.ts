import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../../../server/src/base/clock.ts'
import { openLoop } from './pace.ts'

function startLoop(perSecond: number) {
  const clock = createMovableClock(0)
  const { next, stop } = openLoop(perSecond, clock)
  const sent: { readonly at: number; readonly since: number }[] = []
  const send = (since: number) => sent.push({ at: clock.now(), since })
  return { clock, next: () => next(send), stop, sent }
}

test('a free connection sends when a request falls due, and not before', async () => {
  const { clock, next, sent } = startLoop(100)
  next()
  next()
  next()
  await clock.advance(9)
  assert.deepEqual(sent, [])
  await clock.advance(16)
  assert.deepEqual(sent, [
    { at: 10, since: 10 },
    { at: 20, since: 20 },
  ])
})

test('a request that found no free connection counts from when it fell due', async () => {
  const { clock, next, sent } = startLoop(100)
  await clock.advance(35)
  assert.deepEqual(sent, [])
  for (let each = 0; each < 4; each += 1) next()
  const waited = [10, 20, 30].map((since) => ({ at: 35, since }))
  assert.deepEqual(sent, waited)
  await clock.advance(5)
  assert.deepEqual(sent, [...waited, { at: 40, since: 40 }])
  await clock.advance(10)
  next()
  assert.deepEqual(sent.at(-1), { at: 50, since: 50 })
})

test('several fall due in one turn of a quick loop', async () => {
  const { clock, next, sent } = startLoop(10_000)
  for (let each = 0; each < 15; each += 1) next()
  await clock.advance(1)
  assert.equal(sent.length, 10)
  await clock.advance(1)
  assert.equal(sent.length, 15)
})

test('nothing falls due in a loop that was stopped', async () => {
  const { clock, next, stop, sent } = startLoop(1000)
  next()
  stop()
  await clock.advance(100)
  assert.deepEqual(sent, [])
})
