import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { makeTestFolder } from '../../../../test/harness/test-folder.ts'
import { openTestStore } from '../../../store/test-store.ts'
import { createFollowUpMemory } from '../../charge/calls/follow-up-memory.ts'
import { prepareVaultRows } from '../../model/vault-rows.ts'
import { insertTestAttempt } from '../../test-attempt.ts'
import { testFollowUp, testRequest } from '../test-request.ts'
import { approved, startCybersource } from './double/test-start.ts'

/** A refund that two processes on one database may ask for, each with an adapter of its own. */
async function startRefund(t: TestContext) {
  const folder = makeTestFolder('tonegate-cybersource')
  const file = join(folder, 'nam.db')
  const stores = [await openTestStore(file), await openTestStore(file)] as const
  t.after(async () => {
    await Promise.all(stores.map((store) => store.close()))
    rmSync(folder, { recursive: true })
  })
  const key = await insertTestAttempt(stores[0])
  const idempotencyKey = `${key}-refund`
  const rows = prepareVaultRows(stores[0])
  await stores[0].write((tx) =>
    rows.insertFollowUp.run(tx, {
      idempotency_key: idempotencyKey,
      attempt_key: key,
      kind: 'refund',
      reason: 'late',
      amount_minor: 1240,
      currency: 'GBP',
      requested_at: 1,
    }),
  )
  const { gateway, create, ...double } = await startCybersource(t)
  const { gatewayReference, amount } = approved(await gateway.authorise(testRequest({ purpose: 'charge' })))
  assert.ok(amount)
  const order = testFollowUp(gatewayReference, {
    kind: 'refund',
    idempotencyKey,
    authorised: { amount, captured: true },
  })
  const refunds = stores.map((store) => {
    const adapter = create()
    return () =>
      adapter.refund({
        ...order,
        memory: createFollowUpMemory({ store, rows: prepareVaultRows(store) }, idempotencyKey),
      })
  })
  const [one, other] = refunds
  assert.ok(one && other)
  return { ...double, one, other }
}

const path = /\/refunds$/

test('a refund whose answer is lost is not asked for by another process before the search would find it', async (t) => {
  const { one, other, clock, misbehave, searchIsBehind, sent, ledger } = await startRefund(t)
  searchIsBehind(300_000)
  misbehave('closes', { of: path })
  await assert.rejects(one())
  await clock.advance(60_000)
  await assert.rejects(other(), { name: 'UnclearAnswer' })
  await clock.advance(300_000)
  assert.equal((await other()).status, 'done')
  assert.equal(sent(path).length, 1)
  assert.equal(ledger.counted.refunded, 1)
})

test('of two processes that ask for a refund at once one does', async (t) => {
  const { one, other, searchIsBehind, sent, ledger } = await startRefund(t)
  searchIsBehind(300_000)
  const settled = await Promise.allSettled([one(), other()])
  assert.equal(settled.filter(({ status }) => status === 'fulfilled').length, 1)
  assert.equal(sent(path).length, 1)
  assert.equal(ledger.counted.refunded, 1)
})

test('a refund that was not let in may be asked for by another process at once', async (t) => {
  const { one, other, misbehave } = await startRefund(t)
  misbehave(() => ({ status: 429, body: { response: { rmsg: 'No.' } } }), { of: path, carriesOut: false })
  await assert.rejects(one(), { name: 'UnclearAnswer' })
  assert.equal((await other()).status, 'done')
})
