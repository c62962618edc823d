import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { makeTestFolder } from '../../test/harness/test-folder.ts'
import { databaseFor, startPostgres, type TestPostgres } from '../../test/harness/test-postgres.ts'
import { openStore, type StorePlace } from './open-store.ts'
import { type Connection, type Store, UniqueViolation } from './store.ts'

/** What a store promises, whichever engine is below. */
const engines = {
  SQLite: async (folder: string): Promise<StorePlace> => ({ file: join(folder, 'nam.db') }),
  PostgreSQL: async (folder: string): Promise<StorePlace> => ({
    url: await databaseFor(postgres.url, folder),
    schema: 'nam',
  }),
} as const

let postgres: TestPostgres
before(async () => {
  postgres = await startPostgres()
})
after(() => postgres.stop())

interface Account {
  readonly id: number
  readonly name: string
}

function prepareRows(store: Store) {
  return {
    insert: store.prepare((db, p: Account) =>
      db.insertInto('account').values({ id: p.id, name: p.name, production: 0, created_at: 1 }),
    ),
    find: store.prepare((db, p: { id: number }) =>
      db.selectFrom('account').select(['id', 'name']).where('id', '=', p.id),
    ),
    names: store.prepare((db, _: object) => db.selectFrom('account').select('name').orderBy('name')),
    rename: store.prepare((db, p: Account) =>
      db.updateTable('account').set({ name: p.name }).where('id', '=', p.id),
    ),
    remove: store.prepare((db, p: { id: number }) => db.deleteFrom('account').where('id', '=', p.id)),
  }
}

for (const [engine, placeIn] of Object.entries(engines)) {
  const start = async (t: TestContext) => {
    const folder = makeTestFolder('tonegate-contract')
    t.after(() => rmSync(folder, { recursive: true }))
    const place = await placeIn(folder)
    const open = async () => {
      const store = await openStore(place)
      t.after(() => store.close())
      return store
    }
    const store = await open()
    return { store, open, place, ...prepareRows(store) }
  }
  const promise = (
    name: string,
    fn: (started: Awaited<ReturnType<typeof start>>, t: TestContext) => Promise<void>,
  ) => test(`${engine}: ${name}`, async (t) => fn(await start(t), t))

  promise('what was written is there after the store was opened again', async ({ store, open, insert }) => {
    await store.write((tx) => insert.run(tx, { id: 1, name: 'Harbour' }))
    await store.close()
    const again = await open()
    assert.equal((await prepareRows(again).find.first(again.reader, { id: 1 }))?.name, 'Harbour')
  })

  promise('what was answered is read at once', async ({ store, insert, find }) => {
    for (let id = 1; id <= 50; id += 1) {
      await store.write((tx) => insert.run(tx, { id, name: `n${id}` }))
      assert.equal((await find.first(store.reader, { id }))?.name, `n${id}`)
    }
  })

  promise(
    'an operation that fails takes back its own rows and nobody else’s',
    async ({ store, insert, names }) => {
      const outcomes = await Promise.allSettled([
        store.write((tx) => insert.run(tx, { id: 1, name: 'one' })),
        store.write(async (tx) => {
          await insert.run(tx, { id: 2, name: 'two' })
          await insert.run(tx, { id: 1, name: 'again' })
        }),
        store.write(async (tx) => {
          await insert.run(tx, { id: 4, name: 'four' })
          throw new Error('a bug')
        }),
        store.write((tx) => insert.run(tx, { id: 3, name: 'three' })),
      ])
      assert.deepEqual(
        outcomes.map(({ status }) => status),
        ['fulfilled', 'rejected', 'rejected', 'fulfilled'],
      )
      assert.ok(outcomes[1]?.status === 'rejected' && outcomes[1].reason instanceof UniqueViolation)
      assert.ok(outcomes[2]?.status === 'rejected' && outcomes[2].reason.message === 'a bug')
      assert.deepEqual(
        (await names.all(store.reader, {})).map(({ name }) => name),
        ['one', 'three'],
      )
    },
  )

  promise(
    'of statements that are asked for together none is done where one fails, nor what is asked for behind them',
    async ({ store, insert, names }) => {
      await store.write((tx) => insert.run(tx, { id: 1, name: 'one' }))
      const failing = async (first: number) => {
        const behind = Promise.withResolvers<void>()
        const written = store.write((tx) =>
          Promise.all([
            insert.run(tx, { id: first, name: 'first' }),
            insert
              .run(tx, { id: 3, name: 'second' })
              .then(() => insert.run(tx, { id: 4, name: 'third' }))
              .finally(behind.resolve),
          ]),
        )
        await assert.rejects(written, UniqueViolation)
        await behind.promise
      }
      await failing(1)
      const slow = store.write(async (tx) => {
        const begun = insert.run(tx, { id: 5, name: 'begun' })
        begun.then(() => insert.run(tx, { id: 6, name: 'late' })).catch(() => {})
        throw new Error('a bug')
      })
      await assert.rejects(slow, /a bug/)
      await store.write((tx) => insert.run(tx, { id: 7, name: 'seven' }))
      assert.deepEqual(
        (await names.all(store.reader, {})).map(({ name }) => name),
        ['one', 'seven'],
      )
    },
  )

  promise(
    'operations that read what they go on by lose nothing of one another',
    async ({ store, insert, find, rename }) => {
      await store.write((tx) => insert.run(tx, { id: 1, name: '0' }))
      const add = () =>
        store.write(async (tx) => {
          const before = await find.first(tx, { id: 1 })
          await rename.run(tx, { id: 1, name: String(Number(before?.name) + 1) })
        })
      await Promise.all(Array.from({ length: 200 }, add))
      assert.equal((await find.first(store.reader, { id: 1 }))?.name, '200')
    },
  )

  promise('a reader sees nothing of a transaction before its commit', async ({ store, insert, find }) => {
    await store.write(async (tx) => {
      await insert.run(tx, { id: 1, name: 'one' })
      assert.equal(await find.first(store.reader, { id: 1 }), undefined)
      assert.equal((await find.first(tx, { id: 1 }))?.name, 'one')
    })
  })

  promise(
    'a statement says how many rows it has changed, and has no rows where it returns none',
    async ({ store, insert, rename, remove }) => {
      const said = await store.write(async (tx) => [
        await insert.run(tx, { id: 1, name: 'one' }),
        await rename.run(tx, { id: 1, name: 'two' }),
        await rename.run(tx, { id: 2, name: 'two' }),
        await insert.all(tx, { id: 2, name: 'three' }),
        await insert.first(tx, { id: 3, name: 'four' }),
        await remove.run(tx, { id: 1 }),
      ])
      assert.deepEqual(said, [1, 1, 0, [], undefined, 1])
    },
  )

  promise('an operation may ask for several statements at once', async ({ store, insert, names }) => {
    await store.write((tx) => Promise.all([1, 2, 3].map((id) => insert.run(tx, { id, name: `n${id}` }))))
    assert.equal((await names.all(store.reader, {})).length, 3)
  })

  promise('bytes, large numbers, texts and nothing come back as they were', async ({ store, insert }) => {
    await store.write((tx) => insert.run(tx, { id: 2 ** 53 - 1, name: 'ÄÖÜ – “quoted” 😀' }))
    const bytes = randomBytes(300)
    const probe = store.prepare((db, p: { bytes: Uint8Array }) =>
      db.insertInto('store_probe').values({ id: 7, bytes: p.bytes }),
    )
    const found = store.prepare((db, _: object) =>
      db
        .selectFrom('account')
        .innerJoin('store_probe', (join) => join.onTrue())
        .selectAll(['account', 'store_probe'])
        .select('account.id as account'),
    )
    const disabled = store.prepare((db, _: object) => db.selectFrom('client').select('disabled_at'))
    // A small buffer is a piece of a pool.
    await store.write((tx) => probe.run(tx, { bytes: bytes.subarray(10, 20) }))
    const row = await found.first(store.reader, {})
    assert.deepEqual([row?.account, row?.name], [2 ** 53 - 1, 'ÄÖÜ – “quoted” 😀'])
    assert.ok(row && Buffer.from(row.bytes).equals(bytes.subarray(10, 20)))
    assert.equal(await disabled.first(store.reader, {}), undefined)
  })

  promise(
    'texts are in the order of their bytes, and numbers are counted as numbers',
    async ({ store, insert, names }) => {
      for (const [index, name] of ['b', 'B', 'ä', 'a', 'Z', '_'].entries())
        await store.write((tx) => insert.run(tx, { id: index + 1, name }))
      assert.deepEqual(
        (await names.all(store.reader, {})).map(({ name }) => name),
        ['B', 'Z', '_', 'a', 'b', 'ä'],
      )
      const sums = store.prepare((db, _: object) =>
        db
          .selectFrom('account')
          .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.sum<number>('id').as('sum')]),
      )
      assert.deepEqual({ ...(await sums.first(store.reader, {})) }, { count: 6, sum: 21 })
    },
  )

  promise(
    'two that are open at once see what the other has written, and neither overwrites what it has read',
    async (started) => {
      if (engine === 'SQLite') return
      const { store, open, insert } = started
      const other = await open()
      await store.write((tx) => insert.run(tx, { id: 1, name: '0' }))
      const add = (of: Store) => {
        const locking = of.prepare((db, p: { id: number }) =>
          db.selectFrom('account').select('name').where('id', '=', p.id).forUpdate(),
        )
        const { rename } = prepareRows(of)
        return () =>
          of.write(async (tx: Connection) => {
            const before = await locking.first(tx, { id: 1 })
            await rename.run(tx, { id: 1, name: String(Number(before?.name) + 1) })
          })
      }
      const [here, there] = [add(store), add(other)]
      await Promise.all(Array.from({ length: 100 }, (_, index) => (index % 2 ? here() : there())))
      assert.equal((await prepareRows(other).find.first(other.reader, { id: 1 }))?.name, '100')
    },
  )

  promise('two whose transactions wait for one another both come to an end', async (started) => {
    if (engine === 'SQLite') return
    const { store, open, insert } = started
    const other = await open()
    for (const id of [1, 2]) await store.write((tx) => insert.run(tx, { id, name: String(id) }))
    const both = (of: Store, ids: readonly number[], name: string) => {
      const { rename } = prepareRows(of)
      return of.write(async (tx) => {
        for (const id of ids) await rename.run(tx, { id, name: `${name}${id}` })
      })
    }
    const rounds = Array.from({ length: 10 }, (_, round) => [
      both(store, [1, 2], `a${round}-`),
      both(other, [2, 1], `b${round}-`),
    ])
    await Promise.all(rounds.flat())
    const names = (await prepareRows(store).names.all(store.reader, {})).map(({ name }) => name)
    assert.equal(new Set(names.map((name) => name.slice(0, -1))).size, 1, `of one of the two: ${names}`)
  })

  promise('whether it can be written is found out by writing', ({ store }) => store.requireWritable())

  promise(
    'a parameter that a statement has and a caller has not is a mistake of ours',
    async ({ store, find }) => {
      await assert.rejects(find.first(store.reader, {} as { id: number }), {
        name: 'TypeError',
        message: "The statement's parameter id has no value.",
      })
    },
  )

  promise(
    'close waits for the writes that were asked for, and nothing is written after it',
    async ({ store, open, insert, names }) => {
      const writes = [1, 2, 3].map((id) => store.write((tx) => insert.run(tx, { id, name: `n${id}` })))
      await store.close()
      await Promise.all(writes)
      await assert.rejects(store.write((tx) => insert.run(tx, { id: 4, name: 'n4' })))
      await assert.rejects(names.all(store.reader, {}))
      const again = await open()
      assert.equal((await prepareRows(again).names.all(again.reader, {})).length, 3)
    },
  )
}
