import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemRandom } from '../base/random.ts'
import { createSealer } from '../base/seal.ts'
import { createAuditAdmin } from './audit-admin.ts'
import { prepareBeginChain } from './begin-chain.ts'
import { readExport } from './export-line.ts'
import { prepareLinkEntries } from './link-entries.ts'
import { prepareRecord } from './record.ts'
import { anyEntry, startAudit } from './test-audit.ts'
import { verifyChain } from './verify-chain.ts'

const at = (seconds: number) => Date.parse('2026-08-31T12:00:00Z') + seconds * 1000

/** A log whose key is lost: the parts of a server that has another. */
async function startLost(t: Parameters<typeof startAudit>[0], count: number) {
  const started = await startAudit(t)
  await started.write(count)
  const { store, otherStore, clock } = started
  const sealer = createSealer(Buffer.alloc(32, 8), systemRandom)
  const lost = { store, clock, sealer }
  return {
    ...started,
    lost,
    lostElsewhere: { ...lost, store: otherStore },
    admin: createAuditAdmin(lost),
    linkLost: prepareLinkEntries(lost),
    record: prepareRecord(lost),
  }
}

const verifyLines = async (lines: readonly string[]) =>
  verifyChain(
    readExport(
      (async function* () {
        yield* lines
      })(),
    ),
    { from: undefined },
  )

test('where the key of the head is lost, a chain is begun that says so, and what waited follows it', async (t) => {
  const { admin, store, record, linkLost } = await startLost(t, 3)
  await store.write((tx) => record(tx, anyEntry('waits')))
  const plan = await admin.beginning.plan()
  assert.deepEqual([plan.end.position, plan.head, plan.pruned], [3, 'not-opened', undefined])
  await admin.beginning.begin()
  await linkLost()
  const { faults, notes, entries, unlinked } = await admin.verify()
  assert.deepEqual([faults, entries, unlinked], [[], 5, 0])
  assert.deepEqual(notes, [
    {
      position: 4,
      note: 'The chain begins again here. Its sealed head did not open: only a copy elsewhere shows whether the entries up to 3 are all that there were, as they were written.',
    },
  ])
  const lines = await Array.fromAsync(admin.export(0))
  const exported = lines.map((line) => JSON.parse(line))
  assert.deepEqual(
    exported.map(({ action }) => action),
    [...Array(3).fill('client.create'), 'audit.begin', 'client.create'],
  )
  assert.deepEqual(exported[3].details, { position: 3, reason: 'not-opened' })
  const file = await verifyLines(lines)
  assert.deepEqual([file.faults, file.notes.length], [[], 1])
})

test('where the head was removed the chain is begun too, and what was changed before is still told', async (t) => {
  const { admin, write, tamper, unguard } = await startAudit(t)
  await write(4)
  await unguard()
  await tamper(`update audit_log set entry = replace(entry, 'client 2', 'client 9') where position = 2`)
  await tamper('delete from audit_end')
  assert.equal((await admin.beginning.begin()).head, 'removed')
  await write(1)
  const { faults, notes, entries } = await admin.verify()
  assert.deepEqual(
    [faults.map(({ position }) => position), notes.map(({ position }) => position), entries],
    [[2], [5], 6],
  )
  assert.match(notes[0]?.note ?? '', /Its sealed head was gone/)
})

test('a pruned log whose key is lost counts as pruned up to its first entry, which nothing verifies', async (t) => {
  const { admin, prune, lost } = await startPruned(t)
  assert.equal(prune.end.position, 2)
  const before = await Array.fromAsync(admin.export(0))
  assert.equal(before.length, 4, 'all that there is')
  assert.deepEqual((await verifyLines(before)).faults, [
    { position: 3, fault: 'What the entry follows could not be read: it cannot be verified itself.' },
  ])
  const { head, pruned, end } = await admin.beginning.begin()
  assert.deepEqual([head, pruned, end.position], ['not-opened', 3, 6])
  await prepareLinkEntries(lost)()
  const { faults, notes, entries, pruned: upTo } = await admin.verify()
  assert.deepEqual(
    [faults, entries, upTo],
    [[], 5, 3],
    'the pruning, the export, this, and what was not pruned',
  )
  assert.match(notes[0]?.note ?? '', /nothing shows any more what was there up to entry 3\.$/)
  const after = await verifyLines(await Array.fromAsync(admin.export(0)))
  assert.deepEqual([after.faults, after.entries], [[], 5])
})

async function startPruned(t: Parameters<typeof startAudit>[0]) {
  const started = await startLost(t, 5)
  const { store, clock, sealer, link } = started
  const prune = await createAuditAdmin({ store, clock, sealer }).pruning.prune(at(2))
  await link()
  return { ...started, prune }
}

test('nothing is begun where nothing is lost, and once is enough where several do it at once', async (t) => {
  const { lost, lostElsewhere, admin } = await startLost(t, 2)
  const both = [prepareBeginChain(lost), prepareBeginChain(lostElsewhere)].map(({ begin }) => begin())
  const states = (await Promise.allSettled(both)).map(({ status }) => status)
  assert.deepEqual([...states].sort(), ['fulfilled', 'rejected'])
  assert.equal((await admin.verify()).entries, 3)
  await assert.rejects(admin.beginning.plan(), { name: 'NothingLost' })
  await assert.rejects(admin.beginning.begin(), { name: 'NothingLost' })
  const quiet = await startAudit(t)
  await assert.rejects(quiet.admin.beginning.begin(), { name: 'NothingLost' }, 'it has not begun yet')
})
