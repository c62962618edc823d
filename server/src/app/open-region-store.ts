import type { Clock } from '../base/clock.ts'
import type { Parts } from '../base/parts.ts'
import type { RegionName } from '../base/region.ts'
import type { Config } from '../config/config.ts'
import { NotReady } from '../http/not-ready.ts'
import { createDatabaseClock } from '../store/nodes/database-clock.ts'
import { joinNodes, type Nodes } from '../store/nodes/join-nodes.ts'
import { openStore } from '../store/open-store.ts'
import type { Store } from '../store/store.ts'
import type { StoreMeter } from '../store/store-meter.ts'
import { createWatchStore, type WatchStore } from '../store/watch-store.ts'
import { rememberDatabase, requireDatabase } from './known-databases.ts'
import { storeOf } from './region-storage.ts'
import { createStoreReadiness } from './store-readiness.ts'
import { version } from './version.ts'

/** A region's database. */
export interface RegionStore {
  readonly store: Store
  /** Of all that work on it. */
  readonly clock: Clock
  /** The servers that serve it. */
  readonly nodes: Nodes
  /** @throws {NotReady} with the reason, when it cannot be written. */
  ready(): Promise<void>
  close(): Promise<void>
}

/** @throws {StoreUnavailable} {@link DatabaseMissing} */
export async function openRegionStore(
  name: RegionName,
  config: Config,
  {
    lockPatience,
    url = null,
    storeMeter,
    ...parts
  }: Pick<Parts, 'clock' | 'random' | 'log'> & {
    readonly lockPatience?: number | undefined
    readonly url?: string | null
    readonly storeMeter?: StoreMeter | undefined
  },
): Promise<RegionStore> {
  await using unfinished = new AsyncDisposableStack()
  const isFile = config.storeUrl === null
  if (isFile) requireDatabase(name, config.dataFolder)
  const store = await openStore(
    storeOf(name, config),
    watchStore(parts, storeMeter),
    lockPatience,
    storeMeter,
  )
  unfinished.defer(() => store.close())
  if (isFile) rememberDatabase(name, config.dataFolder)
  const clock = store.isShared
    ? await createDatabaseClock(store, parts.clock)
    : { ...parts.clock, close() {} }
  unfinished.defer(() => clock.close())
  const nodes = await joinNodes(store, { ...parts, url, version, alone: !store.isShared })
  unfinished.move()
  const isReady = createStoreReadiness({ store, clock, region: name })
  return {
    store,
    clock,
    nodes,
    async ready() {
      if (!nodes.isHere()) throw new NotReady(`this server has not been heard of by the database of ${name}`)
      await isReady()
    },
    async close() {
      await nodes.leave()
      clock.close()
      await store.close()
    },
  }
}

/** Tells the operator, and counts. */
function watchStore(parts: Pick<Parts, 'clock' | 'log'>, meter: StoreMeter | undefined): WatchStore {
  const tell = createWatchStore(parts)
  if (!meter) return tell
  return (failure) => {
    meter.told(failure ? 'fails' : 'works')
    tell(failure)
  }
}
