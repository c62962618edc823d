import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { makeTestFolder } from '../../../test/harness/test-folder.ts'
import { createLateCommit } from '../../../test/harness/test-late-commit.ts'
import { createMovableClock } from '../../base/clock.ts'
import type { Guid } from '../../base/guid.ts'
import { createLog } from '../../base/log.ts'
import { openTestStore } from '../../store/test-store.ts'
import { createMessageBounds } from '../links/message-bounds.ts'
import type { GatewayAnswer } from '../model/gateway.ts'
import { insertTestAttempt } from '../test-attempt.ts'
import { testSealer, wideLimits } from '../test-vault.ts'
import { createGatewayAccounts } from './accounts/gateway-accounts.ts'
import { createSandboxLedger } from './sandbox-ledger.ts'

const sessionGuid = '0192f0c1-0000-7000-8000-000000000001' as Guid

/** The stores of two servers on one database. The first commits late when the test says so. */
async function startStores(t: TestContext) {
  const folder = makeTestFolder('tonegate-two-servers')
  const file = join(folder, 'nam.db')
  const [one, other] = [await openTestStore(file), await openTestStore(file)]
  await other.requireWritable()
  t.after(async () => {
    await Promise.all([one.close(), other.close()])
    rmSync(folder, { recursive: true })
  })
  const late = createLateCommit(one)
  return { late, stores: [late.store, other] as const, clock: createMovableClock() }
}

const saidOf = (settled: readonly PromiseSettledResult<unknown>[]) =>
  settled.map((each) => (each.status === 'fulfilled' ? each.value : (each.reason.code ?? each.reason)))

test('a bound on messages is one for all servers', async (t) => {
  const { late, stores, clock } = await startStores(t)
  const limits = { ...wideLimits, perAddress: { hour: 2, day: 5 } }
  const parts = { sealer: testSealer, clock, log: createLog('silent'), limits }
  const [one, other] = stores.map((store) => createMessageBounds({ ...parts, store }))
  assert.ok(one && other)
  t.after(() => Promise.all([one.close(), other.close()]))
  const wanted = { tenant: 7, guid: sessionGuid, channel: 'email', address: 'a@example.com' } as const
  await other.take(wanted)
  const settled = await late.during(
    () => one.take(wanted),
    () => other.take(wanted),
  )
  assert.deepEqual(saidOf(settled), [undefined, 'quota-exceeded'])
  await assert.rejects(one.take(wanted), { code: 'quota-exceeded' })
  const counted = stores[1].prepare((db, _: object) => db.selectFrom('message_count').select('messages'))
  assert.deepEqual(
    (await counted.all(stores[1].reader, {})).flatMap(({ messages }) => messages || []),
    [2, 2],
    'what was refused is not counted',
  )
})

test('a gateway that two commands put at once is there, as the later one has it', async (t) => {
  const { late, stores, clock } = await startStores(t)
  const [one, other] = stores.map((store) => createGatewayAccounts({ store, sealer: testSealer, clock }))
  assert.ok(one && other)
  const settled = await late.during(
    () => one.put(7, 'main', 'stripe', { a: 1 }),
    () => other.put(7, 'main', 'adyen', { b: 2 }),
  )
  assert.deepEqual(saidOf(settled), [false, true])
  const found = await one.find(7, 'main')
  assert.equal(found?.kind, 'adyen')
  assert.deepEqual(one.open(7, 'main', found.sealed_settings), { b: 2 })
})

test('the sandbox’s gateway refunds no more than was taken, whoever asks for it', async (t) => {
  const { late, stores } = await startStores(t)
  const key = await insertTestAttempt(late.store)
  const order = { amountMinor: 1240, currency: 'GBP' }
  const [one, other] = stores.map(createSandboxLedger)
  assert.ok(one && other)
  const answer: GatewayAnswer = {
    status: 'approved',
    authorisationCode: 'A1',
    gatewayReference: 'reference-1',
    amount: order,
    captured: true,
  }
  await one.begin({ idempotencyKey: key, purpose: 'charge', order, answer, answeredAt: 1, knownAt: 1 })
  const refundOf = (idempotencyKey: string) => ({
    idempotencyKey,
    gatewayReference: 'reference-1',
    paymentKey: key,
    amount: { ...order, amountMinor: 1000 },
    authorised: { amount: order, captured: true },
    signal: AbortSignal.timeout(60_000),
  })
  const settled = await late.during(
    () => one.followUp('refund', refundOf(`${key}-refund-1`)),
    () => other.followUp('refund', refundOf(`${key}-refund-2`)),
  )
  assert.deepEqual(saidOf(settled), [{ status: 'done' }, { status: 'refused', gatewayCode: '57' }])
})
