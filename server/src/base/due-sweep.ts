import type { Clock, Stop } from './clock.ts'

const minPause = 1_000
const maxPause = 24 * 3_600_000

/**
 * One timer for everything that has a time at which something is due: set for the earliest of them, and not
 * more often than once a second however many there are.
 *
 * @param sweep does what is due and returns when something is due next, `Infinity` for never.
 */
export function createDueSweep({ clock, sweep }: { readonly clock: Clock; readonly sweep: () => number }) {
  let setFor = Number.POSITIVE_INFINITY
  let lastSweep = Number.NEGATIVE_INFINITY
  let stop: Stop | undefined
  let closed = false

  function run(): void {
    setFor = Number.POSITIVE_INFINITY
    lastSweep = clock.now()
    due(sweep())
  }

  function due(at: number): void {
    const time = Math.max(at, lastSweep + minPause)
    if (time >= setFor || closed) return
    stop?.()
    setFor = time
    stop = clock.after(Math.min(Math.max(time - clock.now(), 0), maxPause), run)
  }

  return {
    /** Something is due at this time. */
    due,
    close(): void {
      closed = true
      stop?.()
    },
  }
}
