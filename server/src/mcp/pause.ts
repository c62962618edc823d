import type { Clock } from '../base/clock.ts'

/** Resolves after a while, or when something else does. @throws the signal’s reason when the request was called off. */
export function pause(
  milliseconds: number,
  {
    clock,
    signal,
    unless,
  }: {
    readonly clock: Clock
    readonly signal?: AbortSignal | undefined
    readonly unless?: Promise<void>
  },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      stop()
      reject(signal?.reason)
    }
    const end = () => {
      stop()
      signal?.removeEventListener('abort', abort)
      resolve()
    }
    const stop = clock.after(milliseconds, end)
    void unless?.then(end)
    if (signal?.aborted) abort()
    else signal?.addEventListener('abort', abort, { once: true })
  })
}
