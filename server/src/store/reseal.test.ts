import assert from 'node:assert/strict'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { makeTestFolder } from '../../test/harness/test-folder.ts'
import { systemRandom } from '../base/random.ts'
import { createSealer, type Sealer } from '../base/seal.ts'
import { requireOpening, resealColumn, sealedColumn } from './reseal.ts'
import type { Store } from './store.ts'
import { openTestStore } from './test-store.ts'

const former = createSealer(Buffer.alloc(32, 1), systemRandom)
const current = createSealer(Buffer.alloc(32, 2), systemRandom)
const rotating = createSealer(Buffer.alloc(32, 2), systemRandom, [Buffer.alloc(32, 1)])

const purposeOf = (tenant: unknown, name: unknown) => `test ${tenant} ${name}`
const column = sealedColumn({
  what: 'gateways',
  table: 'gateway_account',
  key: ['tenant_id', 'name'],
  column: 'sealed_settings',
  purposes: ({ tenant_id, name }) => ['another purpose', purposeOf(tenant_id, name)],
})

async function startRows(t: TestContext) {
  const folder = makeTestFolder('tonegate-reseal')
  const store = await openTestStore(join(folder, 'nam.db'))
  t.after(async () => {
    await store.close()
    rmSync(folder, { recursive: true })
  })
  const insert = store.prepare((db, p: { tenant: number; name: string; sealed: Uint8Array }) =>
    db.insertInto('gateway_account').values({
      tenant_id: p.tenant,
      name: p.name,
      kind: 'test',
      sealed_settings: p.sealed,
      created_at: 0,
      updated_at: 0,
    }),
  )
  const replace = store.prepare((db, p: { tenant: number; name: string; sealed: Uint8Array }) =>
    db
      .updateTable('gateway_account')
      .set({ sealed_settings: p.sealed })
      .where('tenant_id', '=', p.tenant)
      .where('name', '=', p.name),
  )
  const all = store.prepare((db, _: object) => db.selectFrom('gateway_account').selectAll())
  const sealed = (sealer: Sealer, tenant: number, name: string, text = `${tenant}/${name}`) =>
    sealer.seal(purposeOf(tenant, name), Buffer.from(text))
  return {
    folder,
    store,
    add: (sealer: Sealer, tenant: number, name: string) =>
      store.write((tx) => insert.run(tx, { tenant, name, sealed: sealed(sealer, tenant, name) })),
    put: (on: Store, sealer: Sealer, tenant: number, name: string, text: string) =>
      on.write((tx) => replace.run(tx, { tenant, name, sealed: sealed(sealer, tenant, name, text) })),
    /** What each row says, opened by the current key alone. */
    async opened() {
      const rows = await all.all(store.reader, {})
      return rows.map(({ tenant_id, name, sealed_settings }) =>
        current.open(purposeOf(tenant_id, name), sealed_settings).toString(),
      )
    },
  }
}

test('every row is sealed anew, in batches over a key of two columns, and those that are already are left', async (t) => {
  const { store, add, opened } = await startRows(t)
  const expected: string[] = []
  for (let tenant = 0; tenant < 30; tenant += 1) {
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']) {
      await add(tenant % 10 === 9 ? current : former, tenant, name)
      expected.push(`${tenant}/${name}`)
    }
  }
  const done = await resealColumn(store, rotating, column)
  assert.deepEqual(done, { what: 'gateways', resealed: 243, unopened: 0 })
  assert.deepEqual((await opened()).sort(), expected.sort())
  assert.deepEqual(await resealColumn(store, rotating, column), { ...done, resealed: 0 })
})

test('what the server writes between reading and writing is not lost, and is sealed anew too', async (t) => {
  const { store, add, put, opened } = await startRows(t)
  for (const name of ['a', 'b', 'c']) await add(former, 7, name)
  let meddled = false
  const meddling: Store = {
    ...store,
    async write(operation) {
      if (!meddled) {
        meddled = true
        await put(store, former, 7, 'b', 'written meanwhile')
      }
      return store.write(operation)
    },
  }
  const done = await resealColumn(meddling, rotating, column)
  assert.equal(done.resealed, 3)
  assert.deepEqual((await opened()).sort(), ['7/a', '7/c', 'written meanwhile'])
})

test('a column that changes each time it is read is given up after ten times', async (t) => {
  const { store, add, put } = await startRows(t)
  await add(former, 7, 'a')
  let writes = 0
  const meddling: Store = {
    ...store,
    async write(operation) {
      writes += 1
      if (writes > 20) throw new Error('It goes on and on.')
      await put(store, former, 7, 'a', `written ${writes}`)
      return store.write(operation)
    },
  }
  await assert.rejects(resealColumn(meddling, rotating, column), /kept changing/)
  assert.equal(writes, 10)
})

test('what opens under no key is counted and left as it is', async (t) => {
  const { store, add } = await startRows(t)
  const foreign = createSealer(Buffer.alloc(32, 9), systemRandom)
  await add(former, 7, 'a')
  await add(foreign, 7, 'b')
  assert.deepEqual(await resealColumn(store, rotating, column), {
    what: 'gateways',
    resealed: 1,
    unopened: 1,
  })
})

test('what is no sealed value at all is an error, and nothing is said to be done', async (t) => {
  const { store, add } = await startRows(t)
  await add(former, 7, 'a')
  const spoil = store.prepare((db, _: object) =>
    db.updateTable('gateway_account').set({ sealed_settings: Buffer.from('no sealed value') }),
  )
  await store.write((tx) => spoil.run(tx, {}))
  await assert.rejects(resealColumn(store, rotating, column), /is not a sealed value/)
})

test('a column whose rows have a key of one column is read in batches too', async (t) => {
  const { store } = await startRows(t)
  const keys = sealedColumn({
    what: 'keys',
    table: 'signing_key',
    key: ['kid'],
    column: 'sealed_private_key',
    purposes: ({ kid }) => [`key ${kid}`],
  })
  const insert = store.prepare((db, p: { kid: string; sealed: Uint8Array }) =>
    db.insertInto('signing_key').values({
      algorithm: 'ES256',
      public_jwk: '{}',
      created_at: 0,
      signs_from: 0,
      removed_from: 1,
      published: 1,
      kid: p.kid,
      sealed_private_key: p.sealed,
    }),
  )
  await store.write(async (tx) => {
    for (let each = 0; each < 201; each += 1) {
      const kid = `kid ${each}`
      await insert.run(tx, { kid, sealed: former.seal(`key ${kid}`, Buffer.from(kid)) })
    }
  })
  assert.deepEqual(await resealColumn(store, rotating, keys), { what: 'keys', resealed: 201, unopened: 0 })
  const all = store.prepare((db, _: object) => db.selectFrom('signing_key').selectAll())
  for (const { kid, sealed_private_key } of await all.all(store.reader, {})) {
    assert.equal(current.open(`key ${kid}`, sealed_private_key).toString(), kid)
  }
})

test('after a scrub nothing that a former key sealed is in the files', async (t) => {
  const { folder, store, add } = await startRows(t)
  await add(former, 7, 'a')
  const all = store.prepare((db, _: object) => db.selectFrom('gateway_account').select('sealed_settings'))
  const before = Buffer.from((await all.first(store.reader, {}))?.sealed_settings ?? [])
  const isInFiles = () =>
    readdirSync(folder).some((file) => readFileSync(join(folder, file)).includes(before))
  assert.ok(isInFiles())
  await resealColumn(store, rotating, column)
  await store.scrub()
  assert.ok(!isInFiles())
})

test('keys that open something are those of the data, whatever else does not open', async (t) => {
  const { store, add } = await startRows(t)
  const foreign = createSealer(Buffer.alloc(32, 9), systemRandom)
  const empty = sealedColumn({
    what: 'keys',
    table: 'signing_key',
    key: ['kid'],
    column: 'sealed_private_key',
    purposes: ({ kid }) => [String(kid)],
  })
  await requireOpening(store, foreign, [empty, column])
  for (let row = 0; row < 101; row += 1) await add(former, 7, `a${row}`)
  await assert.rejects(requireOpening(store, current, [empty, column]), { name: 'NotSealedHere' })
  await add(current, 8, 'last')
  await requireOpening(store, current, [empty, column])
  await requireOpening(store, rotating, [column])
})

test('what is no sealed value does not speak against the keys', async (t) => {
  const { store, add } = await startRows(t)
  await add(former, 7, 'a')
  const spoil = store.prepare((db, _: object) =>
    db.updateTable('gateway_account').set({ sealed_settings: Buffer.from('no sealed value') }),
  )
  await store.write((tx) => spoil.run(tx, {}))
  await requireOpening(store, current, [column])
})
