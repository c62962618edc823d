import type { Clock } from '../../base/clock.ts'
import type { Parts } from '../../base/parts.ts'

const pauseMilliseconds = 1_000

/**
 * Runs a write that must not be lost again and again until it is durable.
 *
 * @param closing once aborted, a failure is final.
 * @param failed hears of each failure.
 * @throws what the write threw last, when closing.
 */
export async function untilDurable<T>(
  write: () => Promise<T>,
  {
    clock,
    log,
    closing,
    failed = () => {},
  }: Pick<Parts, 'clock' | 'log'> & {
    readonly closing: AbortSignal
    readonly failed?: (error: unknown) => void
  },
): Promise<T> {
  for (;;) {
    try {
      return await write()
    } catch (error) {
      log.error({ err: error }, 'the end of a capture session could not be stored; retrying')
      failed(error)
      if (closing.aborted) throw error
      await pause(pauseMilliseconds, { clock, closing })
    }
  }
}

/** Resolves after so long, or when the process is about to end. */
export function pause(
  milliseconds: number,
  { clock, closing }: { readonly clock: Clock; readonly closing: AbortSignal },
): Promise<void> {
  return new Promise((resolve) => {
    const stop = clock.after(milliseconds, done)
    closing.addEventListener('abort', done, { once: true })
    function done() {
      stop()
      closing.removeEventListener('abort', done)
      resolve()
    }
  })
}
