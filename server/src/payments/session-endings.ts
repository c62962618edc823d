import type { Clock } from '../base/clock.ts'

/** Tells those in this process who wait for it that a session has ended. */
export function createSessionEndings(clock: Clock) {
  const waiting = new Map<string, Set<() => void>>()
  return {
    announce(sessionGuid: string): void {
      for (const resume of waiting.get(sessionGuid) ?? []) resume()
    },
    /** Begins to wait; the promise resolves at the end of the session, or after so many milliseconds. */
    wait(sessionGuid: string, milliseconds: number): Promise<void> {
      const { promise, resolve } = Promise.withResolvers<void>()
      const waiters = waiting.get(sessionGuid) ?? new Set()
      waiting.set(sessionGuid, waiters.add(resume))
      const stop = clock.after(milliseconds, resume)
      function resume(): void {
        stop()
        waiters.delete(resume)
        if (waiters.size === 0) waiting.delete(sessionGuid)
        resolve()
      }
      return promise
    },
  }
}

export type SessionEndings = ReturnType<typeof createSessionEndings>
