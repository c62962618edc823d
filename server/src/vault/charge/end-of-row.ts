import type { CaptureResult } from '@tonegate/protocol/outcome'
import type { Clock } from '../../base/clock.ts'
import type { Guid } from '../../base/guid.ts'
import { Problem } from '../../base/problem.ts'
import type { Store } from '../../store/store.ts'
import type { CaptureRows } from '../model/capture-rows.ts'
import type { Ending } from '../model/capture-sessions.ts'
import { unreadableResultOf } from '../model/unreadable-result.ts'
import { pause } from './until-durable.ts'

const firstPause = 250
const longestPause = 10_000

/**
 * How a session has ended, by its row; another server may have ended it, or be about to. Resolves when the row says so.
 *
 * @throws {Problem} `provider-unavailable` when the process is about to end before that, or there is no row.
 */
export async function endOfRow(
  guid: Guid,
  {
    store,
    rows,
    clock,
    closing,
  }: {
    readonly store: Store
    readonly rows: CaptureRows
    readonly clock: Clock
    readonly closing: AbortSignal
  },
): Promise<CaptureResult> {
  for (let wait = firstPause; ; wait = Math.min(wait * 2, longestPause)) {
    const row = await rows.ending.first(store.reader, { guid })
    if (row?.result) return JSON.parse(row.result) as CaptureResult
    if (row?.ending) return resultOfEnding(guid, JSON.parse(row.ending) as Ending)
    if (row?.state === 'ended') return unreadableResultOf(guid)
    if (!row) throw new Problem('provider-unavailable', 'The session could not be stored. Try again shortly.')
    if (closing.aborted)
      throw new Problem('provider-unavailable', 'The payment server is shutting down. Try again shortly.')
    await pause(wait, { clock, closing })
  }
}

/** What the row still says when the result has been reported. */
export const resultOfEnding = (guid: Guid, { end, outcome, declineReason }: Ending): CaptureResult => ({
  guid,
  end,
  outcome,
  ...(declineReason !== undefined && { charge: { declineReason } }),
})
