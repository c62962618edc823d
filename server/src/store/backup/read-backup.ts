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
import { batchRows, type CopiedTable, type Row, type RowSource } from './rows.ts'

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
  const header = readHeader((await reader.next()) ?? '')
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

/** @throws {BackupUnusable} when this version cannot read what follows. */
function readHeader(line: string): BackupHeader {
  const header = jsonOf(line) as Partial<BackupHeader> | undefined
  if (typeof header?.format !== 'number') throw new BackupUnusable('is not a backup')
  if (header.format > formatVersion) {
    throw new BackupUnusable(
      `was written by a newer version of Tonegate, ${header.program}: use that version or a later one`,
    )
  }
  const { tables, migrations, sealingKeys } = header
  if (![tables, migrations, sealingKeys].every(Array.isArray)) throw changed()
  return header as BackupHeader
}

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
