import type { Clock } from '../clock.ts'
import { createFailureTable, type Failures } from './failure-table.ts'

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

/** What became of a key that is closed, or was: `undefined` when its failures were cleared. */
export type KeepFailures = (key: string, failures: Failures | undefined, forgottenAt: number) => void

const maxOpen = 50_000
const maxClosed = 50_000

/**
 * Counts failures by key, in bounded memory ({@link createFailureTable}).
 *
 * @param keep is told of each change of a key that is closed, so that it outlives the process.
 */
export function createFailures(clock: Clock, rule: FailureRule, keep: KeepFailures = () => {}) {
  const isForgotten = (failures: Failures) => clock.now() >= rule.forgottenAt(failures)
  const known = createFailureTable({ free: rule.free, isForgotten, maxOpen, maxClosed })
  const underWay = new Map<string, number>()

  function current(key: string): Failures | undefined {
    const failures = known.get(key)
    if (failures === undefined) return undefined
    return clock.now() >= failures.last && !isForgotten(failures) ? failures : undefined
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
      const before = current(key)
      const failures = before
        ? { ...before, count: before.count + 1, last: now }
        : { count: 1, since: now, last: now }
      known.put(key, failures)
      if (failures.count >= rule.free) keep(key, failures, rule.forgottenAt(failures))
    },
    clear(key: string): void {
      if (known.delete(key)) keep(key, undefined, clock.now())
    },
    /** Takes up what was kept of a key by the process before this one. */
    restore(key: string, failures: Failures): void {
      known.put(key, failures)
    },
    /** How many keys take memory. */
    size: known.size,
  }
}
