/** The sessions that were opened here, which alone are cancelled and have their links sent again. */
export interface OwnSessions {
  /** @param key what it was opened by, if it was opened here. */
  add(sessionGuid: string, key?: string): void
  has(sessionGuid: string): boolean
  openedBy(key: string): string | undefined
}

/** A process serves one agent: it is long until it has opened so many. */
const most = 10_000

export function createOwnSessions(): OwnSessions {
  const guids = new Set<string>()
  const byKey = new Map<string, string>()
  return {
    add(sessionGuid, key) {
      guids.add(sessionGuid.toLowerCase())
      if (key !== undefined) byKey.set(key, sessionGuid)
      for (const all of [guids, byKey]) {
        const [oldest] = all.keys()
        if (all.size > most && oldest !== undefined) all.delete(oldest)
      }
    },
    has: (sessionGuid) => guids.has(sessionGuid.toLowerCase()),
    openedBy: (key) => byKey.get(key),
  }
}
