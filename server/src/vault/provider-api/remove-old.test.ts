import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { eventually } from '../../../test/harness/test-eventually.ts'
import { makeTestFolder } from '../../../test/harness/test-folder.ts'
import { createMovableClock } from '../../base/clock.ts'
import type { Guid } from '../../base/guid.ts'
import { createLog } from '../../base/log.ts'
import { systemRandom } from '../../base/random.ts'
import { openTestStore } from '../../store/test-store.ts'
import { prepareVaultRows } from '../model/vault-rows.ts'
import { testSealer } from '../test-vault.ts'
import { createLaunchKeys } from './launch/launch-keys.ts'
import { createProviderClients } from './provider-clients.ts'
import { prepareProviderSessionRows } from './provider-session-rows.ts'
import { removeOld } from './remove-old.ts'

const hour = 3_600_000
const day = 24 * hour
const clientId = 'desk'

/** More of everything than fits two batches: sessions that have just ended, and the keys they were launched with. */
async function startRemoval(t: TestContext) {
  const folder = makeTestFolder('tonegate-provider-sessions')
  const store = await openTestStore(join(folder, 'nam.db'))
  const clock = createMovableClock()
  const rows = prepareProviderSessionRows(store)
  const keys = createLaunchKeys({ store, sealer: testSealer, clock })
  const clients = createProviderClients({ store, clock, random: systemRandom })
  await clients.create({ clientId, tenant: 7, tenantName: 'Harbour', username: 'ada' })
  const vaultRows = prepareVaultRows(store)
  await Promise.all(
    Array.from({ length: 450 }, async (_, each) => {
      const taken = await keys.take({ clientId, key: `key ${each}`, path: '/', body: {} })
      assert.ok('claim' in taken)
      await store.write((tx) => keys.keep(tx, taken.claim, { Id: each }))
    }),
  )
  await store.write(async (tx) => {
    for (let each = 0; each < 450; each += 1) {
      const guid = `session ${each}` as Guid
      await vaultRows.insertCalledOff.run(tx, { guid, now: clock.now() })
      await rows.insert.run(tx, {
        guid,
        tenant: 7,
        clientId,
        flowId: null,
        linkId: String(each),
        launchedBy: 'ada',
        now: clock.now(),
        sealedOrder: Buffer.from('order'),
      })
      const end = { endedAt: clock.now(), sealedResult: Buffer.from('result') }
      await rows.end.run(tx, { guid, ...end, reported: each === 0 ? 'unknown' : 'approved' })
    }
  })
  const removal = removeOld({ store, clock, log: createLog('silent'), rows, keys })
  t.after(async () => {
    await removal.close()
    await store.close()
    rmSync(folder, { recursive: true })
  })
  const sessions = store.prepare((db, _: object) =>
    db.selectFrom('provider_session').select(['sealed_order', 'sealed_result']),
  )
  const allKeys = store.prepare((db, _: object) =>
    db.selectFrom('provider_launch_key').select('idempotency_key'),
  )
  return {
    clock,
    removed: t.mock.method(store, 'write').mock,
    async kept() {
      const all = await sessions.all(store.reader, {})
      return {
        results: all.filter((row) => row.sealed_result !== null).length,
        orders: all.filter((row) => row.sealed_order !== null).length,
        keys: (await allKeys.all(store.reader, {})).length,
      }
    },
  }
}

test('results go after a day, orders and keys after a week, in transactions of few rows', async (t) => {
  const { clock, removed, kept } = await startRemoval(t)
  const became = (wanted: Awaited<ReturnType<typeof kept>>) =>
    eventually(async () => JSON.stringify(await kept()) === JSON.stringify(wanted))
  /** How many rows each transaction has removed from, since this was asked before. */
  const batches = async () => {
    const calls = removed.calls.map(({ result }) => result)
    removed.resetCalls()
    return Promise.all(calls)
  }
  await clock.leap(day)
  await became({ results: 450, orders: 450, keys: 450 })
  await clock.leap(hour)
  await became({ results: 0, orders: 450, keys: 450 })
  await clock.leap(0)
  assert.deepEqual((await batches()).filter(Boolean), [200, 200, 50])
  await clock.leap(6 * day)
  await became({ results: 0, orders: 1, keys: 0 })
  assert.deepEqual((await batches()).filter(Boolean), [200, 200, 49, 200, 200, 50])
})
