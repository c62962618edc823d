import type { Clock } from './clock.ts'

/**
 * Does something again and again, every so many milliseconds, until it is over; not while the last time is still under way.
 *
 * @param failed hears why it could not be done; it is done again all the same.
 */
export function repeatedly({
  clock,
  milliseconds,
  over,
  work,
  failed,
}: {
  readonly clock: Pick<Clock, 'every'>
  readonly milliseconds: number
  readonly over: AbortSignal
  readonly work: () => Promise<unknown>
  readonly failed: (error: unknown) => void
}): void {
  let isUnderWay = false
  async function once(): Promise<void> {
    if (isUnderWay || over.aborted) return
    isUnderWay = true
    await work()
      .catch(failed)
      .finally(() => {
        isUnderWay = false
      })
  }
  const stop = clock.every(milliseconds, () => void once())
  over.addEventListener('abort', stop, { once: true })
}
