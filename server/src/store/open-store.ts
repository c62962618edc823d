import { openPostgres } from './postgres.ts'
import { openSqlite } from './sqlite.ts'
import type { Store } from './store.ts'
import type { StoreMeter } from './store-meter.ts'
import type { WatchStore } from './watch-store.ts'

/** Where a region's database is: in a file of its own, or in a schema of a database that several processes work on. */
export type StorePlace = { readonly file: string } | { readonly url: string; readonly schema: string }

/**
 * Opens a region's database, made and migrated when it has to be.
 *
 * @param watch hears whether what was to be written is on disk, and of what could not be read.
 * @param patience milliseconds that another program's lock, or a lost connection, is waited for.
 * @param meter counts what is written.
 * @throws {StoreUnavailable} when it cannot be opened or written.
 * @throws {NewerDatabase} when a newer version has migrated it.
 */
export const openStore = (
  place: StorePlace,
  watch?: WatchStore,
  patience?: number,
  meter?: StoreMeter,
): Promise<Store> =>
  'file' in place
    ? openSqlite(place.file, watch, patience, meter)
    : openPostgres(place, watch, patience, meter)
