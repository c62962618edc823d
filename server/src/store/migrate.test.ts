import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { kyselyOn } from './embedded/kysely-on.ts'
import { isUpToDate } from './migrate.ts'
import { up as firstPayment } from './migrations/0001-first-payment.ts'
import { openSqlite } from './sqlite.ts'

/** A database as the first version left it, with an account in it. */
async function firstVersion(t: TestContext): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-older-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'nam.db')
  const database = new DatabaseSync(file)
  await firstPayment(kyselyOn(database))
  database.exec(`
    CREATE TABLE kysely_migration (name varchar(255) PRIMARY KEY, timestamp varchar(255) NOT NULL);
    CREATE TABLE kysely_migration_lock (id varchar(255) PRIMARY KEY, is_locked integer NOT NULL DEFAULT 0);
    INSERT INTO kysely_migration_lock VALUES ('migration_lock', 0);
    INSERT INTO kysely_migration VALUES ('0001-first-payment', '2026-08-01T00:00:00.000Z');
    INSERT INTO account (id, name, production, created_at) VALUES (7, 'Harbour', 0, 1)`)
  database.close()
  return file
}

const migrationsOf = (file: string): readonly string[] => {
  const database = new DatabaseSync(file, { readOnly: true })
  const rows = database.prepare('SELECT name FROM kysely_migration ORDER BY name').all()
  database.close()
  return rows.map(({ name }) => String(name))
}

test('a database of the first version is brought to the tables of this one, and keeps what it holds', async (t) => {
  const file = await firstVersion(t)
  const store = await openSqlite(file)
  const accounts = store.prepare((db, _: object) => db.selectFrom('account').select(['id', 'name']))
  const held = (await accounts.all(store.reader, {})).map(({ id, name }) => [id, name])
  assert.deepEqual(held, [[7, 'Harbour']])
  await store.requireWritable()
  await store.close()
  assert.ok(isUpToDate(migrationsOf(file)))
})

test('a database that is up to date is opened as it is', async (t) => {
  const file = await firstVersion(t)
  await (await openSqlite(file)).close()
  const before = migrationsOf(file)
  await (await openSqlite(file)).close()
  assert.deepEqual(migrationsOf(file), before)
})

test('up to date is what has had all of the migrations, and no other', async (t) => {
  const file = await firstVersion(t)
  await (await openSqlite(file)).close()
  const names = migrationsOf(file)
  assert.equal(isUpToDate(names), true)
  assert.equal(isUpToDate([...names].reverse()), true)
  assert.equal(isUpToDate(names.slice(1)), false)
  assert.equal(isUpToDate([...names, '9999-future']), false)
  assert.equal(isUpToDate([...names.slice(1), '9999-future']), false)
  assert.equal(isUpToDate([]), false)
})
