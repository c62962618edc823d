/** Where the client takes its time from. A test hands in its own. */
export interface Clock {
  /** Milliseconds since 1970: for dates that others have written. */
  readonly now: () => number
  /** Milliseconds that only go forward, however the machine’s clock is set: for what the client measures itself. */
  readonly elapsed: () => number
  /** Waits. Rejects with the signal’s reason as soon as it is aborted. */
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>
}

/** A timer that is set for longer fires at once. */
const longestTimer = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer)
        reject(signal?.reason)
      }
      const timer = setTimeout(
        () => {
          signal?.removeEventListener('abort', stop)
          resolve()
        },
        Math.min(milliseconds, longestTimer),
      )
      if (signal?.aborted) stop()
      else signal?.addEventListener('abort', stop, { once: true })
    }),
}
