import assert from 'node:assert/strict'
import { test } from 'node:test'
import { killRounds } from './kill-rounds.ts'

test('every answered session survives kill -9 under load, none half', async () => {
  const { answered } = await killRounds(3)
  assert.ok(answered > 0)
})
