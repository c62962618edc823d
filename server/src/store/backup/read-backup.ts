import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync, statSync } from 'node:fs'
import {
  type BackupEnd,
  type BackupHeader,
  BackupUnusable,
  formatVersion,
  gzipBeginning,
} from './backup-file.ts'
import { changed, cutShort, type LineReader, readLines } from './read-lines.ts'
import type { TableSum } from './read-tables.ts'
import { rowOf } from './row-lines.ts'
import { batchRows, type CopiedTable, isCopied, type Row, type RowSource } from './rows.ts'

/** A backup, read from its first line to its last. */
export interface OpenBackup {
  readonly header: BackupHeader
  readonly source: RowSource
}

/**
 * Opens a backup. What its rows come to is compared with what it says of them as they are read, and that it is whole when
 * they have been.
 *
 * @throws {BackupUnusable} when it is none, of a newer version, cut short or changed; also while rows are read.
 * @throws what `fs` throws.
 */
export async function openBackup(file: string): Promise<OpenBackup> {
  requireBeginning(file)
  const reader = readLines(file)
  const header = readHeader((await reader.next(maxHeaderCharacters)) ?? '')
  let tablesRead = 0
  return {
    header,
    source: {
      migrations: header.migrations,
      tables: header.tables,
      share: reader.share,
      async *rows(table) {
        yield* rowsOf(reader, table)
        tablesRead += 1
      },
      async finish() {
        if (tablesRead !== header.tables.length) throw new Error('Not all tables of the backup were read.')
        await requireEnd(reader)
      },
      close: async () => reader.close(),
    },
  }
}

/** Nothing that gzip ignores may be in it either. */
function requireBeginning(file: string): void {
  if (statSync(file).isDirectory()) throw Object.assign(new Error('It is a folder.'), { code: 'EISDIR' })
  const bytes = Buffer.alloc(gzipBeginning.length)
  const handle = openSync(file, 'r')
  try {
    readSync(handle, bytes)
  } finally {
    closeSync(handle)
  }
  if (!bytes.equals(gzipBeginning)) throw new BackupUnusable('is not a backup, or was changed')
}

/** Of some forty tables, with as much again as there may ever be. */
const maxHeaderCharacters = 1024 * 1024

/** @throws {BackupUnusable} when this version cannot read what follows. */
function readHeader(line: string): BackupHeader {
  const header = jsonOf(line) as Partial<Record<keyof BackupHeader, unknown>> | undefined
  if (typeof header?.format !== 'number') throw new BackupUnusable('is not a backup')
  if (header.format > formatVersion) {
    const version = isOf(programPattern)(header.program) ? `, ${header.program}` : ''
    throw new BackupUnusable(
      `was written by a newer version of Tonegate${version}: use that version or a later one`,
    )
  }
  if (header.format !== formatVersion || !isHeader(header)) throw changed()
  return header
}

const isOf = (pattern: RegExp) => (value: unknown) => typeof value === 'string' && pattern.test(value)

const programPattern = /^[\w.+-]{1,100}$/
const isName = isOf(/^\w{1,100}$/)

/** What it says is shown and asked for: it is what was written, and nothing else that would fit into a line. */
function isHeader(header: Partial<Record<keyof BackupHeader, unknown>>): header is BackupHeader {
  const { program, region, createdAt, engine, sealingKeys, migrations, tables } = header
  return (
    [
      isOf(programPattern)(program),
      isOf(/^[a-z]{1,10}$/)(region),
      isOf(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)(createdAt),
      engine === 'SQLite' || engine === 'PostgreSQL',
    ].every(Boolean) &&
    areAll(sealingKeys, isOf(/^[0-9a-f]{16}$/)) &&
    areAll(migrations, isOf(/^[\w-]{1,100}$/)) &&
    areAll<CopiedTable>(tables, isTable) &&
    new Set(tables.map(({ name }) => name)).size === tables.length
  )
}

const isTable = (table: unknown): boolean => {
  const { name, columns, key } = (table ?? {}) as Partial<Record<keyof CopiedTable, unknown>>
  return isName(name) && isCopied(String(name)) && areAll(columns, isName) && areAll(key, isName)
}

/** Whether there are some, and each is one. */
const areAll = <T>(values: unknown, is: (value: unknown) => boolean): values is readonly T[] =>
  Array.isArray(values) && values.length > 0 && values.every(is)

/** The rows of a table up to the line that says what they come to. */
async function* rowsOf(reader: LineReader, table: CopiedTable): AsyncGenerator<readonly Row[]> {
  const sha256 = createHash('sha256')
  let count = 0
  let rows: Row[] = []
  for (;;) {
    const line = await reader.next()
    if (line === undefined) throw cutShort()
    if (!line.startsWith('[')) {
      requireSum(line, { table: table.name, rows: count, sha256: sha256.digest('hex') })
      break
    }
    sha256.update(line).update('\n')
    rows.push(readRow(line, table))
    count += 1
    if (rows.length === batchRows) {
      yield rows
      rows = []
    }
  }
  if (rows.length > 0) yield rows
}

function readRow(line: string, { columns }: CopiedTable): Row {
  try {
    return rowOf(line, columns.length)
  } catch (error) {
    throw changed(error)
  }
}

function requireSum(line: string, sum: TableSum): void {
  const said = jsonOf(line) as Partial<TableSum> | undefined
  const isSame = said?.table === sum.table && said.rows === sum.rows && said.sha256 === sum.sha256
  if (!isSame) throw changed()
}

/** @throws {BackupUnusable} when the last line is not there, or is not true. */
async function requireEnd(reader: LineReader): Promise<void> {
  const sha256 = reader.digest()
  const line = await reader.next()
  if (line === undefined) throw cutShort()
  const end = jsonOf(line) as Partial<BackupEnd> | undefined
  if (end?.sha256 !== sha256 || (await reader.next()) !== undefined) throw changed()
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line) ?? undefined
  } catch {
    return undefined
  }
}
