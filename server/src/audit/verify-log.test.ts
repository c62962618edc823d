import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemRandom } from '../base/random.ts'
import { createSealer } from '../base/seal.ts'
import { createAuditAdmin } from './audit-admin.ts'
import { textOf } from './entry.ts'
import { hashOf } from './link-entries.ts'
import { anyEntry, startAudit } from './test-audit.ts'

test('a log that nobody has touched is whole, and its last entry is told', async (t) => {
  const { admin, write } = await startAudit(t)
  assert.deepEqual((await admin.verify()).faults, [])
  await write(5)
  const { entries, end, faults, unlinked, pruned } = await admin.verify()
  assert.deepEqual([entries, end.position, faults, unlinked, pruned], [5, 5, [], 0, 0])
  assert.match(end.hash, /^[0-9a-f]{64}$/)
  await write(1)
  assert.deepEqual((await admin.verify(end)).faults, [])
})

type Started = Awaited<ReturnType<typeof startAudit>>

/** Changes an entry, and writes the hashes anew from there to another, as somebody does who knows how. */
async function rewrite({ store, tamper }: Started, from: number, to: number) {
  const select = store.prepare((db, _: object) => db.selectFrom('audit_log').selectAll().orderBy('position'))
  let previous = '0'.repeat(64)
  for (const row of await select.all(store.reader, {})) {
    const { position } = row
    const entry = position === from ? row.entry.replace('"client ', '"others ') : row.entry
    previous = position > to ? row.hash : hashOf({ previous, position, entry })
    await tamper(`update audit_log set entry = '${entry}', hash = '${previous}' where position = ${position}`)
  }
}

const hasNotItsHash = (position: number) => ({
  position,
  fault: `The entry does not have its hash: it was changed, or entry ${position - 1} was replaced by another one.`,
})

for (const { what, tamper, told } of [
  {
    what: 'an entry that was changed',
    tamper: ({ tamper }: Started) =>
      tamper(`update audit_log set entry = replace(entry, 'client 3', 'client 9') where position = 3`),
    told: [hasNotItsHash(3)],
  },
  {
    what: 'the first entry, changed',
    tamper: ({ tamper }: Started) =>
      tamper(`update audit_log set entry = replace(entry, 'client 1', 'client 9') where position = 1`),
    told: [{ position: 1, fault: 'The entry was changed: it does not have its hash.' }],
  },
  {
    what: 'an entry that was changed with its hash',
    tamper: (started: Started) => rewrite(started, 3, 3),
    told: [hasNotItsHash(4)],
  },
  {
    what: 'an entry that was left out',
    tamper: ({ tamper }: Started) => tamper('delete from audit_log where position = 3'),
    told: [{ position: 4, fault: 'Entry 3 is missing.' }],
  },
  {
    what: 'entries that were left out, with the gap closed',
    tamper: async ({ tamper }: Started) => {
      await tamper('delete from audit_log where position in (2, 3)')
      await tamper('update audit_log set position = 2 where position = 4')
      await tamper('update audit_log set position = 3 where position = 5')
    },
    told: [
      hasNotItsHash(2),
      hasNotItsHash(3),
      { position: 4, fault: 'The log was cut off: it ends at entry 3. Entries 4 to 5 are missing.' },
    ],
  },
  {
    what: 'the first entries, left out',
    tamper: ({ tamper }: Started) => tamper('delete from audit_log where position <= 2'),
    told: [{ position: 3, fault: 'Entries 1 to 2 are missing.' }],
  },
  {
    what: 'the last entry, cut off',
    tamper: ({ tamper }: Started) => tamper('delete from audit_log where position = 5'),
    told: [{ position: 5, fault: 'The log was cut off: it ends at entry 4. Entry 5 is missing.' }],
  },
  {
    what: 'all entries, removed',
    tamper: ({ tamper }: Started) => tamper('delete from audit_log'),
    told: [{ position: 1, fault: 'The log was cut off: it ends at entry 0. Entries 1 to 5 are missing.' }],
  },
  {
    what: 'two entries that were exchanged',
    tamper: async ({ tamper }: Started) => {
      await tamper('update audit_log set position = 99 where position = 2')
      await tamper('update audit_log set position = 2 where position = 3')
      await tamper('update audit_log set position = 3 where position = 99')
    },
    told: [hasNotItsHash(2), hasNotItsHash(3), hasNotItsHash(4)],
  },
  {
    what: 'a time that was changed beside its entry, so that no search finds it',
    tamper: ({ tamper }: Started) => tamper('update audit_log set at = 0 where position = 3'),
    told: [{ position: 3, fault: 'The time beside the entry was changed.' }],
  },
  {
    what: 'something that is no entry',
    tamper: ({ tamper }: Started) => tamper(`update audit_log set entry = 'nothing' where position = 3`),
    told: [{ position: 3, fault: 'This is no entry of an audit log: it is damaged, or something else.' }],
  },
  {
    what: 'a chain that was rewritten with right hashes, without the key of its head',
    tamper: (started: Started) => rewrite(started, 2, 5),
    told: [
      {
        position: 5,
        fault:
          'The last entry is not the one that the sealed head names: the log was rewritten by somebody without the sealing key.',
      },
    ],
  },
  {
    what: 'an entry that was added behind the head, with a right hash',
    tamper: async ({ tamper, admin }: Started) => {
      const { end } = await admin.verify()
      const at = '2026-08-31T12:00:00.000Z'
      const entry = textOf({ ...anyEntry('6'), at, actor: { kind: 'system' } })
      const hash = hashOf({ previous: end.hash, position: 6, entry })
      await tamper(`insert into audit_log values (6, ${Date.parse(at)}, '${entry}', '${hash}')`)
    },
    told: [
      {
        position: 6,
        fault:
          'The sealed head of the log is entry 5: what comes behind it was added by somebody without the sealing key.',
      },
    ],
  },
  {
    what: 'a head that was removed',
    tamper: ({ tamper }: Started) => tamper(`delete from audit_end`),
    told: [
      {
        position: 5,
        fault:
          'The sealed head of the log was removed: nobody can tell where the log ends, and new entries wait for ‘audit begin’.',
      },
    ],
  },
  {
    what: 'a head that says something else than its sealed form',
    tamper: ({ tamper }: Started) => tamper('update audit_end set position = 4'),
    told: [
      {
        position: 5,
        fault:
          'The head of the log was changed, or is sealed by a key that TONEGATE_SEALING_KEY does not name: nobody can tell where the log ends, and new entries wait. If the key is lost: ‘audit begin’.',
      },
    ],
  },
  {
    what: 'a beginning that was made up, to cut the log there',
    tamper: async ({ store, tamper }: Started) => {
      const blob = store.isShared ? `'\\x01'` : `x'01'`
      await tamper(`insert into audit_end values ('pruned', 2, ${blob})`)
      await tamper('delete from audit_log where position <= 2')
    },
    told: [
      {
        position: 0,
        fault:
          'What the log says of where it was pruned was changed, or is sealed by a key that TONEGATE_SEALING_KEY does not name.',
      },
    ],
  },
] as const) {
  test(`is told: ${what}`, async (t) => {
    const started = await startAudit(t)
    await started.write(5)
    await started.unguard()
    await tamper(started)
    assert.deepEqual((await started.admin.verify()).faults, told)
  })
}

test('a log that was put back with its head is only seen by who has kept an entry', async (t) => {
  const started = await startAudit(t)
  const { admin, write, store, tamper } = started
  await write(3)
  const head = store.prepare((db, _: object) => db.selectFrom('audit_end').selectAll())
  const kept = (await head.first(store.reader, {}))?.sealed
  await write(2)
  const { end } = await admin.verify()
  await started.unguard()
  await tamper('delete from audit_log where position > 3')
  const put = store.prepare((db, p: { sealed: Uint8Array }) =>
    db.updateTable('audit_end').set({ position: 3, sealed: p.sealed }),
  )
  await store.write((tx) => put.run(tx, { sealed: kept ?? Buffer.alloc(0) }))
  assert.deepEqual((await admin.verify()).faults, [])
  assert.deepEqual((await admin.verify(end)).faults, [
    {
      position: 5,
      fault: 'Entry 5 was expected, and the log ends at entry 3: it was put back to an earlier state.',
    },
  ])
  await write(4)
  assert.deepEqual((await admin.verify(end)).faults, [
    { position: 5, fault: 'The entry is another one than expected: the log was rewritten since.' },
  ])
})

test('what is no entry, and somebody has put among those that wait, stops nothing and is told', async (t) => {
  const { admin, write, tamper } = await startAudit(t)
  await write(1)
  const at = '"at":"2026-08-31T12:00:00.000Z"'
  const texts = [
    'nothing',
    '',
    `{"action":"audit.begin",${at},"target":`,
    '{"target":"client 1"}',
    `[1,${at}]`,
  ]
  for (const [index, text] of texts.entries())
    await tamper(`insert into audit_unlinked values (${index - 1000}, '${text}')`)
  await write(1)
  const { faults, notes, unlinked, entries } = await admin.verify()
  assert.deepEqual([unlinked, entries, notes], [0, 7, []])
  const fault = 'This is no entry of an audit log: it is damaged, or something else.'
  assert.deepEqual(
    faults,
    [2, 3, 4, 5, 6].map((position) => ({ position, fault })),
  )
  assert.equal((await admin.list({ limit: 9 })).length, 2)
  const lines = await Array.fromAsync(admin.export(0))
  assert.equal(JSON.parse(lines[1] ?? '').damaged, 'nothing')
  assert.equal(lines.length, 7)
})

test('a forged chain does not go on as if it were right', async (t) => {
  const started = await startAudit(t)
  const { admin, write, link, tamper, store, record } = started
  await write(3)
  await started.unguard()
  await rewrite(started, 1, 3)
  await write(1)
  assert.deepEqual((await admin.verify()).faults, [hasNotItsHash(4)])
  await tamper('delete from audit_end')
  await store.write((tx) => record(tx, anyEntry('5')))
  await assert.rejects(link(), { name: 'HeadMissing' })
  assert.equal((await admin.verify()).unlinked, 1, 'it waits')
})

test('of a head that another key has sealed nothing is believed, and nothing is linked', async (t) => {
  const { store, clock, write, record } = await startAudit(t)
  await write(2)
  const sealer = createSealer(Buffer.alloc(32, 8), systemRandom)
  const admin = createAuditAdmin({ store, clock, sealer })
  await store.write((tx) => record(tx, anyEntry('3')))
  const { faults, unlinked } = await admin.verify()
  assert.equal(faults.length, 1)
  assert.match(faults[0]?.fault ?? '', /TONEGATE_SEALING_KEY/)
  assert.equal(unlinked, 1)
})
