import assert from 'node:assert/strict'
import { test } from 'node:test'
import { playPayments } from './test-money-model.ts'

test('whatever happens around a payment, and in whatever order, ledger and results agree', async () => {
  const { ends } = await playPayments(150)
  assert.ok(ends.size > 3, 'payments come to many ends')
})
