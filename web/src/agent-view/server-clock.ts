/** The server's time, in milliseconds since the epoch. */
export interface ServerClock {
  now(): number
  /** Milliseconds by a clock of the page that nobody sets, since no time in particular. */
  elapsed(): number
  /** Takes over what the server has just said. */
  set(now: number): void
}

/**
 * Goes on from what the server said last. It is behind the server's own clock by as long as that was on its way, and
 * never ahead of it: a time that is over here is over there.
 */
export function createServerClock(
  first: number,
  elapsed: () => number = () => performance.now(),
): ServerClock {
  let said = first
  let saidAt = elapsed()
  return {
    now: () => said + elapsed() - saidAt,
    elapsed,
    set(now) {
      said = now
      saidAt = elapsed()
    },
  }
}
