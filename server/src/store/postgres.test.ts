import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { after, before, type TestContext, test } from 'node:test'
import pg from 'pg'
import { databaseFor, query, startPostgres, type TestPostgres } from '../../test/harness/test-postgres.ts'
import { startTcpProxy } from '../../test/harness/test-tcp-proxy.ts'
import { until } from '../../test/harness/test-until.ts'
import { openPostgres } from './postgres.ts'
import type { Store } from './store.ts'
import { StoreUnavailable } from './store-unavailable.ts'

let postgres: TestPostgres
before(async () => {
  postgres = await startPostgres()
})
after(() => postgres.stop())

/** What stands between a store and its server. */
async function startWire(t: TestContext, url: string) {
  const { port, hostname } = new URL(url)
  const sockets = new Set<Socket>()
  let isCut = false
  const wire = createServer((socket) => {
    if (isCut) {
      socket.destroy()
      return
    }
    const onward = connect(Number(port), hostname)
    for (const each of [socket, onward]) {
      sockets.add(each)
      each.on('error', () => {})
      each.on('close', () => {
        sockets.delete(each)
        socket.destroy()
        onward.destroy()
      })
    }
    socket.pipe(onward).pipe(socket)
  }).listen(0, '127.0.0.1')
  await once(wire, 'listening')
  const through = new URL(url)
  through.port = String((wire.address() as { readonly port: number }).port)
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    wire.close()
  })
  return {
    url: through.href,
    cut(): void {
      isCut = true
      for (const socket of sockets) socket.destroy()
    },
    mend(): void {
      isCut = false
    },
  }
}

async function start(t: TestContext, { wired = false, patience = 5_000 } = {}) {
  const database = await databaseFor(postgres.url, `${t.name} ${process.pid}`)
  const wire = wired ? await startWire(t, database) : undefined
  const told: (StoreUnavailable | undefined)[] = []
  const url = wire?.url ?? database
  const store = await openPostgres({ url, schema: 'nam' }, (failure) => told.push(failure), patience)
  t.after(() => store.close())
  return { store, told, url, cut: () => wire?.cut(), mend: () => wire?.mend(), ...rowsOf(store) }
}

function rowsOf(store: Store) {
  const insert = store.prepare((db, p: { id: number; name: string }) =>
    db.insertInto('account').values({ id: p.id, name: p.name, production: 0, created_at: 1 }),
  )
  const all = store.prepare((db, _: object) => db.selectFrom('account').select('id').orderBy('id'))
  return {
    write: (id: number) => store.write((tx) => insert.run(tx, { id, name: `account ${id}` })),
    ids: async () => (await all.all(store.reader, {})).map(({ id }) => id),
  }
}

const unavailable = { name: 'StoreUnavailable', code: 'storage-unavailable' }

test('a connection that is lost is made again, and nobody hears of it who comes afterwards', async (t) => {
  const { write, ids, cut, mend } = await start(t, { wired: true })
  await write(1)
  cut()
  mend()
  await until(() => write(2).then(Boolean, () => false))
  assert.deepEqual(await ids(), [1, 2])
})

test('while the server cannot be reached, writes and reads are a 503 after some patience; afterwards all is well', async (t) => {
  const { write, ids, told, cut, mend } = await start(t, { wired: true, patience: 1_000 })
  cut()
  await assert.rejects(write(1), unavailable)
  await assert.rejects(write(1), unavailable)
  await assert.rejects(ids(), unavailable)
  assert.ok(told.length > 0 && told.every((each) => each?.reason === 'it cannot be reached'))
  mend()
  await until(() => write(1).then(Boolean, () => false))
  assert.ok(told.includes(undefined), 'that it can be written again')
  await until(() => ids().then(Boolean, () => false))
  assert.deepEqual(await ids(), [1])
})

test('a server that is killed and started again has all that was answered', async (t) => {
  const { write, ids } = await start(t)
  const answered = new Set<number>()
  let id = 0
  let going = true
  const writers = Array.from({ length: 8 }, async () => {
    while (going) {
      id += 1
      const own = id
      await write(own).then(
        () => answered.add(own),
        (error) => assert.ok(error instanceof StoreUnavailable, String(error)),
      )
      await new Promise((resolve) => setImmediate(resolve))
    }
  })
  await until(() => answered.size > 50)
  await postgres.kill()
  await until(async () =>
    postgres.start().then(
      () => true,
      () => false,
    ),
  )
  const before = answered.size
  await until(() => answered.size > before + 50)
  going = false
  await Promise.all(writers)
  const there = new Set(await ids())
  assert.deepEqual(
    [...answered].filter((each) => !there.has(each)),
    [],
    'nothing that was answered is lost',
  )
})

test('of several servers the one that can be written is taken', async (t) => {
  const { url } = await start(t)
  const { username, password, port, pathname } = new URL(url)
  const several = `postgres://${username}:${password}@127.0.0.1:1,127.0.0.1:${port}${pathname}`
  const store = await openPostgres({ url: several, schema: 'nam' })
  t.after(() => store.close())
  await rowsOf(store).write(1)
})

test('what cannot be reached at the start is said, without waiting and without the password', async () => {
  const url = 'postgres://tonegate:very-secret@127.0.0.1:1/tonegate'
  await assert.rejects(openPostgres({ url, schema: 'nam' }), (error) => {
    assert.ok(error instanceof StoreUnavailable)
    assert.deepEqual([error.reason, error.place], ['it cannot be reached', 'server'])
    assert.ok(!`${error.stack}${error.cause}`.includes('very-secret'))
    return true
  })
})

test('a wrong password and a missing database are said as what they are', async () => {
  for (const [url, reason] of [
    [`postgres://postgres:wrong@127.0.0.1:${postgres.port}/postgres`, /user of TONEGATE_STORE/],
    [`${postgres.url}/missing`, /no database of that name/],
  ] as const) {
    await assert.rejects(
      openPostgres({ url, schema: 'nam' }),
      (error) => error instanceof StoreUnavailable && reason.test(error.reason),
    )
  }
})

test('a database whose encoding lacks letters is none for texts', async () => {
  await query(postgres.url, "CREATE DATABASE narrow TEMPLATE template0 ENCODING LATIN1 LOCALE 'C'")
  await assert.rejects(openPostgres({ url: `${postgres.url}/narrow`, schema: 'nam' }), {
    ...unavailable,
    reason: 'its encoding is LATIN1, which cannot keep every text',
  })
})

test('a start that others’ locks are in the way of, or a lack of rights, ends and says so', async (t) => {
  const url = `${postgres.url}/locked`
  await query(postgres.url, 'CREATE DATABASE locked')
  await query(
    url,
    'CREATE ROLE reader LOGIN PASSWORD ' + "'password'; CREATE SCHEMA nam AUTHORIZATION reader",
  )
  const holder = new pg.Client({ connectionString: url })
  await holder.connect()
  t.after(() => holder.end())
  const refused = (reason: string, place = url) =>
    assert.rejects(
      openPostgres({ url: place, schema: 'nam' }, () => {}, 20),
      { ...unavailable, reason },
    )

  await holder.query('SELECT pg_advisory_lock(7463652614)')
  await refused('another program has locked it')
  await holder.query('SELECT pg_advisory_unlock(7463652614)')
  await (await openPostgres({ url, schema: 'nam' })).close()

  await holder.query('BEGIN; LOCK TABLE nam.kysely_migration')
  await refused('another program has locked it')
  await holder.query('ROLLBACK')

  await query(url, "DELETE FROM nam.kysely_migration WHERE name = '0037-events'")
  await query(
    url,
    'GRANT ALL ON ALL TABLES IN SCHEMA nam TO reader; GRANT CREATE ON DATABASE locked TO reader',
  )
  await refused(
    'the user of TONEGATE_STORE may not do that',
    url.replace('postgres:password', 'reader:password'),
  )
})

test('nodes that start together on an empty database make its tables once', async (t) => {
  const { url } = await start(t)
  const opened = await Promise.all([1, 2, 3].map(() => openPostgres({ url, schema: 'together' })))
  for (const store of opened) t.after(() => store.close())
  await Promise.all(opened.map((store, index) => rowsOf(store).write(index)))
  const [first] = opened
  assert.ok(first)
  assert.equal((await rowsOf(first).ids()).length, 3)
})

test('a column that a newer version adds to a table is in nobody’s way, who reads or writes it', async (t) => {
  const { store, url } = await start(t)
  const all = store.prepare((db, _: object) => db.selectFrom('account').selectAll())
  const remove = store.prepare((db, p: { id: number }) =>
    db.deleteFrom('account').where('id', '=', p.id).returningAll(),
  )
  const both = () =>
    Promise.all([
      all.all(store.reader, {}),
      all.all(store.reader, {}),
      store.write((tx) => remove.all(tx, { id: 1 })),
      store.write((tx) => remove.all(tx, { id: 2 })),
    ])
  assert.deepEqual(await both(), [[], [], [], []])
  for (const column of ['one', 'another']) {
    await query(url, `ALTER TABLE nam.account ADD COLUMN ${column} text`)
    assert.deepEqual(await both(), [[], [], [], []])
  }
})

test('what reads a table that others have locked for long is a 503', async (t) => {
  const { ids, write, url, told } = await start(t)
  const holder = new pg.Client({ connectionString: url })
  await holder.connect()
  t.after(() => holder.end())
  await holder.query('BEGIN; LOCK TABLE nam.account')
  const reason = 'other transactions are in the way'
  await assert.rejects(ids(), { ...unavailable, reason })
  assert.deepEqual(
    told.map((each) => each?.reason),
    [reason],
  )
  await holder.query('ROLLBACK')
  await write(1)
  assert.deepEqual(await ids(), [1])
})

test('a character that it keeps in no text is its sender’s mistake, and in nobody else’s way', async (t) => {
  const { store, write, ids } = await start(t)
  const find = store.prepare((db, p: { name: string }) =>
    db.selectFrom('account').select('id').where('name', '=', p.name),
  )
  const rename = store.prepare((db, p: { name: string }) => db.updateTable('account').set({ name: p.name }))
  const wrong = { name: 'a\u0000b' }
  const refused = { name: 'Problem', code: 'invalid-request' }
  await Promise.all([
    write(1),
    assert.rejects(find.all(store.reader, wrong), refused),
    assert.rejects(
      store.write((tx) => rename.run(tx, wrong)),
      refused,
    ),
    write(2),
  ])
  assert.deepEqual(await ids(), [1, 2])
})

test('a connection that nothing comes by any more is given up, and whoever waits is told', async (t) => {
  const url = new URL(await databaseFor(postgres.url, `${t.name} ${process.pid}`))
  const proxy = await startTcpProxy(t, Number(url.port))
  url.port = String(proxy.port)
  const silence = 500
  const store = await openPostgres({ url: url.href, schema: 'nam' }, () => {}, 100, undefined, silence)
  const { write, ids } = rowsOf(store)
  await write(1)
  assert.deepEqual(await ids(), [1])
  proxy.swallow()
  await Promise.all([assert.rejects(write(2), unavailable), assert.rejects(ids(), unavailable)])
  proxy.heal()
  await until(async () => (await ids().catch(() => undefined))?.length === 1)
  await until(() =>
    write(3).then(
      () => true,
      () => false,
    ),
  )
  assert.deepEqual(await ids(), [1, 3])
  proxy.swallow()
  await store.close()
})
