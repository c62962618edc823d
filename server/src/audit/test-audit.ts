import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { sql } from 'kysely'
import { makeTestFolder } from '../../test/harness/test-folder.ts'
import { createMovableClock } from '../base/clock.ts'
import { systemRandom } from '../base/random.ts'
import { createSealer } from '../base/seal.ts'
import type { Store } from '../store/store.ts'
import { openTestStore } from '../store/test-store.ts'
import { createAuditAdmin } from './audit-admin.ts'
import type { AuditEntry, WrittenEntry } from './entry.ts'
import { prepareLinkEntries } from './link-entries.ts'
import { prepareRecord } from './record.ts'

export const sealingKey = Buffer.alloc(32, 7)

/** An entry that is like any other. */
export const anyEntry = (id: string): AuditEntry => ({
  action: 'client.create',
  target: { kind: 'client', id, name: `client ${id}` },
  account: 7,
})

/** For the tests: a log on a real store, two servers that write it, and somebody who has the database and no key. */
export async function startAudit(t: TestContext) {
  const folder = makeTestFolder('tonegate-audit')
  const open = () => openTestStore(join(folder, 'nam.db'))
  const [store, otherStore] = [await open(), await open()]
  t.after(async () => {
    await Promise.all([store.close(), otherStore.close()])
    rmSync(folder, { recursive: true })
  })
  const clock = createMovableClock(Date.parse('2026-08-31T12:00:00Z'))
  const parts = { store, clock, sealer: createSealer(sealingKey, systemRandom) }
  const record = prepareRecord(parts)
  const link = prepareLinkEntries(parts)

  /** Writes so many entries, each in a transaction of its own, and gives them their places. */
  async function write(count: number): Promise<void> {
    for (let each = 1; each <= count; each += 1) {
      await store.write((tx) => record(tx, anyEntry(String(each))))
      await clock.advance(1000)
    }
    await link()
  }

  async function tamper(statement: string): Promise<void> {
    const run = store.prepare((db, _: object) => ({ compile: () => sql.raw(statement).compile(db) }))
    await store.write((tx) => run.run(tx, {}))
  }

  return {
    ...parts,
    otherStore,
    /** The same log, as another server has it. */
    other: { ...parts, store: otherStore },
    record,
    link,
    write,
    admin: createAuditAdmin(parts),
    /** Changes the tables as somebody does who may drop what guards them. */
    tamper,
    /** Takes away what refuses changes. */
    async unguard(): Promise<void> {
      for (const [name, table] of guards) await tamper(dropOf(name, table, store.isShared))
    },
  }
}

const guards = [
  ['audit_log_is_not_changed', 'audit_log'],
  ['audit_log_is_not_cut', 'audit_log'],
  ['audit_unlinked_is_not_changed', 'audit_unlinked'],
] as const

const dropOf = (name: string, table: string, isPostgres: boolean): string =>
  isPostgres ? `drop trigger ${name} on ${table}` : `drop trigger ${name}`

/** What is in a store’s log, also where nobody has linked it. */
export async function entriesIn(store: Store): Promise<readonly WrittenEntry[]> {
  const linked = store.prepare((db, _: object) =>
    db.selectFrom('audit_log').select('entry').orderBy('position'),
  )
  const unlinked = store.prepare((db, _: object) =>
    db.selectFrom('audit_unlinked').select('entries').orderBy('id'),
  )
  const rows = [
    ...(await linked.all(store.reader, {})).map(({ entry }) => entry),
    ...(await unlinked.all(store.reader, {})).flatMap(({ entries }) => entries.split('\n')),
  ]
  return rows.map((row) => JSON.parse(row))
}
