import type { Parts } from '../../base/parts.ts'
import type { RegionName } from '../../base/region.ts'
import type { Config } from '../../config/config.ts'
import type { ProgressStream } from './progress.ts'

/** What the operations on a region's database as a whole are made of. */
export type DatabaseParts = Pick<Parts, 'region' | 'sealer' | 'clock' | 'random'> & {
  readonly name: RegionName
  readonly config: Config
  readonly progress: ProgressStream
  /** Lets other processes go first from then on. */
  readonly giveWay: () => void
}
