import assert from 'node:assert/strict'
import { test } from 'node:test'
import { postgresVariable } from '../../../test/harness/test-postgres.ts'
import { press, settle, visa, wholeCard } from '../test-vault.ts'
import { playPayments } from './test-money-model.ts'
import { startPayment } from './test-money-payment.ts'
import { assertSettled } from './test-money-truth.ts'

/** Each has a database of its own, which is not made as fast on every engine. */
const payments = process.env[postgresVariable] === undefined ? 150 : 40

test('whatever happens around a payment, and in whatever order, ledger and results agree', async () => {
  const { ends } = await playPayments(payments)
  assert.ok(ends.size > 3, 'payments come to many ends')
})

test('a payment of another sum is given back to whoever cancels it, also where another server has ended it by then', async (t) => {
  const changes = { purpose: 'charge', lateApproval: 'record', cancelAfterwards: 'refuse' } as const
  const payment = await startPayment(changes, { asksBank: true })
  t.after(() => payment.end())
  const { ledger, here, outcomes } = payment
  press(here() ?? assert.fail('it is open'), wholeCard)
  await settle()
  void here()?.submitCard({ pan: visa, expiry: '1230', securityCode: '123' })
  await settle()
  Object.assign(ledger.state, { abandoned: 'other-amount', answersAbandoned: false })
  const cancelling = payment.cancel('here')
  await settle()
  await payment.takeOver()
  assert.deepEqual([outcomes(), ledger.entry()?.money], [['unknown'], 'captured'])
  ledger.entry()?.reject(new Error('The connection was lost.'))
  await cancelling
  await settle()
  assert.deepEqual([outcomes(), ledger.entry()?.money], [['unknown', 'cancelled'], 'refunded'])
  await assertSettled(payment)
})
