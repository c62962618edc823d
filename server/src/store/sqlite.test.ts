import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { openSqlite } from './sqlite.ts'
import { UniqueViolation } from './store.ts'
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

test('what was written is there after the store was opened again', async (t) => {
  const { store, file, insert } = await startStore(t)
  await store.write((tx) => insert.run(tx, { id: 1, name: 'Harbour' }))
  await store.close()
  const again = await openSqlite(file)
  const all = again.prepare((db, _: object) => db.selectFrom('account').select(['id', 'name']))
  assert.deepEqual(
    [...(await all.all(again.reader, {}))].map((row) => ({ ...row })),
    [{ id: 1, name: 'Harbour' }],
  )
  await again.close()
})

test('an operation that fails takes back its own rows and nobody else’s', async (t) => {
  const { store, insert, find } = await startStore(t)
  const outcomes = await Promise.allSettled([
    store.write((tx) => insert.run(tx, { id: 1, name: 'one' })),
    store.write(async (tx) => {
      await insert.run(tx, { id: 2, name: 'two' })
      await insert.run(tx, { id: 1, name: 'again' })
    }),
    store.write((tx) => insert.run(tx, { id: 3, name: 'three' })),
  ])
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  )
  assert.ok(outcomes[1]?.status === 'rejected' && outcomes[1].reason instanceof UniqueViolation)
  const found = await Promise.all([1, 2, 3].map((id) => find.first(store.reader, { id })))
  assert.deepEqual(
    found.map((row) => row?.name),
    ['one', undefined, 'three'],
  )
  await store.close()
})

test('a reader sees nothing of a transaction before its commit', async (t) => {
  const { store, insert, find } = await startStore(t)
  await store.write(async (tx) => {
    await insert.run(tx, { id: 1, name: 'one' })
    assert.equal(await find.first(store.reader, { id: 1 }), undefined)
    assert.equal((await find.first(tx, { id: 1 }))?.name, 'one')
  })
  assert.equal((await find.first(store.reader, { id: 1 }))?.name, 'one')
  await store.close()
})

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

test('close waits for the writes that were asked for', async (t) => {
  const { store, file, insert } = await startStore(t)
  const writes = [1, 2, 3].map((id) => store.write((tx) => insert.run(tx, { id, name: `n${id}` })))
  await store.close()
  await Promise.all(writes)
  const again = await openSqlite(file)
  const all = again.prepare((db, _: object) => db.selectFrom('account').select('id'))
  assert.equal((await all.all(again.reader, {})).length, 3)
  await again.close()
})

test('a file that cannot be brought to the tables of this version stays as it was', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-store-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'nam.db')
  const inTheWay = new DatabaseSync(file)
  inTheWay.exec('CREATE TABLE webhook_delivery (id TEXT)')
  inTheWay.close()
  await assert.rejects(openSqlite(file), /could not be brought to the tables of this version/)
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
  await assert.rejects(openSqlite(file), /could not be brought to the tables of this version/)
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
