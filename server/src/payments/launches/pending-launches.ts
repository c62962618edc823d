import type { Clock } from '../../base/clock.ts'
import type { Guid } from '../../base/guid.ts'

/** A report waits no longer than this for the session that it speaks of. */
const maxWaitMilliseconds = 5000

/**
 * The sessions that are being opened. A provider may report on a session that it has launched before that
 * session's row is committed; the report then waits for the openings that were under way.
 */
export function createPendingLaunches(clock: Clock) {
  const pending = new Set<Promise<void>>()
  const abandoned = new Set<Guid>()
  return {
    /** A session that was launched and never opened: its end is no news to anybody. */
    abandon: (providerSessionGuid: Guid): void => void abandoned.add(providerSessionGuid),
    isAbandoned: (providerSessionGuid: Guid): boolean => abandoned.has(providerSessionGuid),
    /** Says that an opening has begun; the function that it returns says that its row is there, or never will be. */
    begin(): () => void {
      const { promise, resolve } = Promise.withResolvers<void>()
      pending.add(promise)
      return () => {
        pending.delete(promise)
        resolve()
      }
    },
    /** Resolves when all openings that are under way have come to their end, or after five seconds. */
    async settled(): Promise<void> {
      if (pending.size === 0) return
      const { promise: tooLong, resolve } = Promise.withResolvers<void>()
      const stop = clock.after(maxWaitMilliseconds, resolve)
      await Promise.race([Promise.all(pending), tooLong])
      stop()
    },
  }
}

export type PendingLaunches = ReturnType<typeof createPendingLaunches>
