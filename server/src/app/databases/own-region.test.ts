import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { makeTestFolder } from '../../../test/harness/test-folder.ts'
import { databaseFor, startPostgres, type TestPostgres } from '../../../test/harness/test-postgres.ts'
import { openStore, type StorePlace } from '../../store/open-store.ts'
import { createOwnRegion, OtherRegion } from './own-region.ts'

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

async function place(t: TestContext, engine: keyof typeof engines): Promise<StorePlace> {
  const folder = makeTestFolder('tonegate-own-region')
  t.after(() => rmSync(folder, { recursive: true }))
  return engines[engine](folder)
}

for (const engine of Object.keys(engines) as (keyof typeof engines)[]) {
  test(`${engine}: a database is nobody's until a region has had it, and then that region's alone`, async (t) => {
    const store = await openStore(await place(t, engine))
    t.after(() => store.close())
    const own = createOwnRegion(store)
    await own.require('nam', 'The database')
    await own.require('emea', 'The database')
    await own.keep('nam')
    await own.keep('nam')
    await own.require('nam', 'The database')
    await assert.rejects(
      own.require('emea', 'The database'),
      (error) =>
        error instanceof OtherRegion &&
        error.message.startsWith('The database belongs to the region nam, and cannot be served as emea'),
    )
  })
}

test('servers that come at once agree on whose it is', async (t) => {
  const there = await place(t, 'PostgreSQL')
  const stores = await Promise.all([1, 2, 3, 4].map(() => openStore(there)))
  await Promise.all(stores.map((store) => createOwnRegion(store).keep('nam')))
  for (const store of stores) {
    await createOwnRegion(store).require('nam', 'The database')
    await store.close()
  }
})
