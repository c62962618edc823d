import assert from 'node:assert/strict'
import { test } from 'node:test'
import { preparePruneLog } from './prune-log.ts'
import { startAudit } from './test-audit.ts'

const at = (seconds: number) => Date.parse('2026-08-31T12:00:00Z') + seconds * 1000

test('what is left of a pruned log can still be verified, and says that it was pruned', async (t) => {
  const { admin, write } = await startAudit(t)
  await write(5)
  const { end: before } = await admin.verify()
  assert.equal((await admin.pruning.plan(at(3))).entries, 3)
  const pruned = await admin.pruning.prune(at(3))
  assert.deepEqual([pruned.entries, pruned.end.position], [3, 3])
  const { entries, faults, pruned: position } = await admin.verify(before)
  assert.deepEqual([entries, faults, position], [3, [], 3])
  const last = (await Array.fromAsync(admin.export(0), (line) => JSON.parse(line))).at(-1)
  assert.deepEqual([last.action, last.details], ['audit.prune', { count: 3, position: 3 }])
  const gone = await admin.verify({ position: 2, hash: '0'.repeat(64) })
  assert.match(gone.faults[0]?.fault ?? '', /was pruned, so nothing can be compared/)
})

test('nothing is removed that is not older, and once is enough', async (t) => {
  const { admin, write } = await startAudit(t)
  await write(3)
  assert.equal((await admin.pruning.prune(at(0))).entries, 0)
  assert.equal((await admin.pruning.prune(at(2))).entries, 2)
  assert.equal((await admin.pruning.prune(at(2))).entries, 0)
  assert.equal((await admin.verify()).entries, 2)
})

test('two who prune at once remove each entry once, and one of them says so', async (t) => {
  const started = await startAudit(t)
  await started.write(4)
  const both = [preparePruneLog(started), preparePruneLog(started.other)].map(({ prune }) => prune(at(2)))
  const counts = (await Promise.all(both)).map(({ entries }) => entries)
  assert.ok(counts.includes(2) && counts[0] !== counts[1], String(counts))
  const { entries, faults } = await started.admin.verify()
  assert.deepEqual([entries, faults], [3, []])
})

test('entries that were tampered with are not removed', async (t) => {
  const { admin, write, tamper, unguard } = await startAudit(t)
  await write(4)
  await unguard()
  await tamper(`update audit_log set entry = replace(entry, 'client 2', 'client 9') where position = 2`)
  const { faults } = await admin.pruning.prune(at(3))
  assert.equal(faults[0]?.position, 2)
  assert.equal((await admin.verify()).entries, 4)
})

test('a beginning that was cut by hand, at a former pruning’s place, is told', async (t) => {
  const { admin, write, tamper, unguard } = await startAudit(t)
  await write(5)
  await admin.pruning.prune(at(2))
  await unguard()
  await tamper('delete from audit_log where position = 3')
  assert.deepEqual((await admin.verify()).faults, [{ position: 4, fault: 'Entry 3 is missing.' }])
})

test('what a pruning has left that was broken off is no part of the log, and goes with the next', async (t) => {
  const { admin, write, tamper, unguard, store } = await startAudit(t)
  await write(5)
  const select = store.prepare((db, _: object) =>
    db.selectFrom('audit_log').selectAll().where('position', '=', 2),
  )
  const row = await select.first(store.reader, {})
  await admin.pruning.prune(at(2))
  await unguard()
  await tamper(`insert into audit_log values (2, ${row?.at}, '${row?.entry}', '${row?.hash}')`)
  assert.deepEqual((await admin.verify()).faults, [])
  const [first = ''] = await Array.fromAsync(admin.export(0))
  assert.equal(JSON.parse(first).position, 3)
  await admin.pruning.prune(at(3))
  assert.equal(await select.first(store.reader, {}), undefined)
})
