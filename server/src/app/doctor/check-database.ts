import type { Region } from '../../base/region.ts'
import { NotSealedHere, type Sealer } from '../../base/seal.ts'
import type { ExaminedPoint } from '../../cli/tools.ts'
import type { Config } from '../../config/config.ts'
import { openRowSource } from '../../store/backup/open-places.ts'
import { isDatabaseThere } from '../../store/is-database-there.ts'
import { areKnown, isUpToDate } from '../../store/migrate.ts'
import { openStore } from '../../store/open-store.ts'
import { requireOpening } from '../../store/reseal.ts'
import type { Store } from '../../store/store.ts'
import { asDatabaseFault, DatabaseFault } from '../databases/database-fault.ts'
import { DatabaseMissing, requireDatabases } from '../databases/known-databases.ts'
import { createOwnRegion, OtherRegion } from '../databases/own-region.ts'
import { describePlace, storeOf } from '../region-storage.ts'
import { sealedColumns } from '../sealed-columns.ts'
import { inOrder, toConsider, wrong } from './point.ts'

/**
 * Whether a region's database is there and can be worked on. Nothing is made, and nothing migrated.
 *
 * @param look at what is in it, where it can be read.
 */
export async function checkDatabase(
  region: Pick<Region, 'name'>,
  config: Config,
  sealer: Sealer,
  look: (store: Store) => Promise<readonly ExaminedPoint[]>,
): Promise<readonly ExaminedPoint[]> {
  const what = `database ${region.name}`
  const place = storeOf(region.name, config)
  try {
    await requireDatabases([region.name], config)
    if ((await isDatabaseThere(place)) !== 'there')
      return [toConsider(what, `${describePlace(place)} does not exist yet; the first start creates it`)]
    const state = await migrationState(place)
    if (state === 'newer')
      return [wrong(what, `${describePlace(place)} is of a newer version of Tonegate than this one`)]
    if (state === 'older')
      return [
        toConsider(
          what,
          `${describePlace(place)} is of an older version; the next start of the server brings it up to date`,
        ),
      ]
    const store = await openStore(place)
    try {
      await createOwnRegion(store).require(region.name, describePlace(place))
      await store.requireWritable()
      await requireOpening(store, sealer, sealedColumns(region))
      const detail = `${describePlace(place).replace(/^The (?:database )?/, '')}: of this version, and opens with the sealing key`
      return [inOrder(what, detail), ...(await look(store))]
    } finally {
      await store.close()
    }
  } catch (cause) {
    const error = asDatabaseFault(cause, region.name, config)
    if (error instanceof NotSealedHere)
      return [
        wrong(
          what,
          `Nothing in ${describePlace(place).replace(/^The/, 'the')} opens with the sealing key: it was made with another one`,
        ),
      ]
    if (error instanceof DatabaseFault || error instanceof DatabaseMissing || error instanceof OtherRegion)
      return [wrong(what, error.message)]
    throw error
  }
}

async function migrationState(place: ReturnType<typeof storeOf>): Promise<'same' | 'older' | 'newer'> {
  const source = await openRowSource(place)
  await source.close()
  if (isUpToDate(source.migrations)) return 'same'
  return areKnown(source.migrations) ? 'older' : 'newer'
}
