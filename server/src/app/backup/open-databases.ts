import type { RegionName } from '../../base/region.ts'
import type { Databases } from '../../cli/databases.ts'
import { Refused } from '../../cli/refused.ts'
import type { Config } from '../../config/config.ts'
import { regionValue } from '../../config/regions.ts'
import { rootSealer, sealerOf, storeOf } from '../region-storage.ts'
import { backUp } from './back-up.ts'
import type { DatabaseParts } from './database-parts.ts'
import { makeRestoredSafe } from './make-restored-safe.ts'
import { move } from './move.ts'
import { restore } from './restore.ts'
import { verify } from './verify.ts'

/**
 * The operations on a region's database as a whole.
 *
 * @param asked `undefined`: the default region.
 * @throws {Refused} when it is not served here.
 */
export function openDatabases(
  config: Config,
  asked: RegionName | undefined,
  surroundings: Pick<DatabaseParts, 'clock' | 'random' | 'beginBar' | 'giveWay' | 'breakOff'>,
): Databases {
  const { random } = surroundings
  const name = asked ?? config.defaultRegion
  if (!config.regions.includes(name)) {
    throw new Refused(`The region ${name} is not served here: TONEGATE_REGIONS does not include it.`)
  }
  const region = regionValue(name, config, config.port)
  const sealer = sealerOf(name, rootSealer(config, random), random)
  const parts: DatabaseParts = { ...surroundings, config, name, region, sealer }
  const place = storeOf(name, config)
  return {
    backUp: (target) => backUp(parts, place, target),
    verify: (file) => verify(parts, file),
    restore: (file, options) => restore(parts, place, { file, ...options }),
    makeSafe: () => makeRestoredSafe(parts, place),
    move: (to) => move(parts, to),
  }
}
