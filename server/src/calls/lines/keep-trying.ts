import type { Clock, Stop } from '../../base/clock.ts'

/** Something that is tried until it succeeds. */
export interface Trying {
  /** It is tried no more. Harmless when it has succeeded. */
  stop(): void
  /** There is hope that it succeeds: it is tried at once. A try that is under way is waited for, and counts. */
  hurry(): void
  /** As {@link hurry}, and a try that is under way counts no more: what it asks for is not what is wanted. */
  startOver(): void
}

/** Nothing is tried. */
export const notTrying: Trying = { stop() {}, hurry() {}, startOver() {} }

/**
 * Does something, and again after growing pauses, until it succeeds or is stopped. There is one try at a time.
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
): Trying {
  let state: 'under-way' | 'pausing' | 'over' = 'pausing'
  /** What comes of the try that is under way: whether its success counts, and whether the next waits. */
  let asked: 'nothing' | 'hurry' | 'start-over' = 'nothing'
  let tries = 0
  let stopPause: Stop = () => {}

  function attempt(): void {
    stopPause()
    state = 'under-way'
    asked = 'nothing'
    tries += 1
    action().then(succeeded, goOn)
  }

  function succeeded(): void {
    if (state === 'over') return
    if (asked === 'start-over') attempt()
    else {
      state = 'over'
      done()
    }
  }

  function goOn(error: unknown): void {
    if (state === 'over') return
    failed(error, tries)
    if (asked === 'nothing') pause()
    else attempt()
  }

  function pause(): void {
    state = 'pausing'
    stopPause = clock.after(pauses[Math.min(tries, pauses.length) - 1] ?? pauses[0], attempt)
  }

  function ask(what: 'hurry' | 'start-over'): void {
    if (state === 'pausing') attempt()
    else if (asked !== 'start-over') asked = what
  }

  attempt()
  return {
    stop() {
      state = 'over'
      stopPause()
    },
    hurry: () => ask('hurry'),
    startOver: () => ask('start-over'),
  }
}
