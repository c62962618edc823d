import { prepareRecord } from '../../audit/record.ts'
import { fileFault } from '../../base/files/file-fault.ts'
import type { RowSource } from '../../store/backup/rows.ts'
import { areKnown, isUpToDate } from '../../store/migrate.ts'
import { NewerDatabase } from '../../store/newer-database.ts'
import { openStore, type StorePlace } from '../../store/open-store.ts'
import { StoreUnavailable } from '../../store/store-unavailable.ts'
import type { DatabaseParts } from './database-parts.ts'

interface Made {
  readonly place: StorePlace
  readonly source: Pick<RowSource, 'migrations'>
  readonly file: string
}

/**
 * Writes to the audit log that all data was copied to a file. A database that cannot be written, whose disk is full or whose
 * user may only read, is backed up all the same; one of an older version is not migrated for this.
 *
 * @returns why there is no entry; null where there is one.
 */
export async function recordBackup(
  { name, clock }: DatabaseParts,
  { place, source, file }: Made,
): Promise<string | null> {
  if (areKnown(source.migrations) && !isUpToDate(source.migrations))
    return 'the database is of an older version'
  try {
    const store = await openStore(place)
    try {
      const record = prepareRecord({ store, clock })
      const target = { kind: 'database', id: name }
      await store.write((tx) =>
        record(tx, { action: 'database.backup', target, account: null, details: { file } }),
      )
      return null
    } finally {
      await store.close()
    }
  } catch (error) {
    if (error instanceof NewerDatabase) return 'the database is of a newer version'
    if (error instanceof StoreUnavailable) return error.reason
    if (error instanceof Error && 'syscall' in error) return fileFault(error)
    throw error
  }
}
