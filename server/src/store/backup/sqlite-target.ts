import { closeSync, fsyncSync, openSync, rmSync } from 'node:fs'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { kyselyOn } from '../embedded/kysely-on.ts'
import { migrateTo } from '../migrate.ts'
import { asStoreFailure } from '../store-unavailable.ts'
import { type CopiedTable, isCopied, type RowTarget } from './rows.ts'
import { list, quote } from './sqlite-source.ts'

/**
 * A new database file with the tables that these migrations make, and no rows. It is written without a journal: only a
 * finished one is of use.
 *
 * @throws {Error} when the file is there already, or a migration is of a newer version.
 */
export async function createSqliteTarget(file: string, migrations: readonly string[]): Promise<RowTarget> {
  closeSync(openSync(file, 'wx', 0o600))
  const database = new DatabaseSync(file)
  const discard = async () => {
    if (database.isOpen) database.close()
    rmSync(file, { force: true })
    rmSync(`${file}-journal`, { force: true })
  }
  try {
    database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; BEGIN')
    await migrateTo(kyselyOn(database), migrations)
    emptyTables(database)
  } catch (error) {
    await discard()
    throw asStoreFailure(error)
  }
  const statements = new Map<string, StatementSync>()
  const statementFor = ({ name, columns }: CopiedTable): StatementSync => {
    const known = statements.get(name) ?? database.prepare(insertInto(name, columns))
    statements.set(name, known)
    return known
  }
  return {
    async insert(table, rows) {
      try {
        const statement = statementFor(table)
        for (const row of rows) statement.run(...(row as readonly SQLInputValue[]))
      } catch (error) {
        throw asStoreFailure(error)
      }
    },
    async finish() {
      try {
        finish(database, file)
      } catch (error) {
        throw asStoreFailure(error)
      }
    },
    discard,
  }
}

const insertInto = (name: string, columns: readonly string[]): string =>
  `INSERT INTO ${quote(name)} (${list(columns)}) VALUES (${columns.map(() => '?').join(', ')})`

/** Of what migrations have put into them. */
function emptyTables(database: DatabaseSync): void {
  for (const { name } of database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all()) {
    if (isCopied(String(name))) database.exec(`DELETE FROM ${quote(String(name))}`)
  }
}

function finish(database: DatabaseSync, file: string): void {
  database.exec('COMMIT')
  const [fault] = database.prepare('PRAGMA foreign_key_check').all()
  if (fault) throw new Error(`A row of ${fault.table} refers to a row of ${fault.parent} that is not there.`)
  database.close()
  const handle = openSync(file, 'r+')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
