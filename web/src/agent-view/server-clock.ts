/** The server's time, in milliseconds since the epoch. */
export interface ServerClock {
  now(): number
  /** Takes over what the server has just said. */
  set(now: number): void
}

/**
 * Goes on from what the server said last. It is behind the server's own clock by as long as that was on its way, and
 * never ahead of it: a time that is over here is over there.
 *
 * @param elapsed milliseconds by a clock that nobody sets.
 */
export function createServerClock(
  first: number,
  elapsed: () => number = () => performance.now(),
): ServerClock {
  let said = first
  let saidAt = elapsed()
  return {
    now: () => said + elapsed() - saidAt,
    set(now) {
      said = now
      saidAt = elapsed()
    },
  }
}
