import assert from 'node:assert/strict'
import { test } from 'node:test'
import { postgresVariable } from '../../../test/harness/test-postgres.ts'
import { playPayments } from './test-money-model.ts'

/** Each has a database of its own, which is not made as fast on every engine. */
const payments = process.env[postgresVariable] === undefined ? 150 : 40

test('whatever happens around a payment, and in whatever order, ledger and results agree', async () => {
  const { ends } = await playPayments(payments)
  assert.ok(ends.size > 3, 'payments come to many ends')
})
