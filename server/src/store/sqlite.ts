import { chmodSync } from 'node:fs'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { Kysely, type SqliteDatabase, SqliteDialect } from 'kysely'
import { beginWrite } from './begin-write.ts'
import { createGroupCommit, type Writer } from './group-commit.ts'
import { isUpToDate, migrate } from './migrate.ts'
import { prepareStatement } from './prepare.ts'
import { prepareProbe } from './probe.ts'
import { type ExecutedRows, type Store, UniqueViolation } from './store.ts'
import { asStoreFailure } from './store-unavailable.ts'
import type { Tables } from './tables.ts'
import type { WatchStore } from './watch-store.ts'

/**
 * Opens a region's database in a file, made and migrated when it has to be. WAL with `synchronous=FULL`: what
 * was answered survives a crash of the process and of the machine. `secure_delete` overwrites what is deleted.
 *
 * @param watch hears whether what was to be written is on disk.
 * @throws {StoreUnavailable} when the file cannot be opened or written.
 * @throws {Error} when it was written by a newer version.
 */
export async function openSqlite(file: string, watch?: WatchStore): Promise<Store> {
  try {
    return await openFile(file, watch)
  } catch (error) {
    throw asStoreFailure(error)
  }
}

async function openFile(file: string, watch: WatchStore | undefined): Promise<Store> {
  const database = open(file, false)
  chmodSync(file, 0o600)
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: asKyselyExpects(database) }) })
  if (!isUpToDate(migrationsIn(database))) await inOneTransaction(database, () => migrate(db))
  database.exec('PRAGMA busy_timeout = 0')
  const readerDatabase = open(file, true)
  const writer = connection(database)
  const reader = connection(readerDatabase)
  const groups = createGroupCommit(writer, watch)
  const probe = prepareProbe((build) => prepareStatement(db, build))
  return {
    reader,
    prepare: (build) => prepareStatement(db, build),
    write: groups.write,
    requireWritable: () => groups.write(probe),
    scrub: () => groups.between(() => checkpoint(database)),
    async close() {
      await groups.idle()
      readerDatabase.close()
      optimize(database)
      database.close()
    },
  }
}

/** Waits for whoever reads, as no write has to. */
function checkpoint(database: DatabaseSync): void {
  try {
    database.exec(`PRAGMA busy_timeout = ${patience}; PRAGMA wal_checkpoint(TRUNCATE)`)
  } catch (error) {
    throw asStoreFailure(error)
  } finally {
    database.exec('PRAGMA busy_timeout = 0')
  }
}

/** It writes what makes the next process quicker; where that finds no room, nothing is lost. */
function optimize(database: DatabaseSync): void {
  try {
    database.exec('PRAGMA optimize')
  } catch (error) {
    if (asStoreFailure(error) === error) throw error
  }
}

/** The names of the migrations that a file has had; none for a new one. */
function migrationsIn(database: DatabaseSync): readonly string[] {
  const table = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'kysely_migration'").get()
  const rows = table ? database.prepare('SELECT name FROM kysely_migration').all() : []
  return rows.map(({ name }) => String(name))
}

/** All of the migrations that a file lacks, or none: a process that dies in the middle leaves the file as it was. */
async function inOneTransaction(database: DatabaseSync, migrations: () => Promise<void>): Promise<void> {
  database.exec('BEGIN IMMEDIATE')
  try {
    await migrations()
    database.exec('COMMIT')
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}

/** Milliseconds that a lock is waited for while nothing else is to be done. */
const patience = 5000

/** The part of the file that is read without a copy. SQLite maps no more than these 2 GiB. */
const mostMappedBytes = 2 ** 31

function open(file: string, readOnly: boolean): DatabaseSync {
  const database = new DatabaseSync(file, { readOnly, timeout: patience })
  database.exec(
    readOnly
      ? `PRAGMA mmap_size = ${mostMappedBytes}`
      : 'PRAGMA journal_mode = WAL; PRAGMA secure_delete = ON',
  )
  database.exec(`
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA cache_size = -65536;
    PRAGMA temp_store = MEMORY;
    PRAGMA trusted_schema = OFF`)
  return database
}

function connection(database: DatabaseSync): Writer {
  const prepared = new Map<string, StatementSync>()
  const statementFor = (sql: string): StatementSync => {
    const known = prepared.get(sql)
    if (known) return known
    const statement = database.prepare(sql)
    prepared.set(sql, statement)
    return statement
  }
  const exec = (sql: string): void => {
    try {
      statementFor(sql).run()
    } catch (error) {
      throw asStoreFailure(error)
    }
  }
  return {
    exec,
    begin: () => beginWrite(() => exec('BEGIN IMMEDIATE')),
    async execute(compiled, parameters): Promise<ExecutedRows> {
      const values = parameters as SQLInputValue[]
      try {
        const statement = statementFor(compiled.sql)
        if (compiled.returnsRows) return { rows: statement.all(...values), changes: 0 }
        return { rows: [], changes: Number(statement.run(...values).changes) }
      } catch (error) {
        throw isUniqueViolation(error) ? new UniqueViolation(error) : asStoreFailure(error)
      }
    },
  }
}

/** SQLITE_CONSTRAINT_UNIQUE and SQLITE_CONSTRAINT_PRIMARYKEY. */
const isUniqueViolation = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && (error.errcode === 2067 || error.errcode === 1555)

/** Kysely's dialect speaks to better-sqlite3; `node:sqlite` differs in how it takes parameters. */
function asKyselyExpects(database: DatabaseSync): SqliteDatabase {
  return {
    close: () => database.close(),
    prepare(sql) {
      const statement = database.prepare(sql)
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...(parameters as SQLInputValue[])),
        run: (parameters) => statement.run(...(parameters as SQLInputValue[])),
        iterate: (parameters) => statement.iterate(...(parameters as SQLInputValue[])),
      }
    },
  }
}
