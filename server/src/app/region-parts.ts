import type { Clock } from '../base/clock.ts'
import type { NewGuid } from '../base/guid.ts'
import type { Log } from '../base/log.ts'
import type { Random } from '../base/random.ts'
import type { Region } from '../base/region.ts'
import type { Sealer } from '../base/seal.ts'
import type { SessionBook } from '../base/session-names.ts'
import type { Config } from '../config/config.ts'
import type { BrowserAssets } from '../http/browser-assets.ts'
import type { Store } from '../store/store.ts'

/** What both halves of a region are made of. */
export interface RegionParts {
  readonly region: Region
  readonly config: Config
  readonly store: Store
  readonly sealer: Sealer
  readonly clock: Clock
  readonly random: Random
  readonly newGuid: NewGuid
  readonly log: Log
  /** What makes the lines of {@link log} bear both names of a payment. */
  readonly book: SessionBook
  readonly assets: BrowserAssets
}
