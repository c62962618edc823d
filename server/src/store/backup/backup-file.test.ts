import assert from 'node:assert/strict'
import {
  appendFileSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { gunzipSync, gzipSync } from 'node:zlib'
import { makeTestFolder } from '../../../test/harness/test-folder.ts'
import { BackupUnusable } from './backup-file.ts'
import { openBackup } from './read-backup.ts'
import { readTables } from './read-tables.ts'
import type { CopiedTable, Row, RowSource } from './rows.ts'
import { writeBackup } from './write-backup.ts'

const table: CopiedTable = { name: 'kept', columns: ['bytes', 'id', 'text'], key: ['id'] }

const allRows: readonly Row[] = [
  [null, 1, ''],
  [Buffer.from([0, 255, 10]), 2, 'a line\nbreak, “quotes”, 😀'],
  [Buffer.alloc(0), 9_007_199_254_740_991, null],
  ...Array.from({ length: 1_200 }, (_, at): Row => [null, 10 ** 12 + at, 'more than one batch']),
]

const sourceOf = (rows: readonly Row[]): RowSource => ({
  migrations: ['0001-first'],
  tables: [table],
  async *rows() {
    yield rows
  },
  finish: async () => {},
  close: async () => {},
})

const header = {
  program: '1.2.3',
  region: 'nam',
  createdAt: '2026-01-15T09:00:00.000Z',
  engine: 'SQLite',
  sealingKeys: ['0011223344556677'],
} as const

async function written(t: TestContext) {
  const folder = makeTestFolder('tonegate-backup-file')
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'nam.jsonl.gz')
  const writing = { file, reading: {}, approve() {} }
  const sums = await writeBackup(sourceOf(allRows), header, writing)
  return { folder, file, sums, writing }
}

async function readAll(file: string): Promise<readonly Row[]> {
  const { source } = await openBackup(file)
  const rows: Row[] = []
  try {
    await readTables(source, {
      take(_, more) {
        rows.push(...more)
      },
    })
    return rows
  } finally {
    await source.close()
  }
}

test('what was written is read: every kind of value, and the header by any program for gzip', async (t) => {
  const { file, sums } = await written(t)
  assert.deepEqual(await readAll(file), allRows)
  const [first = ''] = gunzipSync(readFileSync(file)).toString().split('\n')
  assert.deepEqual(JSON.parse(first), { format: 1, ...header, migrations: ['0001-first'], tables: [table] })
  assert.deepEqual(
    sums.map(({ table: name, rows }) => [name, rows]),
    [['kept', allRows.length]],
  )
  assert.equal(statSync(file).mode & 0o777, 0o600)
})

test('a byte that is changed anywhere is noticed', async (t) => {
  const { file } = await written(t)
  const bytes = readFileSync(file)
  const osByte = 9
  for (let at = 0; at < bytes.length; at += at < 40 ? 1 : 97) {
    if (at === osByte) continue
    const changed = Buffer.from(bytes)
    changed[at] = (changed[at] ?? 0) ^ 0x10
    writeFileSync(file, changed)
    await assert.rejects(readAll(file), BackupUnusable, `byte ${at}`)
  }
})

test('a backup that was cut short is noticed, wherever', async (t) => {
  const { file } = await written(t)
  const bytes = readFileSync(file)
  for (const length of [0, 5, 20, 300, bytes.length - 9, bytes.length - 1]) {
    writeFileSync(file, bytes)
    truncateSync(file, length)
    await assert.rejects(readAll(file), BackupUnusable, `${length}`)
  }
})

test('lines that were left out, added or exchanged are noticed', async (t) => {
  const { file } = await written(t)
  const lines = gunzipSync(readFileSync(file)).toString().trimEnd().split('\n')
  const rewrite = (changed: readonly string[]) =>
    writeFileSync(file, gzipSync(`${changed.join('\n')}\n`, { level: 1 }))
  rewrite(lines)
  assert.equal((await readAll(file)).length, allRows.length)
  const [head = '', one = '', two = '', ...others] = lines
  for (const changed of [
    [head, two, ...others],
    [head, two, one, ...others],
    [head, one, one, two, ...others],
    [head, one, two, ...others.slice(0, -1)],
    [head.replace('"nam"', '"apac"'), one, two, ...others],
    [...lines, lines.at(-1) ?? ''],
  ]) {
    rewrite(changed)
    await assert.rejects(readAll(file), BackupUnusable)
  }
  rewrite(lines)
  appendFileSync(file, 'more')
  await assert.rejects(readAll(file), BackupUnusable)
})

test('a backup of a newer format says so, and what is none says that', async (t) => {
  const { file } = await written(t)
  const newer = { ...header, format: 2, program: '9.0.0' }
  writeFileSync(file, gzipSync(`${JSON.stringify(newer)}\n`, { level: 1 }))
  await assert.rejects(openBackup(file), /newer version of Tonegate, 9\.0\.0/)
  writeFileSync(file, 'Dear operator')
  await assert.rejects(openBackup(file), /is not a backup/)
})

test('a header that nobody has written so is refused, however it adds up', async (t) => {
  const { file } = await written(t)
  const whole = { ...header, format: 1, migrations: ['0001-first'], tables: [table] }
  const open = async (changes: object) => {
    writeFileSync(file, gzipSync(`${JSON.stringify({ ...whole, ...changes })}\n`, { level: 1 }))
    await (await openBackup(file)).source.close()
  }
  await open({})
  for (const changes of [
    ...[{ format: 0 }, { format: -1 }, { format: 0.5 }],
    ...[{ program: '\u001b[31m1' }, { region: '../../etc' }, { createdAt: 'now' }, { engine: 'Oracle' }],
    ...[{ sealingKeys: [] }, { sealingKeys: [{}] }, { migrations: [1] }, { migrations: 'none' }],
    ...[[null], [{}], [{ ...table, name: 'a"; --' }], [{ ...table, columns: [] }], [table, table]].map(
      (tables) => ({ tables }),
    ),
    ...['sqlite_master', 'kysely_migration', 'node'].map((name) => ({ tables: [{ ...table, name }] })),
  ]) {
    await assert.rejects(open(changes), /is damaged: it is not as it was written/, JSON.stringify(changes))
  }
  const newer = open({ format: 2, program: '\u001b[31m1' })
  await assert.rejects(newer, /^BackupUnusable: was written by a newer version of Tonegate: use that/)
})

test('a first line of more than a mebibyte is not read to its end', async (t) => {
  const { file } = await written(t)
  writeFileSync(file, gzipSync(`${'['.repeat(2 * 1024 * 1024)}\n`, { level: 1 }))
  await assert.rejects(openBackup(file), /is damaged/)
})

test('a file that is there is left as it is, and one that could not be finished leaves nothing', async (t) => {
  const { folder, file, writing } = await written(t)
  const before = readFileSync(file)
  await assert.rejects(writeBackup(sourceOf([]), header, writing), { code: 'EEXIST' })
  assert.deepEqual(readFileSync(file), before)
  const broken: RowSource = {
    ...sourceOf([]),
    async *rows() {
      yield allRows
      throw new Error('The database went away.')
    },
  }
  const other = { ...writing, file: join(folder, 'other.jsonl.gz') }
  await assert.rejects(writeBackup(broken, header, other), /went away/)
  const refused = { ...other, approve: () => assert.fail('of no use') }
  await assert.rejects(writeBackup(sourceOf(allRows), header, refused), /of no use/)
  assert.deepEqual(readdirSync(folder), ['nam.jsonl.gz'])
})
