import type { Parts } from '../base/parts.ts'
import type { StoreUnavailable } from './store-unavailable.ts'

/** Hears of each transaction: that it is on disk, or why it cannot be. */
export type WatchStore = (failure: StoreUnavailable | undefined) => void

const repeatIntervalMilliseconds = 60_000

/** Tells the operator that a database cannot be written, at most once a minute, and when it can be again. */
export function createWatchStore({ clock, log }: Pick<Parts, 'clock' | 'log'>): WatchStore {
  let toldAt = Number.NEGATIVE_INFINITY
  let isTold = false
  return (failure) => {
    if (failure === undefined) {
      if (!isTold) return
      isTold = false
      log.info('the database can be written again')
      return
    }
    if (clock.elapsed() - toldAt < repeatIntervalMilliseconds) return
    toldAt = clock.elapsed()
    isTold = true
    log.error(
      { reason: failure.reason, err: failure.cause },
      'the database cannot be written; requests that store something are refused until it can',
    )
  }
}
