import { chmodSync } from 'node:fs'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { Kysely, type SqliteDatabase, SqliteDialect } from 'kysely'
import { createGroupCommit, type Writer } from './group-commit.ts'
import { isUpToDate, migrate } from './migrate.ts'
import { prepareStatement } from './prepare.ts'
import { prepareProbe } from './probe.ts'
import { type ExecutedRows, type Store, UniqueViolation } from './store.ts'
import { asStoreFailure, lockedBy, StoreUnavailable } from './store-unavailable.ts'
import type { Tables } from './tables.ts'
import type { WatchStore } from './watch-store.ts'
import { defaultLockPatience, whenUnlocked } from './when-unlocked.ts'

/**
 * Opens a region's database in a file, made and migrated when it has to be. WAL with `synchronous=FULL`: what
 * was answered survives a crash of the process and of the machine. `secure_delete` overwrites what is deleted.
 *
 * @param watch hears whether what was to be written is on disk, and of what could not be read.
 * @param lockPatience milliseconds that another program's lock is waited for.
 * @throws {StoreUnavailable} when the file cannot be opened or written.
 * @throws {Error} when it was written by a newer version.
 */
export async function openSqlite(
  file: string,
  watch: WatchStore = () => {},
  lockPatience = defaultLockPatience,
): Promise<Store> {
  try {
    return await openFile(file, watch, lockPatience)
  } catch (error) {
    throw asStoreFailure(error)
  }
}

async function openFile(file: string, watch: WatchStore, lockPatience: number): Promise<Store> {
  const database = open(file, { readOnly: false, timeout: lockPatience })
  chmodSync(file, 0o600)
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: asKyselyExpects(database) }) })
  if (!isUpToDate(migrationsIn(database))) await inOneTransaction(database, () => migrate(db))
  database.exec('PRAGMA busy_timeout = 0')
  const readerDatabase = open(file, { readOnly: true, timeout: lockPatience })
  const writer = connection(database, { lockPatience })
  const reader = connection(readerDatabase, { lockPatience, failed: watch })
  const groups = createGroupCommit(writer, watch)
  const probe = prepareProbe((build) => prepareStatement(db, build))
  return {
    reader,
    prepare: (build) => prepareStatement(db, build),
    write: groups.write,
    requireWritable: () => groups.write(probe),
    scrub: () => whenUnlocked(() => groups.between(() => checkpoint(database)), lockPatience),
    async close() {
      await groups.idle()
      readerDatabase.close()
      optimize(database)
      database.close()
    },
  }
}

/** @throws {StoreUnavailable} while another program reads or writes: then some of it is still in the files. */
function checkpoint(database: DatabaseSync): void {
  let outcome: Record<string, unknown> | undefined
  try {
    outcome = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()
  } catch (error) {
    throw asStoreFailure(error)
  }
  if (outcome?.busy !== 0) throw lockedBy('the write-ahead log is in use')
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

/** The part of the file that is read without a copy. SQLite maps no more than these 2 GiB. */
const maxMappedBytes = 2 ** 31

function open(
  file: string,
  { readOnly, timeout }: { readonly readOnly: boolean; readonly timeout: number },
): DatabaseSync {
  const database = new DatabaseSync(file, { readOnly, timeout })
  database.exec(
    readOnly
      ? `PRAGMA mmap_size = ${maxMappedBytes}`
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

function connection(
  database: DatabaseSync,
  {
    lockPatience,
    failed = () => {},
  }: {
    readonly lockPatience: number
    /** Hears of what a statement could not do. */
    readonly failed?: (failure: StoreUnavailable) => void
  },
): Writer {
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
    begin: () => whenUnlocked(() => exec('BEGIN IMMEDIATE'), lockPatience),
    async execute(compiled, parameters): Promise<ExecutedRows> {
      const values = parameters as SQLInputValue[]
      try {
        const statement = statementFor(compiled.sql)
        if (compiled.returnsRows) return { rows: statement.all(...values), changes: 0 }
        return { rows: [], changes: Number(statement.run(...values).changes) }
      } catch (error) {
        if (isUniqueViolation(error)) throw new UniqueViolation(error)
        const failure = asStoreFailure(error)
        if (failure instanceof StoreUnavailable) failed(failure)
        throw failure
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
