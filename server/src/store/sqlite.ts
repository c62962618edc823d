import { chmodSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { createGroupCommit } from './commit/group-commit.ts'
import { openDatabase } from './embedded/database.ts'
import { kyselyOn } from './embedded/kysely-on.ts'
import { sqliteCompiler } from './embedded/sqlite-compiler.ts'
import { createSqliteReader } from './embedded/sqlite-reader.ts'
import { SqliteWriter } from './embedded/sqlite-writer.ts'
import { isUpToDate, migrate } from './migrate.ts'
import { newNodeId } from './nodes/node-id.ts'
import { prepareStatement } from './prepare.ts'
import { prepareProbe } from './probe.ts'
import type { Store } from './store.ts'
import type { StoreMeter } from './store-meter.ts'
import { asStoreFailure } from './store-unavailable.ts'
import type { WatchStore } from './watch-store.ts'
import { defaultLockPatience, whenUnlocked } from './when-unlocked.ts'

/**
 * Opens a region's database in a file, made and migrated when it has to be. What writes it is a thread of its own.
 *
 * @param watch hears whether what was to be written is on disk, and of what could not be read.
 * @param lockPatience milliseconds that another program's lock is waited for.
 * @param meter counts what is written.
 * @throws {StoreUnavailable} when the file cannot be opened or written.
 * @throws {NewerDatabase} when a newer version has migrated it.
 */
export async function openSqlite(
  file: string,
  watch: WatchStore = () => {},
  lockPatience = defaultLockPatience,
  meter?: StoreMeter,
): Promise<Store> {
  try {
    await makeReady(file, lockPatience)
    return await openFile(file, { watch, lockPatience, meter })
  } catch (error) {
    throw asStoreFailure(error)
  }
}

interface FileOptions {
  readonly watch: WatchStore
  readonly lockPatience: number
  readonly meter: StoreMeter | undefined
}

async function openFile(file: string, { watch, lockPatience, meter }: FileOptions): Promise<Store> {
  const writer = await SqliteWriter.open(file, lockPatience)
  const database = openDatabase(file, { readOnly: true, timeout: 0 })
  const groups = createGroupCommit(writer, watch, meter)
  const prepare: Store['prepare'] = (build) => prepareStatement(sqliteCompiler, build)
  const probe = prepareProbe(prepare)
  return {
    nodeId: newNodeId(),
    isShared: false,
    reader: createSqliteReader(database, { lockPatience, failed: watch }),
    prepare,
    prepareJoined: (build) => prepareStatement(sqliteCompiler, build, 'joined'),
    write: groups.write,
    requireWritable: () => groups.write(probe),
    lost: writer.lost,
    scrub: () => whenUnlocked(() => groups.between(() => writer.checkpoint()), lockPatience),
    async close() {
      await groups.idle()
      if (database.isOpen) database.close()
      await writer.close()
    },
  }
}

/** Makes the file where it is not there, and brings it to the tables of this version. */
async function makeReady(file: string, lockPatience: number): Promise<void> {
  const database = openDatabase(file, { readOnly: false, timeout: lockPatience })
  try {
    chmodSync(file, 0o600)
    if (!isUpToDate(migrationsIn(database)))
      await inOneTransaction(database, () => migrate(kyselyOn(database)))
  } finally {
    database.close()
  }
}

/** The names of the migrations that a file has had; none for a new one. */
export function migrationsIn(database: DatabaseSync): readonly string[] {
  const table = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'kysely_migration'").get()
  const rows = table ? database.prepare('SELECT name FROM kysely_migration ORDER BY name').all() : []
  return rows.map(({ name }) => String(name))
}

/** All of the migrations that a file lacks, or none: a process that dies in the middle leaves the file as it was. */
async function inOneTransaction(database: DatabaseSync, migrations: () => Promise<void>): Promise<void> {
  database.exec('BEGIN IMMEDIATE')
  try {
    await migrations()
    database.exec('COMMIT')
  } catch (error) {
    // A full disk has rolled it back already.
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}
