import { existsSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { openDatabase } from '../embedded/database.ts'
import { migrationsIn } from '../sqlite.ts'
import { asStoreFailure } from '../store-unavailable.ts'
import { defaultLockPatience } from '../when-unlocked.ts'
import { batchRows, type CopiedTable, inOrder, isCopied, type Row, type RowSource } from './rows.ts'

/**
 * The rows of a database file as they are at this moment, while a server may be writing it: one read transaction holds
 * them, and stops no writer.
 *
 * @throws {StoreUnavailable} when the file cannot be read, or is damaged.
 */
export function openSqliteSource(file: string): RowSource {
  if (!existsSync(file)) throw new Error(`The database ${file} does not exist.`)
  const database = readable(() => openDatabase(file, { readOnly: true, timeout: defaultLockPatience }))
  try {
    return readable(() => sourceOn(database))
  } catch (error) {
    database.close()
    throw error
  }
}

/** Each page is read once: what is mapped would only count as memory of this process. */
function sourceOn(database: DatabaseSync): RowSource {
  database.exec('PRAGMA mmap_size = 0; BEGIN')
  const tables = tablesIn(database)
  return {
    migrations: migrationsIn(database),
    tables,
    count: async () => tables.reduce((sum, { name }) => sum + rowsIn(database, name), 0),
    async *rows(table) {
      yield* rowsOf(database, table)
    },
    finish: async () => {},
    close: async () => database.close(),
  }
}

function tablesIn(database: DatabaseSync): readonly CopiedTable[] {
  const names = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all()
  const columns = database.prepare('SELECT name, pk FROM pragma_table_info(?) ORDER BY name')
  const references = database.prepare('SELECT DISTINCT "table" AS other FROM pragma_foreign_key_list(?)')
  const tables = names
    .map(({ name }) => String(name))
    .filter(isCopied)
    .map((name) => {
      const found = columns.all(name)
      const key = found.filter(({ pk }) => Number(pk) > 0).sort((a, b) => Number(a.pk) - Number(b.pk))
      return {
        name,
        columns: found.map((column) => String(column.name)),
        key: key.map((column) => String(column.name)),
        refersTo: references.all(name).map(({ other }) => String(other)),
      }
    })
  return inOrder(tables)
}

const rowsIn = (database: DatabaseSync, table: string): number =>
  readable(() => Number(database.prepare(`SELECT count(*) AS rows FROM ${quote(table)}`).get()?.rows))

function* rowsOf(database: DatabaseSync, { name, columns, key }: CopiedTable): Generator<readonly Row[]> {
  const statement = readable(() =>
    database.prepare(`SELECT ${list(columns)} FROM ${quote(name)} ORDER BY ${list(key)}`),
  )
  statement.setReturnArrays(true)
  const found = statement.iterate() as unknown as Iterator<Row>
  for (;;) {
    const rows = readable(() => take(found))
    if (rows.length > 0) yield rows
    if (rows.length < batchRows) return
  }
}

function take(found: Iterator<Row>): readonly Row[] {
  const rows: Row[] = []
  while (rows.length < batchRows) {
    const next = found.next()
    if (next.done) break
    rows.push(next.value)
  }
  return rows
}

function readable<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw asStoreFailure(error)
  }
}

/** As both engines quote a name. */
export const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`

export const list = (names: readonly string[]): string => names.map(quote).join(', ')
