import type { Clock } from '../../base/clock.ts'
import { NotReady } from '../../http/not-ready.ts'
import type { Store } from '../../store/store.ts'
import { StoreUnavailable } from '../../store/store-unavailable.ts'

/** So long one look at the disk answers everybody who asks: whoever asks often shall not write often. */
const lookAgainAfterMilliseconds = 1_000
/** Whoever asks is answered by then, although a lock may be waited for longer. */
const maxLookMilliseconds = 4_000

/**
 * Says whether a region's database can be written, by writing to it.
 *
 * @throws {NotReady} with the reason, when it cannot.
 */
export function createStoreReadiness({
  store,
  clock,
  region,
}: {
  readonly store: Pick<Store, 'requireWritable'>
  readonly clock: Clock
  readonly region: string
}): () => Promise<void> {
  let last: { readonly at: number; readonly outcome: Promise<void> } | undefined

  async function look(): Promise<void> {
    try {
      await Promise.race([store.requireWritable(), tooLate()])
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error
      throw new NotReady(`the database of ${region} cannot be written: ${error.reason}`)
    }
  }

  function tooLate(): Promise<never> {
    return new Promise((_, reject) => {
      const error = new NotReady(`the database of ${region} does not answer`)
      clock.after(maxLookMilliseconds, () => reject(error))
    })
  }

  return () => {
    const now = clock.elapsed()
    if (!last || now - last.at >= lookAgainAfterMilliseconds) last = { at: now, outcome: look() }
    return last.outcome
  }
}
