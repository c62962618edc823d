import type { Clock } from '../clock.ts'
import { createFailureTable, type Failures } from './failure-table.ts'

/** When failures close a key, and until when. */
export interface FailureRule {
  /** So many do nothing. */
  readonly free: number
  /** When a key with all of its free failures, or more, is open again. */
  openAt(failures: Failures): number
  forgottenAt(failures: Failures): number
  /** Whether each failure puts that off. */
  readonly isRenewed: boolean
}

/** So many failures within some time close a key until that time is over. */
export const withinWindow = (limit: number, milliseconds: number): FailureRule => ({
  free: limit,
  openAt: ({ since }) => since + milliseconds,
  forgottenAt: ({ since }) => since + milliseconds,
  isRenewed: false,
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
  isRenewed: true,
})

/** What became of a key: one more failure, or an end of those that were known until then. */
export type KeyChange =
  | {
      readonly change: 'failed'
      readonly failures: Failures
      readonly forgottenAt: number
      readonly isRenewed: boolean
    }
  | { readonly change: 'cleared'; readonly last: number }

export type KeepFailures = (key: string, change: KeyChange) => void

const maxOpen = 50_000
const maxClosed = 50_000

/**
 * Counts failures by key, in bounded memory ({@link createFailureTable}).
 *
 * @param keep is told of each change, so that it outlives the process, and other processes know of it.
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

  function replace(key: string, failures: Failures): void {
    if (failures.count === 0) known.delete(key)
    else known.put(key, failures)
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
      const forgottenAt = rule.forgottenAt(failures)
      keep(key, { change: 'failed', failures, forgottenAt, isRenewed: rule.isRenewed })
    },
    clear(key: string): void {
      const before = known.delete(key)
      if (before && !isForgotten(before)) keep(key, { change: 'cleared', last: before.last })
    },
    /** Takes up what was written of a key, before or elsewhere, unless what is known here is newer. */
    restore(key: string, written: Failures): void {
      const own = known.get(key)
      if (own && own.last > written.last) return
      if (own && own.last === written.last && own.count >= written.count) return
      replace(key, written)
    },
    /** What is written of a key has come to be this; so many of its failures are not in it yet. */
    correct(key: string, written: Failures, unwritten: number): void {
      const last = Math.max(written.last, known.get(key)?.last ?? 0)
      replace(key, { ...written, count: written.count + unwritten, last })
    },
    /** How many keys take memory. */
    size: known.size,
  }
}
