/** What went wrong for one key. Times are in milliseconds since the epoch. */
export interface Failures {
  readonly count: number
  readonly since: number
  readonly last: number
}

export interface FailureTableOrder {
  /** A key with so many failures, or more, is closed. */
  readonly free: number
  readonly isForgotten: (failures: Failures) => boolean
  readonly maxOpen: number
  readonly maxClosed: number
}

/** Keys that are closed while there is no room for one more share so many places. */
const maxCrowds = 4096

/**
 * Failures by key, in bounded memory, so that nobody can have forgotten what counts by filling it up:
 *
 * - Of the keys that are open those with the fewest failures go first, and of those the one that was quiet for longest.
 * - A key that is closed stays until its failures are forgotten by their rule. No other key can push it out.
 * - When so many are closed that no further one finds room, it shares a place with those that hash alike. Who comes
 *   there is closed with them: then it is more that is refused, and not less.
 */
export function createFailureTable({ free, isForgotten, maxOpen, maxClosed }: FailureTableOrder) {
  const open = createOpenKeys(maxOpen)
  /** The one that failed longest ago is first. */
  const closed = new Map<string, Failures>()
  const crowds = new Map<number, Failures>()

  function hasRoom(): boolean {
    if (closed.size < maxClosed) return true
    for (const [key, failures] of closed) {
      if (!isForgotten(failures)) break
      closed.delete(key)
    }
    return closed.size < maxClosed
  }

  return {
    get: (key: string): Failures | undefined =>
      closed.get(key) ?? open.get(key) ?? (crowds.size > 0 ? crowds.get(crowdOf(key)) : undefined),
    put(key: string, failures: Failures): void {
      const wasClosed = closed.delete(key)
      open.delete(key)
      if (failures.count < free) open.put(key, failures)
      else if (wasClosed || hasRoom()) closed.set(key, failures)
      else crowds.set(crowdOf(key), failures)
    },
    /** @returns what went wrong for it alone. */
    delete(key: string): Failures | undefined {
      const failures = closed.get(key) ?? open.get(key)
      open.delete(key)
      closed.delete(key)
      return failures
    },
    size: (): number => open.size() + closed.size + crowds.size,
  }
}

function createOpenKeys(max: number) {
  const all = new Map<string, Failures>()
  /** The keys with so many failures, in the order in which they came to have them. */
  const byCount: (ReturnType<typeof createQueue> | undefined)[] = []

  function remove(key: string): void {
    const failures = all.get(key)
    if (failures === undefined) return
    all.delete(key)
    byCount[failures.count]?.delete(key)
  }

  function removeLeast(): void {
    for (const keys of byCount) {
      const key = keys?.first()
      if (key === undefined) continue
      remove(key)
      return
    }
  }

  return {
    get: (key: string) => all.get(key),
    put(key: string, failures: Failures): void {
      remove(key)
      if (all.size >= max) removeLeast()
      all.set(key, failures)
      const keys = byCount[failures.count] ?? createQueue()
      byCount[failures.count] = keys
      keys.add(key)
    },
    delete: remove,
    size: (): number => all.size,
  }
}

/** Keys in the order in which they were added. */
function createQueue() {
  const keys = new Set<string>()
  /** Stands before the first one: to look for it from the beginning would pass by all that have been taken out. */
  let front = keys.values()
  return {
    add: (key: string): void => void keys.add(key),
    delete: (key: string): void => void keys.delete(key),
    /** The first one, which is to be deleted then. */
    first(): string | undefined {
      const next = front.next()
      if (!next.done) return next.value
      front = keys.values()
      return front.next().value
    },
  }
}

/** FNV-1a, for spreading and nothing else. */
function crowdOf(key: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < key.length; index += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193)
  }
  return (hash >>> 0) % maxCrowds
}
