import { createBoundedCache } from './bounded-cache.ts'
import type { Clock } from './clock.ts'

/** What went wrong for one key. Times are in milliseconds since the epoch. */
interface Failures {
  readonly count: number
  readonly since: number
  readonly last: number
}

/** When failures close a key, and until when. */
export interface FailureRule {
  /** So many do nothing. */
  readonly free: number
  /** When a key with all of its free failures, or more, is open again. */
  openAt(failures: Failures): number
  forgottenAt(failures: Failures): number
}

/** So many failures within some time close a key until that time is over. */
export const withinWindow = (limit: number, milliseconds: number): FailureRule => ({
  free: limit,
  openAt: ({ since }) => since + milliseconds,
  forgottenAt: ({ since }) => since + milliseconds,
})

/** After some free failures each further one doubles the wait; all is forgotten after a quiet time. */
export const growingWait = ({
  free,
  first,
  longest,
  quiet,
}: {
  readonly free: number
  /** Milliseconds, as the others. */
  readonly first: number
  readonly longest: number
  readonly quiet: number
}): FailureRule => ({
  free,
  openAt: ({ count, last }) => last + Math.min(longest, first * 2 ** (count - free)),
  forgottenAt: ({ last }) => last + quiet,
})

const mostKeys = 50_000

/** Counts failures by key, in this process's memory; the key that was quiet for longest is forgotten first. */
export function createFailures(clock: Clock, rule: FailureRule) {
  const known = createBoundedCache<string, Failures>(mostKeys)
  const underWay = new Map<string, number>()

  function current(key: string): Failures | undefined {
    const failures = known.get(key)
    if (failures === undefined) return undefined
    const now = clock.now()
    return now >= failures.last && now < rule.forgottenAt(failures) ? failures : undefined
  }

  return {
    /** Whole seconds until the key is open; `undefined` when it is. */
    wait(key: string): number | undefined {
      const failures = current(key)
      if (failures === undefined || failures.count < rule.free) return undefined
      const left = rule.openAt(failures) - clock.now()
      return left > 0 ? Math.ceil(left / 1000) : undefined
    },
    hasFreeLeft: (key: string): boolean => (current(key)?.count ?? 0) < rule.free,
    /** As many attempts are under way as may fail for free; of a key without free ones, one. */
    isFull(key: string): boolean {
      const room = Math.max(1, rule.free - (current(key)?.count ?? 0))
      return (underWay.get(key) ?? 0) >= room
    },
    enter(key: string): void {
      underWay.set(key, (underWay.get(key) ?? 0) + 1)
    },
    leave(key: string): void {
      const left = (underWay.get(key) ?? 0) - 1
      if (left > 0) underWay.set(key, left)
      else underWay.delete(key)
    },
    record(key: string): void {
      const now = clock.now()
      const failures = current(key)
      if (failures === undefined) known.set(key, { count: 1, since: now, last: now })
      else known.set(key, { ...failures, count: failures.count + 1, last: now })
    },
    clear(key: string): void {
      known.delete(key)
    },
  }
}
