import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Guid } from '../../../base/guid.ts'
import type { Store } from '../../../store/store.ts'
import { prepareVaultRows } from '../../model/vault-rows.ts'
import { startTwoVaults } from '../../test-two-vaults.ts'
import { readRow, settle, testGateway } from '../../test-vault.ts'

/** Two nodes, of which those take results that the test says, and who was told. */
async function startReporting(t: TestContext) {
  const told: string[] = []
  const refusing = new Set<string>(['one'])
  const vaults = await startTwoVaults(t, {
    gateway: testGateway(),
    async take(_, at) {
      told.push(at)
      if (refusing.has(at)) throw new Error('Not now.')
    },
  })
  return { ...vaults, told, refusing }
}

test('a result that nobody took before its node died is reported by another, once', async (t) => {
  const { clock, one, other, session, told } = await startReporting(t)
  const { guid, here } = await session()
  await here.cancel()
  await clock.advance(5_000)
  assert.deepEqual([...new Set(told)], ['one'], 'a node that is there reports its own')
  const tries = told.length
  await one.close()
  await clock.advance(5_000)
  await settle()
  assert.deepEqual(told.slice(tries), ['other'])
  assert.equal((await readRow(other.store, guid))?.result, null)
  await clock.advance(60_000)
  assert.equal(told.length, tries + 1)
})

test('of nodes that find a dead one’s results at once each takes its own', async (t) => {
  const { one, other, session } = await startReporting(t)
  const guids: Guid[] = []
  for (let count = 0; count < 8; count += 1) {
    const { guid, here } = await session()
    guids.push(guid)
    await here.cancel()
  }
  const [rows, others] = [prepareVaultRows(one.store), prepareVaultRows(other.store)]
  const gone = 'a node that is gone' as typeof one.store.nodeId
  await one.store.write(async (tx) => {
    for (const guid of guids) await rows.takeResult.run(tx, { guid, before: one.store.nodeId, node: gone })
  })
  assert.deepEqual(await rows.goneReporters.all(one.store.reader, {}), [{ id: gone }])
  assert.equal(
    (await rows.unreported.all(one.store.reader, { before: gone, most: 100 })).length,
    guids.length,
  )
  const takeAll = (store: Store, { takeNobodysResult }: typeof rows) =>
    Promise.all(
      guids.map((guid) =>
        store.write((tx) => takeNobodysResult.run(tx, { guid, before: gone, node: store.nodeId })),
      ),
    )
  const [ours, theirs] = await Promise.all([takeAll(one.store, rows), takeAll(other.store, others)])
  assert.deepEqual(
    guids.map((_, at) => (ours[at] ?? 0) + (theirs[at] ?? 0)),
    guids.map(() => 1),
  )
})

test('what another node has taken to report, the one that reported before reports no more', async (t) => {
  const { clock, other, session, told } = await startReporting(t)
  const { guid, here } = await session()
  await here.cancel()
  assert.deepEqual(told, ['one'])
  const rows = prepareVaultRows(other.store)
  const result = JSON.stringify({ guid, end: 'cancelled', outcome: 'failed', correction: 'reconciled' })
  const taken = { guid, before: null, node: other.store.nodeId }
  await other.store.write(async (tx) => {
    await rows.replaceResult.run(tx, { guid, ending: null, result })
    await rows.takeNobodysResult.run(tx, taken)
  })
  await clock.advance(60_000)
  assert.deepEqual(told, ['one'])
})

test('a result that takes the place of another one is reported by one of the nodes, and by no other', async (t) => {
  const { clock, other, session, told, refusing, results } = await startReporting(t)
  const { guid, here } = await session()
  await here.cancel()
  refusing.clear()
  const rows = prepareVaultRows(other.store)
  const result = JSON.stringify({ guid, end: 'cancelled', outcome: 'failed', correction: 'reconciled' })
  await other.store.write((tx) => rows.replaceResult.run(tx, { guid, ending: null, result }))
  await clock.advance(60_000)
  assert.equal(told.length, 2)
  assert.deepEqual(
    results.map(({ outcome }) => outcome),
    ['failed'],
  )
})
