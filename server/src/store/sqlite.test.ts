import assert from 'node:assert/strict'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import type { Worker } from 'node:worker_threads'
import { openSqlite } from './sqlite.ts'
import type { Connection } from './store.ts'
import { StoreUnavailable } from './store-unavailable.ts'

async function startStore(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-store-'))
  const file = join(folder, 'nam.db')
  const store = await openSqlite(file)
  const insert = store.prepare((db, p: { id: number; name: string }) =>
    db.insertInto('account').values({ id: p.id, name: p.name, production: 0, created_at: 1 }),
  )
  const find = store.prepare((db, p: { id: number }) =>
    db.selectFrom('account').selectAll().where('id', '=', p.id),
  )
  const remove = store.prepare((db, p: { id: number }) => db.deleteFrom('account').where('id', '=', p.id))
  t.after(() => rmSync(folder, { recursive: true }))
  return { store, file, folder, insert, find, remove }
}

test('what was deleted and scrubbed is gone from the files', async (t) => {
  const { store, file, insert, remove } = await startStore(t)
  await store.write((tx) => insert.run(tx, { id: 1, name: 'Kaltes-Klares-Wasser' }))
  await store.scrub()
  assert.ok(readFileSync(file).includes('Kaltes-Klares-Wasser'))
  await store.write((tx) => remove.run(tx, { id: 1 }))
  await store.scrub()
  assert.ok(!readFileSync(file).includes('Kaltes-Klares-Wasser'))
  assert.equal(readFileSync(`${file}-wal`).length, 0)
  await store.close()
})

test('a database whose thread has ended is lost to the process, and refuses what is to be written', async (t) => {
  let thread: Worker | undefined
  const started = (worker: Worker) => {
    thread = worker
  }
  process.on('worker', started)
  t.after(() => process.off('worker', started))
  // Threads that others have left come first.
  const stores = [await startStore(t)]
  while (!thread) stores.push(await startStore(t))
  const { store, insert } = stores.at(-1) ?? assert.fail()
  await thread.terminate()
  await store.lost
  await assert.rejects(
    store.write((tx) => insert.run(tx, { id: 1, name: 'a' })),
    (error) => error instanceof StoreUnavailable && /the thread that writes it has ended/.test(error.reason),
  )
  await Promise.all(stores.map((each) => each.store.close()))
})

test('a thread that ends while no database uses it is taken by none', async (t) => {
  const threads: Worker[] = []
  const started = (worker: Worker) => threads.push(worker)
  process.on('worker', started)
  t.after(() => process.off('worker', started))
  const stores = [await startStore(t)]
  while (threads.length === 0) stores.push(await startStore(t))
  await Promise.all(stores.map(({ store }) => store.close()))
  await Promise.all(threads.map((thread) => thread.terminate()))
  const { store, insert } = await startStore(t)
  await store.write((tx) => insert.run(tx, { id: 1, name: 'a' }))
  await store.close()
})

test('a file that cannot be brought to the tables of this version stays as it was', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-store-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'nam.db')
  const inTheWay = new DatabaseSync(file)
  inTheWay.exec('CREATE TABLE webhook_delivery (id TEXT)')
  inTheWay.close()
  await assert.rejects(openSqlite(file), /could not be migrated to this version/)
  const left = new DatabaseSync(file, { readOnly: true })
  const tables = left.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all()
  left.close()
  assert.deepEqual(
    tables.map(({ name }) => name),
    ['webhook_delivery'],
  )
})

test('a file that a newer version has written is not opened, and stays as it was', async (t) => {
  const { store, file } = await startStore(t)
  await store.close()
  const newer = new DatabaseSync(file)
  newer.exec("INSERT INTO kysely_migration VALUES ('9999-future', '2099-01-01T00:00:00.000Z')")
  newer.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  newer.close()
  const before = readFileSync(file)
  await assert.rejects(openSqlite(file), /could not be migrated to this version/)
  assert.ok(readFileSync(file).equals(before))
})

test('what is removed is not said to be gone while another program reads it; it is when that has ended', async (t) => {
  const { file, insert, remove, store } = await startStore(t)
  await store.close()
  const impatient = await openSqlite(file, () => {}, 40)
  await impatient.write((tx) => insert.run(tx, { id: 1, name: 'Kaltes-Klares-Wasser' }))
  const other = new DatabaseSync(file, { readOnly: true })
  other.exec('BEGIN; SELECT * FROM account')
  await impatient.write((tx) => remove.run(tx, { id: 1 }))
  await assert.rejects(impatient.scrub(), (error) => {
    assert.ok(error instanceof StoreUnavailable)
    assert.equal(error.reason, 'another program has locked it')
    return true
  })
  other.exec('COMMIT')
  await impatient.scrub()
  for (const each of [file, `${file}-wal`]) assert.ok(!readFileSync(each).includes('Kaltes-Klares-Wasser'))
  other.close()
  await impatient.close()
})

/** What a connection says of itself. */
async function pragmas(connection: Connection, names: readonly string[]): Promise<Record<string, unknown>> {
  const values: Record<string, unknown> = {}
  for (const name of names) {
    const { rows } = await connection.execute({ sql: `PRAGMA ${name}`, returnsRows: true }, [])
    values[name] = Object.values(rows[0] ?? {})[0]
  }
  return values
}

test('what is written is on the disk itself before it is answered, and what is deleted is overwritten', async (t) => {
  const { store } = await startStore(t)
  const names = ['journal_mode', 'synchronous', 'secure_delete', 'foreign_keys', 'trusted_schema']
  const whole = { journal_mode: 'wal', synchronous: 2, secure_delete: 1, foreign_keys: 1, trusted_schema: 0 }
  assert.deepEqual(await store.write((tx) => pragmas(tx, names)), whole)
  const { secure_delete: _, ...ofReader } = whole
  assert.deepEqual(await pragmas(store.reader, Object.keys(ofReader)), ofReader)
  await store.close()
})

test('a lock is waited for where nobody else waits: in the thread that writes, and in no reader', async (t) => {
  const { store } = await startStore(t)
  const busy = () => store.write((tx) => pragmas(tx, ['busy_timeout']))
  assert.deepEqual(await busy(), { busy_timeout: 5000 })
  await store.scrub()
  assert.deepEqual(await busy(), { busy_timeout: 5000 })
  assert.deepEqual(await pragmas(store.reader, ['busy_timeout', 'mmap_size']), {
    busy_timeout: 0,
    mmap_size: 2 ** 31 - 65_536,
  })
  await store.close()
})

for (const [what, change] of Object.entries({
  'that was deleted': (file: string) => rmSync(file),
  'that another one has replaced': (file: string) => {
    copyFileSync(file, `${file}.copy`)
    renameSync(`${file}.copy`, file)
  },
  'whose write-ahead log was deleted': (file: string) => rmSync(`${file}-wal`),
  'whose index of that was deleted': (file: string) => rmSync(`${file}-shm`),
})) {
  test(`nothing is said to be written in a file ${what}`, async (t) => {
    const { store, file, insert } = await startStore(t)
    await store.write((tx) => insert.run(tx, { id: 1, name: 'first' }))
    change(file)
    const reason = 'its file was moved or deleted while the server was running: restart the server'
    for (const id of [2, 3]) {
      const write = store.write((tx) => insert.run(tx, { id, name: `later ${id}` }))
      await assert.rejects(write, { name: 'StoreUnavailable', reason })
    }
    await assert.rejects(store.requireWritable(), { reason })
    await store.close()
  })
}

test('nobody else on the machine reads the file', async (t) => {
  const { store, file } = await startStore(t)
  assert.equal(statSync(file).mode & 0o777, 0o600)
  await store.close()
})

test('the reader writes nothing', async (t) => {
  const { store, insert, find } = await startStore(t)
  await assert.rejects(insert.run(store.reader, { id: 1, name: 'one' }), { name: 'StoreUnavailable' })
  assert.equal(await find.first(store.reader, { id: 1 }), undefined)
  await store.close()
})

test('a closed store is closed: nothing of it is left open, nor beside its file', async (t) => {
  const { store, file, insert, find } = await startStore(t)
  await store.write((tx) => insert.run(tx, { id: 1, name: 'one' }))
  await store.close()
  assert.ok(!existsSync(`${file}-wal`))
  await assert.rejects(find.first(store.reader, { id: 1 }))
  await assert.rejects(store.write((tx) => insert.run(tx, { id: 2, name: 'two' })))
})

test('a store that is closed, once or twice, writes nothing into another one', async (t) => {
  const { store, insert } = await startStore(t)
  await store.close()
  const other = await startStore(t)
  await assert.rejects(
    store.write((tx) => insert.run(tx, { id: 1, name: 'one' })),
    /closed/,
  )
  await store.close().catch(() => {})
  await other.store.write((tx) => other.insert.run(tx, { id: 2, name: 'two' }))
  assert.equal(await other.find.first(other.store.reader, { id: 1 }), undefined)
  await other.store.close()
})

test('whether there is room is found out by writing as much as a session takes, in one row', async (t) => {
  const { store } = await startStore(t)
  const sizes = store.prepare((db, _: object) => db.selectFrom('store_probe').select('bytes'))
  for (let each = 0; each < 2; each += 1) await store.requireWritable()
  const rows = await sizes.all(store.reader, {})
  assert.deepEqual(
    rows.map(({ bytes }) => bytes.length),
    [64 * 1024],
  )
  await store.close()
})
