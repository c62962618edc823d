import assert from 'node:assert/strict'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, type TestContext, test } from 'node:test'
import { makeTestFolder } from '../../../test/harness/test-folder.ts'
import { query, startPostgres, type TestPostgres } from '../../../test/harness/test-postgres.ts'
import { openSqlite } from '../sqlite.ts'
import { copyRows, differing } from './copy-rows.ts'
import { createRowTarget, openRowSource } from './open-places.ts'
import { readTables } from './read-tables.ts'
import { createSqliteTarget } from './sqlite-target.ts'

let postgres: TestPostgres
before(async () => {
  postgres = await startPostgres()
})
after(() => postgres.stop())

const latest = async (file: string): Promise<readonly string[]> => {
  await (await openSqlite(file)).close()
  const source = await openRowSource({ file })
  await source.close()
  return source.migrations
}

/** Texts whose order, or whose form on the way, is not the same everywhere. */
const oddTexts = [
  'a',
  'B',
  'ä',
  'Z',
  'z',
  '',
  ' ',
  '\\',
  '"',
  "'",
  '{,}',
  'NULL',
  '\\x41',
  'é',
  'e\u0301',
  '😀',
  '\uffff',
  '\n',
]

async function startOdd(t: TestContext) {
  const folder = makeTestFolder('tonegate-copy')
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'from.db')
  const migrations = await latest(file)
  const database = new DatabaseSync(file)
  const account = database.prepare(
    'INSERT INTO account (id, name, production, created_at) VALUES (?, ?, 0, ?)',
  )
  for (const [at, name] of oddTexts.entries()) account.run(at + 1, name, 2 ** 53 - 1 - at)
  const count = database.prepare('INSERT INTO message_count (counter, began_at, messages) VALUES (?, ?, 1)')
  for (const bytes of [[], [0], [0, 0], [0xff], [0x7f], [0x80, 1], [0x5c, 0x78]])
    count.run(Buffer.from(bytes), -5)
  database.close()
  return { folder, from: { file }, migrations }
}

test('rows are the same on either engine, however odd their values, and in the same order', async (t) => {
  const { folder, from, migrations } = await startOdd(t)
  const there = { url: `${postgres.url}/postgres`, schema: 'odd' }
  const back = { file: join(folder, 'back.db') }
  const copy = async (one: typeof from | typeof there, other: typeof from | typeof there) => {
    const source = await openRowSource(one)
    const sums = await copyRows(source, await createRowTarget(other, migrations), {})
    await source.close()
    const copied = await openRowSource(other)
    assert.deepEqual(await readTables(copied, {}), sums)
    assert.deepEqual(copied.migrations, migrations)
    await copied.close()
    return sums
  }
  const sums = await copy(from, there)
  assert.equal(sums.find(({ table }) => table === 'account')?.rows, oddTexts.length)
  assert.equal(sums.find(({ table }) => table === 'message_count')?.rows, 7)
  assert.deepEqual(await copy(there, back), sums)
  await query(there.url, "UPDATE odd.account SET name = 'other' WHERE id = 3")
  const changed = await openRowSource(there)
  assert.deepEqual(differing(sums, await readTables(changed, {})), ['account'])
  await changed.close()
})

test('a target of an older version has the tables of that version; of a newer one there is none', async (t) => {
  const { folder, migrations } = await startOdd(t)
  const file = join(folder, 'older.db')
  await (await createSqliteTarget(file, migrations.slice(0, 3))).finish()
  const source = await openRowSource({ file })
  assert.deepEqual(source.migrations, migrations.slice(0, 3))
  assert.ok(!source.tables.some(({ name }) => name === 'kept_card'))
  await source.close()
  assert.deepEqual(await latest(file), migrations)
  const newer = join(folder, 'newer.db')
  await assert.rejects(createSqliteTarget(newer, [...migrations, '9999-later']))
  await assert.rejects(createSqliteTarget(newer, migrations.slice(1)))
  assert.ok(!existsSync(newer))
})

for (const engine of ['SQLite', 'PostgreSQL'] as const) {
  test(`a copy to ${engine} that cannot be finished leaves nothing`, async (t) => {
    const { folder, from, migrations } = await startOdd(t)
    const place =
      engine === 'SQLite'
        ? { file: join(folder, 'to.db') }
        : { url: `${postgres.url}/postgres`, schema: 'unfinished' }
    const source = await openRowSource(from)
    const failing = {
      take({ name }: { readonly name: string }) {
        if (name === 'message_count') throw new Error('Enough.')
      },
    }
    await assert.rejects(copyRows(source, await createRowTarget(place, migrations), failing), /Enough/)
    await source.close()
    if ('file' in place) {
      const left = readdirSync(dirname(place.file)).filter((name) => name.startsWith('to'))
      return assert.deepEqual(left, [])
    }
    const { rows } = await query(place.url, "SELECT 1 FROM pg_namespace WHERE nspname = 'unfinished'")
    assert.deepEqual(rows, [])
  })
}

test('a row that refers to one that is not there is not copied', async (t) => {
  const { folder, from, migrations } = await startOdd(t)
  const database = new DatabaseSync(from.file)
  database.exec(`PRAGMA foreign_keys = OFF;
    INSERT INTO client_secret (id, client_id, sha256, created_at) VALUES ('one', 'nobody', x'00', 1)`)
  database.close()
  for (const place of [
    { file: join(folder, 'to.db') },
    { url: `${postgres.url}/postgres`, schema: 'referring' },
  ]) {
    const source = await openRowSource(from)
    await assert.rejects(
      copyRows(source, await createRowTarget(place, migrations), {}),
      /client_secret.* (?:refers|violates)|refers to a row/,
    )
    await source.close()
  }
})
