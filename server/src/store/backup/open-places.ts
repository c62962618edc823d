import type { StorePlace } from '../open-store.ts'
import { openPostgresSource } from './postgres-source.ts'
import { createPostgresTarget } from './postgres-target.ts'
import type { RowSource, RowTarget } from './rows.ts'
import { openSqliteSource } from './sqlite-source.ts'
import { createSqliteTarget } from './sqlite-target.ts'

/** The rows of a database, wherever it is. @throws {StoreUnavailable} when it cannot be read. */
export const openRowSource = async (place: StorePlace): Promise<RowSource> =>
  'file' in place ? openSqliteSource(place.file) : openPostgresSource(place)

/** A new database, wherever it is to be. @throws {StoreUnavailable} when it cannot be written. */
export const createRowTarget = (place: StorePlace, migrations: readonly string[]): Promise<RowTarget> =>
  'file' in place ? createSqliteTarget(place.file, migrations) : createPostgresTarget(place, migrations)
