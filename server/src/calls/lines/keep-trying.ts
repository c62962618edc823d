import type { Clock, Stop } from '../../base/clock.ts'

/**
 * Does something, and again after growing pauses, until it succeeds or is stopped. Harmless to stop when it has succeeded.
 *
 * @param pauses milliseconds between two tries; the last goes on.
 * @param failed hears of each failure.
 */
export function keepTrying(
  action: () => Promise<void>,
  {
    clock,
    pauses,
    done,
    failed,
  }: {
    readonly clock: Clock
    readonly pauses: readonly [number, ...number[]]
    readonly done: () => void
    readonly failed: (error: unknown, tries: number) => void
  },
): Stop {
  let stopped = false
  let tries = 0
  let stopPause: Stop = () => {}

  function goOn(error: unknown): void {
    if (stopped) return
    failed(error, tries)
    const pause = pauses[Math.min(tries, pauses.length) - 1] ?? pauses[0]
    stopPause = clock.after(pause, attempt)
  }

  function attempt(): void {
    tries += 1
    action().then(() => {
      if (!stopped) done()
    }, goOn)
  }

  attempt()
  return () => {
    stopped = true
    stopPause()
  }
}
