import type { SessionBook } from '../base/session-names.ts'
import type { Config } from '../config/config.ts'
import type { BrowserAssets } from '../http/browser-assets.ts'
import type { RegionMeters } from '../metrics/metrics.ts'
import type { Peers } from '../nodes/peers.ts'
import type { Sandbox } from '../sandbox/create-sandbox.ts'
import type { StoreParts } from '../store/parts.ts'

/** What the API and the vault of a region are made of. */
export interface RegionParts extends StoreParts, Partial<RegionMeters> {
  readonly config: Config
  /** What makes the lines of {@link log} bear both names of a payment. */
  readonly book: SessionBook
  readonly assets: BrowserAssets
  /** The other nodes; absent where there can be none. */
  readonly peers?: Peers
  /** Absent in production. */
  readonly sandbox?: Sandbox
}
