import assert from 'node:assert/strict'
import { test } from 'node:test'
import { killAtEachStep, situations } from './test-killed-charge.ts'

test('a charge that is killed between any two steps is one charge, and known in the end', async () => {
  const stories = await killAtEachStep(situations[0])
  assert.ok(stories.length > 10, `there are ${stories.length} steps`)
  assert.ok(stories.includes('approved') && stories.includes('unknown → failed'))
})
