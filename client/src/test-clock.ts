import type { Clock } from './clock.ts'

export const testStart = Date.parse('2026-01-15T09:30:00Z')

export interface TestClock extends Clock {
  /** The waits that have passed, in milliseconds. */
  readonly waits: readonly number[]
  /** Lets time pass for those that are held. */
  release(milliseconds: number): void
  /** Resolves when somebody waits for a held length. */
  hasStarted(milliseconds: number): Promise<void>
  /** Sets the machine’s clock; what the client measures itself does not change with it. */
  set(now: number): void
}

/**
 * A clock whose waits are over at once, and move it forward. Those of exactly one of the held lengths, as time limits are,
 * wait until they are released.
 */
export function createTestClock({ held = [30_000, 45_000] }: { held?: readonly number[] } = {}): TestClock {
  let now = testStart
  let elapsed = 1000
  const waits: number[] = []
  const holding = new Map<() => void, number>()
  const pass = (milliseconds: number) => {
    now += milliseconds
    elapsed += milliseconds
  }
  return {
    waits,
    now: () => now,
    elapsed: () => elapsed,
    async sleep(milliseconds, signal) {
      signal?.throwIfAborted()
      if (!held.includes(milliseconds)) {
        waits.push(milliseconds)
        pass(milliseconds)
        // As a timer does, it lets everything else come first.
        await new Promise((resolve) => setImmediate(resolve))
        signal?.throwIfAborted()
        return
      }
      await new Promise<void>((resolve, reject) => {
        holding.set(resolve, milliseconds)
        signal?.addEventListener('abort', () => {
          holding.delete(resolve)
          reject(signal.reason)
        })
      })
    },
    async hasStarted(milliseconds) {
      while (![...holding.values()].includes(milliseconds)) await new Promise(setImmediate)
    },
    release(milliseconds) {
      pass(milliseconds)
      for (const [resolve, length] of holding) if (length === milliseconds) resolve()
    },
    set: (time) => {
      now = time
    },
  }
}
