import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { type RawBuilder, sql } from 'kysely'
import { makeTestFolder } from '../../test/harness/test-folder.ts'
import { databaseFor, startPostgres, type TestPostgres } from '../../test/harness/test-postgres.ts'
import { openStore, type StorePlace } from './open-store.ts'
import { schemaVersion } from './schema-version.ts'
import type { Store } from './store.ts'

let postgres: TestPostgres
before(async () => {
  postgres = await startPostgres()
})
after(() => postgres.stop())

const engines = {
  SQLite: async (folder: string): Promise<StorePlace> => ({ file: join(folder, 'nam.db') }),
  PostgreSQL: async (folder: string): Promise<StorePlace> => ({
    url: await databaseFor(postgres.url, folder),
    schema: 'nam',
  }),
} as const

const run = (store: Store, statement: RawBuilder<unknown>) =>
  store.write((tx) =>
    store.prepare((db, _: object) => ({ compile: () => statement.compile(db) })).run(tx, {}),
  )

/** As a program does that is so many versions newer: it adds, and takes nothing away. */
async function migrateAs(store: Store, version: number): Promise<void> {
  await run(store, sql`insert into kysely_migration values (${`9999-version-${version}`}, '2099')`)
  await run(store, sql`update schema_compatibility set version = ${version}, serves_from = ${version - 1}`)
}

/** Opens a database, and tries what every operation does. */
async function use(place: StorePlace, id: number): Promise<Store> {
  const store = await openStore(place)
  const insert = store.prepare((db, p: { id: number; name: string }) =>
    db.insertInto('account').values({ id: p.id, name: p.name, production: 0, created_at: 1 }),
  )
  await store.write((tx) => insert.run(tx, { id, name: `Harbour ${id}` }))
  return store
}

function place(t: TestContext, engine: keyof typeof engines): Promise<StorePlace> {
  const folder = makeTestFolder('tonegate-versions')
  t.after(() => rmSync(folder, { recursive: true }))
  return engines[engine](folder)
}

for (const engine of Object.keys(engines) as (keyof typeof engines)[]) {
  test(`${engine}: a new database says that it is of this program’s version`, async (t) => {
    const store = await openStore(await place(t, engine))
    const said = store.prepare((db, _: object) =>
      db.selectNoFrom(sql<number>`(select version from schema_compatibility)`.as('version')),
    )
    assert.equal((await said.first(store.reader, {}))?.version, schemaVersion)
    await store.close()
  })

  test(`${engine}: two servers work on, while the next version migrates what one of them has open`, async (t) => {
    const at = await place(t, engine)
    const running = await use(at, 1)
    await run(running, sql`alter table account add column of_the_future text`)
    await migrateAs(running, schemaVersion + 1)
    const beside = await use(at, 2)
    const names = running.prepare((db, _: object) => db.selectFrom('account').select('name').orderBy('id'))
    assert.deepEqual(
      (await names.all(running.reader, {})).map(({ name }) => name),
      ['Harbour 1', 'Harbour 2'],
    )
    await beside.close()
    await running.close()
  })

  test(`${engine}: a database that is two versions newer is refused in words`, async (t) => {
    const at = await place(t, engine)
    const store = await use(at, 1)
    await migrateAs(store, schemaVersion + 1)
    await migrateAs(store, schemaVersion + 2)
    await store.close()
    await assert.rejects(openStore(at), /a newer version has migrated it, and this one is too old/)
  })

  test(`${engine}: a database of a version that does not say so is refused too`, async (t) => {
    const at = await place(t, engine)
    const store = await use(at, 1)
    await run(store, sql`insert into kysely_migration values ('9999-future', '2099')`)
    await store.close()
    await assert.rejects(openStore(at), /a newer version has migrated it/)
  })
}
