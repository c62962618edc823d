import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { makeTestFolder } from '../../test/harness/test-folder.ts'
import { databaseFor, startPostgres, type TestPostgres } from '../../test/harness/test-postgres.ts'
import type { Guid } from '../base/guid.ts'
import { openStore, type StorePlace } from '../store/open-store.ts'
import { insertTestAttempt } from '../vault/test-attempt.ts'
import { createReadState, maxCounted } from './state-rows.ts'

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
}

async function startState(t: TestContext, placeIn: (folder: string) => Promise<StorePlace>) {
  const folder = makeTestFolder('tonegate-state')
  t.after(() => rmSync(folder, { recursive: true }))
  const store = await openStore(await placeIn(folder))
  t.after(() => store.close())
  const end = store.prepare((db, p: { guid: Guid }) =>
    db.updateTable('capture_session').set({ state: 'ended', ended_at: 2 }).where('guid', '=', p.guid),
  )
  const askAt = store.prepare((db, p: { key: string; at: number }) =>
    db.updateTable('charge_attempt').set({ requested_at: p.at }).where('idempotency_key', '=', p.key),
  )
  return { store, read: createReadState(store), end, askAt }
}

for (const [engine, placeIn] of Object.entries(engines)) {
  test(`${engine}: outcomes that are not known are those of sessions that have ended`, async (t) => {
    const { store, read, end, askAt } = await startState(t, placeIn)
    assert.deepEqual(await read(), {
      ...{ unknownOutcomes: 0, unknownSince: undefined, webhooksWaiting: 0, callbacksWaiting: 0 },
      calls: { active: 0, held: 0 },
    })
    const guids = ['one', 'two', 'three'] as Guid[]
    for (const [at, guid] of guids.entries()) {
      const key = await insertTestAttempt(store, guid)
      await store.write((tx) => askAt.run(tx, { key, at: 100 + at }))
      if (at > 0) await store.write((tx) => end.run(tx, { guid }))
    }
    const { unknownOutcomes, unknownSince } = await read()
    assert.deepEqual({ unknownOutcomes, unknownSince }, { unknownOutcomes: 2, unknownSince: 101 })
  })

  test(`${engine}: of what piles up no more is counted than a scrape may cost`, async (t) => {
    const { store, read, end } = await startState(t, placeIn)
    const guids = Array.from({ length: maxCounted + 5 }, (_, at) => `session ${at}` as Guid)
    await Promise.all(guids.map((guid) => insertTestAttempt(store, guid)))
    await store.write(async (tx) => {
      for (const guid of guids) await end.run(tx, { guid })
    })
    assert.equal((await read()).unknownOutcomes, maxCounted)
  })
}
