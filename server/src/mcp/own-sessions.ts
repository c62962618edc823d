import { createBoundedCache } from '../base/bounded-cache.ts'
import type { Clock } from '../base/clock.ts'

/** The sessions that were opened here, which alone are cancelled and have their links sent again. */
export interface OwnSessions {
  /** @param key what it was opened by, if it was opened here. */
  add(sessionGuid: string, key?: string): void
  has(sessionGuid: string): boolean
  openedBy(key: string): string | undefined
}

/** It is long until an agent has opened so many. */
const most = 10_000
/** So long the API knows a key, too. */
const keyMilliseconds = 24 * 3_600_000

export function createOwnSessions(clock: Pick<Clock, 'elapsed'>): OwnSessions {
  const guids = createBoundedCache<string, true>(most)
  const byKey = createBoundedCache<string, { readonly guid: string; readonly since: number }>(most)
  return {
    add(sessionGuid, key) {
      guids.set(sessionGuid.toLowerCase(), true)
      if (key !== undefined && !byKey.has(key)) byKey.set(key, { guid: sessionGuid, since: clock.elapsed() })
    },
    has: (sessionGuid) => guids.has(sessionGuid.toLowerCase()),
    openedBy(key) {
      const opened = byKey.get(key)
      if (opened && clock.elapsed() - opened.since < keyMilliseconds) return opened.guid
      byKey.delete(key)
      return undefined
    },
  }
}
