import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLog } from '../base/log.ts'
import { systemRandom } from '../base/random.ts'
import { createSealer } from '../base/seal.ts'
import { resealColumn } from '../store/reseal.ts'
import { createAuditAdmin } from './audit-admin.ts'
import { sealedAuditEnds } from './chain-ends.ts'
import { prepareLinkEntries, startLinking } from './link-entries.ts'
import { prepareRecord } from './record.ts'
import { anyEntry, sealingKey, startAudit } from './test-audit.ts'

const entriesOf = ({ admin }: Pick<Awaited<ReturnType<typeof startAudit>>, 'admin'>) =>
  Array.fromAsync(admin.export(0), (line) => JSON.parse(line))

test('entries that two servers write and link at once are all there, each once', async (t) => {
  const started = await startAudit(t)
  const { store, otherStore, other, admin } = started
  const [link, linkElsewhere] = [prepareLinkEntries(started), prepareLinkEntries(other)]
  const servers = [
    { store, record: prepareRecord(started) },
    { store: otherStore, record: prepareRecord(other) },
  ]
  const written: string[] = []
  for (let round = 0; round < 10; round += 1) {
    const writes = servers.flatMap((server, at) =>
      Array.from({ length: 30 }, (_, index) => {
        const id = `${at}-${round}-${index}`
        written.push(id)
        return server.store.write((tx) => server.record(tx, anyEntry(id)))
      }),
    )
    await Promise.all([...writes, link(), linkElsewhere()])
  }
  await link()
  const found = await entriesOf({ admin })
  assert.deepEqual(found.map(({ target }) => target.id).sort(), [...written].sort())
  assert.deepEqual(
    found.map(({ position }) => position),
    Array.from({ length: written.length }, (_, index) => index + 1),
  )
  const { faults, unlinked } = await admin.verify()
  assert.deepEqual([faults, unlinked], [[], 0])
})

test('what a process has committed and not linked when it dies is linked by the next', async (t) => {
  const started = await startAudit(t)
  const { store, record, other, admin } = started
  await store.write((tx) => record(tx, anyEntry('1')))
  assert.equal(await prepareLinkEntries(other)(), 1)
  assert.deepEqual(
    (await entriesOf({ admin })).map(({ target }) => target.id),
    ['1'],
  )
})

test('an entry whose transaction takes longer than later ones comes behind them, and is not lost', async (t) => {
  const started = await startAudit(t)
  const { store, otherStore, record, link, admin } = started
  if (!store.isShared) return
  const { promise: written, resolve: tellWritten } = Promise.withResolvers<void>()
  const { promise: linked, resolve: goOn } = Promise.withResolvers<void>()
  const slow = otherStore.write(async (tx) => {
    await prepareRecord(started.other)(tx, anyEntry('slow'))
    tellWritten()
    await linked
  })
  await written
  await store.write((tx) => record(tx, anyEntry('quick')))
  assert.equal(await link(), 1)
  goOn()
  await slow
  assert.equal(await link(), 1)
  assert.deepEqual(
    (await entriesOf({ admin })).map(({ target }) => target.id),
    ['quick', 'slow'],
  )
  assert.deepEqual((await admin.verify()).faults, [])
})

test('a server links every second, many at once too, and all that is left when it ends', async (t) => {
  const started = await startAudit(t)
  const { store, clock, record, admin } = started
  const linking = startLinking({ ...started, log: createLog('silent') })
  const find = store.prepare((db, _: object) =>
    db.selectFrom('audit_log').select(({ fn }) => fn.countAll<number>().as('count')),
  )
  const linked = async () => Number((await find.first(store.reader, {}))?.count)
  await Promise.all(
    Array.from({ length: 450 }, (_, id) => store.write((tx) => record(tx, anyEntry(`${id}`)))),
  )
  assert.equal(await linked(), 0)
  await clock.advance(1000)
  while ((await linked()) < 450) await new Promise((resolve) => setImmediate(resolve))
  await store.write((tx) => record(tx, anyEntry('last')))
  await linking.close()
  assert.equal(await linked(), 451)
  assert.deepEqual((await admin.verify()).faults, [])
})

test('the chain goes on under another sealing key, before and after the rotation', async (t) => {
  const started = await startAudit(t)
  const { store, clock, record, write } = started
  await write(2)
  const sealer = createSealer(Buffer.alloc(32, 9), systemRandom, [sealingKey])
  const rotated = { store, clock, sealer }
  const link = prepareLinkEntries(rotated)
  const verify = () => createAuditAdmin(rotated).verify()
  assert.deepEqual((await verify()).faults, [])
  const { resealed, unopened } = await resealColumn(store, sealer, sealedAuditEnds)
  assert.deepEqual([resealed, unopened], [1, 0])
  await store.write((tx) => record(tx, anyEntry('3')))
  await link()
  const alone = createSealer(Buffer.alloc(32, 9), systemRandom)
  const { faults, entries } = await createAuditAdmin({ store, clock, sealer: alone }).verify()
  assert.deepEqual([faults, entries], [[], 3])
})
