import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync, StatementSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { mountSmallDisk } from '../../test/harness/test-small-disk.ts'
import { createMovableClock } from '../base/clock.ts'
import { createLog } from '../base/log.ts'
import { openSqlite } from './sqlite.ts'
import type { Store } from './store.ts'
import { asStoreFailure, StoreUnavailable } from './store-unavailable.ts'
import { createWatchStore } from './watch-store.ts'

async function start(t: TestContext, lockPatience?: number) {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-store-'))
  const file = join(folder, 'nam.db')
  const clock = createMovableClock()
  const lines: string[] = []
  const log = createLog('trace', { write: (line) => lines.push(line) })
  const store = await openSqlite(file, createWatchStore({ clock, log }), lockPatience)
  const insert = store.prepare((db, p: { id: number }) =>
    db.insertInto('account').values({ id: p.id, name: `account ${p.id}`, production: 0, created_at: 1 }),
  )
  t.after(async () => {
    await store.close()
    rmSync(folder, { recursive: true })
  })
  const messages = () => lines.map((line) => JSON.parse(line).message)
  return {
    store,
    file,
    clock,
    messages,
    insertOf: (id: number) => store.write((tx) => insert.run(tx, { id })),
  }
}

/** SQLite itself then refuses what writes, as on a read-only file system. */
const makeReadOnly = (store: Store) =>
  store.write((tx) => tx.execute({ sql: 'PRAGMA query_only = ON', returnsRows: true }, []))

test('what a database that is read-only refuses is said to be refused, all that came together', async (t) => {
  const { store, clock, messages, insertOf } = await start(t)
  await makeReadOnly(store)
  const outcomes = await Promise.allSettled([insertOf(1), insertOf(2), store.requireWritable()])
  for (const outcome of outcomes) {
    assert.ok(outcome.status === 'rejected' && outcome.reason instanceof StoreUnavailable)
    assert.equal(outcome.reason.reason, 'it is read-only')
    assert.equal(outcome.reason.code, 'storage-unavailable')
    assert.equal(outcome.reason.options.headers?.['retry-after'], '5')
  }
  await clock.advance(59_999)
  await Promise.allSettled([insertOf(3)])
  assert.equal(messages().length, 1)
  await clock.advance(1)
  await Promise.allSettled([insertOf(4)])
  assert.equal(messages().length, 2)
})

test('a lock that another program holds for a moment is waited for, and the server goes on meanwhile', async (t) => {
  const { file, insertOf, messages } = await start(t)
  const other = new DatabaseSync(file)
  other.exec('BEGIN IMMEDIATE')
  const written = insertOf(1)
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  other.exec('COMMIT')
  other.close()
  assert.equal(await written, 1)
  assert.deepEqual(messages(), [])
})

test('a lock that is held for long is waited for once, and by whoever comes when it is free again', async (t) => {
  const lockPatience = 500
  const { file, store } = await start(t, lockPatience)
  const other = new DatabaseSync(file)
  t.after(() => other.close())
  for (let round = 0; round < 2; round += 1) {
    other.exec('BEGIN IMMEDIATE')
    const since = performance.now()
    for (let times = 0; times < 4; times += 1) {
      await assert.rejects(store.requireWritable(), { reason: 'another program has locked it' })
    }
    const waited = performance.now() - since
    assert.ok(waited > lockPatience - 50 && waited < 3 * lockPatience, `${waited} ms`)
    other.exec('COMMIT')
    await store.requireWritable()
  }
})

test('what cannot be read is told to the operator too', async (t) => {
  const { store, messages } = await start(t)
  const find = store.prepare((db, _: object) => db.selectFrom('account').selectAll())
  t.mock.method(StatementSync.prototype, 'all', () => {
    throw Object.assign(new Error('as SQLite says it'), { errcode: 266 })
  })
  await assert.rejects(find.all(store.reader, {}), StoreUnavailable)
  await assert.rejects(find.all(store.reader, {}), StoreUnavailable)
  assert.equal(messages().length, 1)
})

test('a database that cannot be opened on a full disk is said to be on one, and opens once there is room', async (t) => {
  const disk = mountSmallDisk(t, { mebibytes: 4 })
  if (!disk) return
  const file = join(disk.dataFolder, 'nam.db')
  await (await openSqlite(file)).close()
  disk.fill()
  await assert.rejects(
    openSqlite(file),
    (error) => error instanceof StoreUnavailable && /^the disk is full/.test(error.reason),
  )
  disk.makeRoom()
  await (await openSqlite(file)).close()
})

test('only what lies in the machine passes; a statement that is wrong stays wrong', () => {
  const thrown = (errcode: number) => Object.assign(new Error('as SQLite says it'), { errcode })
  for (const errcode of [3, 5, 8, 13, 10, 778, 266, 14, 11, 1032]) {
    assert.ok(asStoreFailure(thrown(errcode)) instanceof StoreUnavailable, String(errcode))
  }
  const strange = [{ errcode: 5 }, Object.assign(new Error('ours'), { errcode: '5' }), 'ours', null]
  for (const error of [thrown(1), thrown(19), thrown(2067), new Error('ours'), ...strange]) {
    assert.equal(asStoreFailure(error), error)
  }
})

test('that a database cannot be written is told once a minute, also when the time of day is set back', async () => {
  const lines: string[] = []
  const log = createLog('trace', { write: (line) => lines.push(line) })
  const clock = createMovableClock()
  const watch = createWatchStore({ clock, log })
  const failure = new StoreUnavailable('the disk is full', new Error('full'))
  watch(failure)
  watch(failure)
  assert.equal(lines.length, 1)
  clock.setBack(3_600_000)
  await clock.advance(60_000)
  watch(failure)
  assert.equal(lines.length, 2)
})

test('that a database can be written again is told once, and nothing while it always could', () => {
  const lines: string[] = []
  const log = createLog('trace', { write: (line) => lines.push(line) })
  const watch = createWatchStore({ clock: createMovableClock(), log })
  watch(undefined)
  assert.deepEqual(lines, [])
  watch(new StoreUnavailable('the disk is full', new Error('full')))
  watch(undefined)
  watch(undefined)
  assert.deepEqual(
    lines.map((line) => JSON.parse(line)).map(({ level, reason }) => [level, reason]),
    [
      [50, 'the disk is full'],
      [30, undefined],
    ],
  )
})
