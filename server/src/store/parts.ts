import type { Parts } from '../base/parts.ts'
import type { Store } from './store.ts'

/** {@link Parts}, and the region's store: for rooms that may read and write it. */
export interface StoreParts extends Parts {
  readonly store: Store
}
