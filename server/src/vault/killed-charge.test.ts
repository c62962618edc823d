import assert from 'node:assert/strict'
import { test } from 'node:test'
import { killAtEachStep, situations } from './test-killed-charge.ts'

/** From the attempt's record to the result that was handed upwards; `npm run soak:charge` has all steps, and more. */
const ofTheCharge = { from: 5, to: 12 }

test('a charge that is killed between two steps is one charge, and known in the end', async () => {
  const stories = await killAtEachStep(situations[0], ofTheCharge)
  assert.deepEqual([...new Set(stories)].sort(), [
    'approved',
    'approved → approved',
    'still open',
    'unknown → failed',
  ])
})
