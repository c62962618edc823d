import type { Clock } from '../../base/clock.ts'

const firstPause = 500
const maxPause = 30_000
/** Some eight minutes in all. */
const maxTries = 20

/** Tries again, with growing pauses, until it is done: for what must be undone and has nobody who waits for it. */
export async function certainly(clock: Clock, operation: () => Promise<void>): Promise<void> {
  let pause = firstPause
  for (let count = 1; count <= maxTries; count += 1) {
    try {
      return await operation()
    } catch {
      const wait = pause
      await new Promise<void>((resolve) => void clock.after(wait, resolve))
      pause = Math.min(pause * 2, maxPause)
    }
  }
}
