import type { MadeSafe } from '../../cli/databases.ts'
import { Refused } from '../../cli/refused.ts'
import { openStore, type StorePlace } from '../../store/open-store.ts'
import type { DatabaseParts } from './database-parts.ts'
import { holdPlace } from './hold-place.ts'
import { makeSafe } from './make-safe.ts'
import { requireThere } from './require-there.ts'

/**
 * Makes a database safe that was restored as it was, or brought back in another way.
 *
 * @throws {Refused} when there is none, or it is being served.
 * @throws {FolderNotLocked} when a server has the data folder.
 */
export async function makeRestoredSafe(parts: DatabaseParts, place: StorePlace): Promise<MadeSafe> {
  requireThere(parts, place)
  await using held = await holdPlace(parts.name, place, parts)
  if (held.holds === 'nothing') throw new Refused(`The database has no region ${parts.name}.`)
  const store = await openStore(place)
  try {
    return await makeSafe({ ...parts, store })
  } finally {
    await store.close()
  }
}
