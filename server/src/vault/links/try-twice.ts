import type { Clock } from '../../base/clock.ts'
import { NotAccepted } from './not-accepted.ts'

const pauseMilliseconds = 2000
/** Nobody waits longer for a second try: the agent and the customer are on the phone. */
const maxPauseMilliseconds = 10_000

/** Tries a second time, after a pause, what failed for a reason that may pass; not where the pause would be long. */
export async function tryTwice(attempt: () => Promise<void>, clock: Clock): Promise<void> {
  try {
    await attempt()
  } catch (error) {
    if (!(error instanceof NotAccepted && error.isTemporary)) throw error
    const pause = Math.max(pauseMilliseconds, error.retryAfter)
    if (pause > maxPauseMilliseconds) throw error
    await new Promise<void>((resolve) => clock.after(pause, resolve))
    await attempt()
  }
}

/** Runs what a signal can stop, and stops it when it takes too long. */
export async function withDeadline<T>(
  run: (signal: AbortSignal) => Promise<T>,
  milliseconds: number,
  clock: Clock,
): Promise<T> {
  const controller = new AbortController()
  const stop = clock.after(milliseconds, () => controller.abort())
  try {
    return await run(controller.signal)
  } finally {
    stop()
  }
}
