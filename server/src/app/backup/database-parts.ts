import type { Parts } from '../../base/parts.ts'
import type { RegionName } from '../../base/region.ts'
import type { BeginBar } from '../../base/text/progress-bar.ts'
import type { Config } from '../../config/config.ts'
import type { BreakOff } from './break-off.ts'

/** What the operations on a region's database as a whole are made of. */
export type DatabaseParts = Pick<Parts, 'region' | 'sealer' | 'clock' | 'random'> & {
  readonly name: RegionName
  readonly config: Config
  readonly beginBar: BeginBar
  /** Lets other processes go first from then on. */
  readonly giveWay: () => void
  readonly breakOff: Pick<BreakOff, 'begin'>
}
