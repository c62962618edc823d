import { createGuids } from '../base/guid.ts'
import type { Parts } from '../base/parts.ts'
import type { RegionName } from '../base/region.ts'
import type { Config } from '../config/config.ts'
import { openStore } from '../store/open-store.ts'
import type { Store } from '../store/store.ts'
import { createWatchStore } from '../store/watch-store.ts'
import { claimDatabase } from './claim-database.ts'
import { storeOf } from './region-storage.ts'
import { createStoreReadiness } from './store-readiness.ts'

/** A region's database, which this process alone serves. */
export interface RegionStore {
  readonly store: Store
  /** @throws {NotReady} with the reason, when it cannot be written. */
  ready(): Promise<void>
  /** Resolves when another process serves it; `undefined` where that cannot be. */
  readonly lost: Promise<void> | undefined
  close(): Promise<void>
}

/** @throws {StoreUnavailable} {@link DatabaseTaken} */
export async function openRegionStore(
  name: RegionName,
  config: Config,
  {
    lockPatience,
    ...parts
  }: Pick<Parts, 'clock' | 'random' | 'log'> & { readonly lockPatience?: number | undefined },
): Promise<RegionStore> {
  await using unfinished = new AsyncDisposableStack()
  const { clock } = parts
  const store = await openStore(storeOf(name, config), createWatchStore(parts), lockPatience)
  unfinished.defer(() => store.close())
  const claimed =
    config.storeUrl === null
      ? undefined
      : await claimDatabase({ ...parts, store, newGuid: createGuids(parts) }, name)
  unfinished.move()
  const isReady = createStoreReadiness({ store, clock, region: name })
  return {
    store,
    async ready() {
      claimed?.requireClaimed()
      await isReady()
    },
    lost: claimed?.lost,
    async close() {
      await claimed?.release()
      await store.close()
    },
  }
}
