import { existsSync } from 'node:fs'
import { Refused } from '../../cli/refused.ts'
import type { StorePlace } from '../../store/open-store.ts'
import type { DatabaseParts } from './database-parts.ts'
import { requireNotMoved } from './moved-databases.ts'

/**
 * Makes sure that a file which is to be read is there: SQLite would make an empty one. A schema says so itself.
 *
 * @throws {Refused} when it is not.
 * @throws {RegionMoved} when it has moved.
 */
export function requireThere({ name, config }: DatabaseParts, place: StorePlace): void {
  if (!('file' in place)) return
  requireNotMoved(name, config.dataFolder)
  if (existsSync(place.file)) return
  throw new Refused(`The database ${place.file} does not exist. TONEGATE_DATA names the data folder.`)
}
