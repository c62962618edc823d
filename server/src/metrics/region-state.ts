import type { Clock } from '../base/clock.ts'
import type { RegionName } from '../base/region.ts'
import { within } from '../base/within.ts'
import type { Store } from '../store/store.ts'
import type { OpenSessionCount } from '../vault/model/session-meter.ts'
import { createReadState, type StoredState } from './state-rows.ts'

/** What a region is asked at a scrape. */
export interface RegionSources {
  readonly store: Pick<Store, 'prepare' | 'reader' | 'connections'>
  /** By the database. */
  readonly clock: Clock
  /** Rejects where the region cannot do its work. */
  ready(): Promise<void>
  /** How many servers work on the database. */
  nodes(): number
  /** Absent where card entries and calls are in another process. */
  readonly vault?: VaultSources | undefined
}

interface VaultSources {
  openSessions(): readonly OpenSessionCount[]
  lines(): readonly ('securing' | 'secured' | 'lost' | 'ended')[]
  engines(): readonly ('works' | 'lost')[]
}

/** A region as it is at a scrape. */
export interface RegionState {
  readonly region: RegionName
  readonly isReady: boolean
  readonly nodes: number
  readonly connections: ReturnType<NonNullable<Store['connections']>> | undefined
  /** `undefined` where the database did not answer. */
  readonly stored: StoredState | undefined
  readonly now: number
  readonly openSessions: readonly OpenSessionCount[]
  readonly lines: ReturnType<VaultSources['lines']>
  readonly engines: ReturnType<VaultSources['engines']>
}

/** Whoever scrapes often shall not read often. */
const readAgainAfterMilliseconds = 5_000
/** A scrape is answered by then, whatever the database does. */
const maxReadMilliseconds = 2_000

/** Looks at a region; nothing that it asks can fail the scrape. */
export function createReadRegion(region: RegionName, sources: RegionSources): () => Promise<RegionState> {
  const { store, clock, ready, nodes, vault } = sources
  const readStored = createReadState(store)
  let last: { readonly at: number; readonly read: Promise<StoredState | undefined> } | undefined

  function storedState(): Promise<StoredState | undefined> {
    const at = clock.elapsed()
    if (!last || at - last.at >= readAgainAfterMilliseconds)
      last = { at, read: readStored().catch(() => undefined) }
    return within(last.read, maxReadMilliseconds, clock)
  }

  return async () => {
    const isReady = ready().then(
      () => true,
      () => false,
    )
    const [stored, answered] = await Promise.all([storedState(), within(isReady, maxReadMilliseconds, clock)])
    return {
      region,
      isReady: answered === true,
      nodes: nodes(),
      connections: store.connections?.(),
      stored,
      now: clock.now(),
      openSessions: vault?.openSessions() ?? [],
      lines: vault?.lines() ?? [],
      engines: vault?.engines() ?? [],
    }
  }
}
