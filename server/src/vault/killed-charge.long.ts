import assert from 'node:assert/strict'
import { test } from 'node:test'
import { killAtEachStep, situations } from './test-killed-charge.ts'

/** Around the gateway's question and its answer's commit; `npm run soak:charge` has all steps, and more. */
const ofTheCharge = { from: 7, to: 10 }

test('a charge that is killed between two steps is one charge, and known in the end', async () => {
  const stories = await killAtEachStep(situations[0], ofTheCharge)
  assert.deepEqual([...new Set(stories)].sort(), ['approved', 'unknown → failed'])
})

test('a payment that is killed while it is cancelled at the bank is not kept', async () => {
  const stories = await killAtEachStep(situations[3], { from: 11, to: 12 })
  for (const story of stories) assert.doesNotMatch(story, /approved|still open/)
})

test('a process that is killed while it charges and another server cancels leaves one of both', async () => {
  const stories = await killAtEachStep(situations[4], { from: 7, to: 8 })
  assert.equal(stories.length, 2)
})

test('a charge that is killed while its gateway tells of it is one charge, and known in the end', async () => {
  const stories = await killAtEachStep(situations[5], { from: 10, to: 11 })
  assert.equal(stories.length, 2)
})

test('a kept card that is charged while the process is killed is charged once at most', async () => {
  const stories = await killAtEachStep(situations[6], { from: 17, to: 18 })
  assert.equal(stories.length, 2)
})
