import assert from 'node:assert/strict'
import { test } from 'node:test'
import { killAtEachStep, situations } from './test-killed-charge.ts'

/** Around the gateway's question and its answer's commit; `npm run soak:charge` has all steps, and more. */
const ofTheCharge = { from: 7, to: 10 }

test('a charge that is killed between two steps is one charge, and known in the end', async () => {
  const stories = await killAtEachStep(situations[0], ofTheCharge)
  assert.deepEqual([...new Set(stories)].sort(), ['approved', 'unknown → failed'])
})
