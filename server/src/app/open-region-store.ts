import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
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
import { rememberDatabase } from './databases/known-databases.ts'
import { createOwnRegion } from './databases/own-region.ts'
import { createStoreReadiness } from './databases/store-readiness.ts'
import { describePlace, storeOf } from './region-storage.ts'
import { version } from './version.ts'

/** A region's database. */
export interface RegionStore {
  readonly store: Store
  /** Of all that work on it. */
  readonly clock: Clock
  /** The servers that serve it. */
  readonly nodes: Nodes
  /** Resolves when another process has to do what this one would. */
  readonly lost: Promise<void>
  /** Writes down that it is this region's, where nobody has yet. */
  keepRegion(): Promise<void>
  /** @throws {NotReady} with the reason, when it cannot be written. */
  ready(): Promise<void>
  close(): Promise<void>
}

/** @throws {StoreUnavailable} {@link NewerDatabase} {@link OtherRegion} */
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
  const place = storeOf(name, config)
  const store = await openStore(place, watchStore(parts, storeMeter), lockPatience, storeMeter)
  unfinished.defer(() => store.close())
  const region = createOwnRegion(store)
  await region.require(name, describePlace(place))
  if ('file' in place) rememberDatabase(name, config.dataFolder)
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
    lost: Promise.race([nodes.lost, lostThread(store, parts.log)]),
    keepRegion: () => region.keep(name),
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

async function lostThread({ lost = new Promise(() => {}) }: Store, log: Log): Promise<void> {
  await lost
  log.fatal('the thread that writes the database has ended, and the server with it')
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
