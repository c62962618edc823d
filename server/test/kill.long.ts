import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from './harness/test-eventually.ts'
import { killRounds } from './harness/test-kill-rounds.ts'

test('every answered session and payment survives kill -9 under load, none half', async () => {
  const { answered, charged } = await killRounds(3, async (paid) => {
    const before = paid()
    await eventually(async () => paid() > before)
  })
  assert.ok(answered > 0)
  assert.ok(charged > 0)
})
