import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { eventually } from '../../test/harness/test-eventually.ts'
import { makeTestFolder } from '../../test/harness/test-folder.ts'
import { databaseFor, startPostgres, type TestPostgres } from '../../test/harness/test-postgres.ts'
import { createMovableClock } from '../base/clock.ts'
import { createLog } from '../base/log.ts'
import { createTestTracer } from '../base/tracing/test-tracer.ts'
import { openStore, type StorePlace } from './open-store.ts'
import { createRemoval, prepareDeleteDue } from './removal.ts'
import type { Connection, Store } from './store.ts'

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

const due = { from: 'used_assertion', key: ['sha256'], due: 'expires_at' } as const

/** Two servers on a database, with rows that are due one after the other. */
async function startTwo(t: TestContext, placeIn: (folder: string) => Promise<StorePlace>, rows: number) {
  const folder = makeTestFolder('tonegate-removal')
  t.after(() => rmSync(folder, { recursive: true }))
  const place = await placeIn(folder)
  const stores: Store[] = []
  for (let each = 0; each < 2; each += 1) {
    const store = await openStore(place)
    t.after(() => store.close())
    stores.push(store)
  }
  const [one, other] = stores as [Store, Store]
  const insert = one.prepare((db, p: { sha256: Uint8Array; expires_at: number }) =>
    db.insertInto('used_assertion').values({ sha256: p.sha256, expires_at: p.expires_at }),
  )
  await one.write(async (tx) => {
    for (let each = 0; each < rows; each += 1) {
      await insert.run(tx, { sha256: hash('sha256', String(each), 'buffer'), expires_at: each })
    }
  })
  const all = one.prepare((db, _: object) =>
    db.selectFrom('used_assertion').select('expires_at').orderBy('expires_at'),
  )
  return { one, other, left: async () => (await all.all(one.reader, {})).map((row) => row.expires_at) }
}

for (const [engine, placeIn] of Object.entries(engines)) {
  test(`${engine}: two servers that remove at once remove each row once, and both come to an end`, async (t) => {
    const { one, other, left } = await startTwo(t, placeIn, 2_050)
    const clock = createMovableClock(2_000)
    const removed: number[] = []
    const sweeps = [one, other].map((store) => {
      const remove = prepareDeleteDue(store, due)
      const { promise, resolve } = Promise.withResolvers<void>()
      const removal = createRemoval({
        store,
        clock,
        log: createLog('silent'),
        intervalMilliseconds: 1000,
        failed: 'failed',
        batches: { rows: (tx, { now, batchRows }) => remove.run(tx, { until: now, batchRows }) },
        swept: ({ rows = 0 }) => {
          removed.push(rows)
          resolve()
        },
      })
      removal.sweep()
      return promise
    })
    await Promise.all(sweeps)
    assert.equal(
      removed.reduce((sum, each) => sum + each),
      2_001,
    )
    assert.equal((await left())[0], 2_001)
  })

  test(`${engine}: the oldest go first, and no more than a batch`, async (t) => {
    const { one, left } = await startTwo(t, placeIn, 10)
    const remove = prepareDeleteDue(one, due)
    assert.equal(await one.write((tx) => remove.run(tx, { until: 6, batchRows: 3 })), 3)
    assert.deepEqual(await left(), [3, 4, 5, 6, 7, 8, 9])
  })
}

/** Rows for several batches, each of which takes 30 ms. */
async function startSlowRemoval(t: TestContext) {
  const { one, left } = await startTwo(t, engines.SQLite, 500)
  const clock = createMovableClock(1_000)
  const remove = prepareDeleteDue(one, due)
  let elapsed = 0
  const batches: number[] = []
  const swept = Promise.withResolvers<number>()
  const removal = createRemoval({
    store: one,
    clock: { ...clock, elapsed: () => elapsed },
    log: createLog('silent'),
    intervalMilliseconds: 1000,
    failed: 'failed',
    batches: {
      async rows(tx, { now, batchRows }) {
        batches.push(await remove.run(tx, { until: now, batchRows }))
        elapsed += 30
        return batches.at(-1) ?? 0
      },
    },
    swept: ({ rows = 0 }) => swept.resolve(rows),
  })
  removal.sweep()
  await eventually(async () => (await left()).length === 300)
  return { removal, clock, batches, swept: swept.promise, left }
}

test('a batch is followed by a pause as long as it took', async (t) => {
  const { clock, batches, swept } = await startSlowRemoval(t)
  await clock.advance(29)
  assert.deepEqual(batches, [200])
  await clock.advance(1)
  assert.deepEqual(batches, [200, 200])
  await clock.advance(30)
  assert.deepEqual(batches, [200, 200, 100])
  assert.equal(await swept, 500)
})

test('a pause ends when it is closed, and nothing more is removed', async (t) => {
  const { removal, batches, left } = await startSlowRemoval(t)
  await removal.close()
  assert.deepEqual(batches, [200])
  assert.equal((await left()).length, 300)
})

test('PostgreSQL: what another server holds at this moment is left to it, and not waited for', async (t) => {
  const { one, other, left } = await startTwo(t, engines.PostgreSQL, 10)
  const hold = one.prepare((db, _: object) =>
    db.selectFrom('used_assertion').select('expires_at').where('expires_at', '<', 3).forUpdate(),
  )
  const removed = Promise.withResolvers<number>()
  await one.write(async (tx: Connection) => {
    await hold.all(tx, {})
    const remove = prepareDeleteDue(other, due)
    removed.resolve(await other.write((each) => remove.run(each, { until: 6, batchRows: 200 })))
  })
  assert.equal(await removed.promise, 4)
  assert.deepEqual(await left(), [0, 1, 2, 7, 8, 9])
})

test('each transaction that removes something, or fails, is a trace; one that finds nothing is none', async (t) => {
  const { one } = await startTwo(t, engines.SQLite, 250)
  const { tracer, spans } = createTestTracer()
  const { promise: untilFault, resolve: reached } = Promise.withResolvers<void>()
  const remove = prepareDeleteDue(one, due)
  const removal = createRemoval({
    ...{ store: one, clock: createMovableClock(2_000), log: createLog('silent') },
    ...{ tracer, intervalMilliseconds: 1000, failed: 'failed' },
    batches: {
      nothing: async () => 0,
      usedAssertions: (tx, { now, batchRows }) => remove.run(tx, { until: now, batchRows }),
      async faults() {
        reached()
        throw new TypeError('4111111111111111')
      },
    },
  })
  removal.sweep()
  await untilFault
  await removal.close()
  const told = spans.filter(({ isOver }) => isOver)
  assert.deepEqual(
    told.map(({ name, attributes, error }) => [name, attributes, error instanceof TypeError]),
    [
      ['remove rows', { 'tonegate.rows': 'usedAssertions', 'tonegate.removed': 200 }, false],
      ['remove rows', { 'tonegate.rows': 'usedAssertions', 'tonegate.removed': 50 }, false],
      ['remove rows', { 'tonegate.rows': 'faults' }, true],
    ],
  )
})
