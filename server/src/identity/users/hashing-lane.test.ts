import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createHashingLane } from './hashing-lane.ts'

test('sources take turns, and each waits its own', () => {
  const lane = createHashingLane<string>(100)
  for (const job of ['a1', 'a2', 'a3']) lane.put(job, 'a')
  for (const job of ['b1', 'b2']) lane.put(job, 'b')
  lane.put('c1', 'c')
  const order = []
  for (let job = lane.next(); job !== undefined; job = lane.next()) order.push(job)
  assert.deepEqual(order, ['a1', 'b1', 'c1', 'a2', 'b2', 'a3'])
})

test('one source has half of the places, and there is always one for another', () => {
  const lane = createHashingLane<number>(64)
  const placesOf = (source: string): number => {
    let count = 0
    while (lane.put(count, source)) count += 1
    return count
  }
  assert.equal(placesOf('a flood'), 32)
  assert.equal(placesOf('another'), 16)
  assert.equal(placesOf('a third'), 8)
  assert.equal(lane.put(0, 'somebody'), true)
  lane.empty()
  assert.equal(lane.next(), undefined)
  assert.equal(placesOf('a flood'), 32)
})
