import type { SessionResult } from '@tonegate/protocol/outcome'
import type { Guid } from '../../base/guid.ts'
import { Problem } from '../../base/problem.ts'
import type { StoreParts } from '../../store/parts.ts'
import { unreadableResultOf } from '../model/unreadable-result.ts'
import type { VaultRows } from '../model/vault-rows.ts'
import type { Ending } from '../model/vault-sessions.ts'
import { pause } from './until-durable.ts'

const firstPause = 250
const maxPause = 10_000

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
  }: Pick<StoreParts, 'store' | 'clock'> & { readonly rows: VaultRows; readonly closing: AbortSignal },
): Promise<SessionResult> {
  for (let wait = firstPause; ; wait = Math.min(wait * 2, maxPause)) {
    const row = await rows.ending.first(store.reader, { guid })
    if (row?.result) return JSON.parse(row.result) as SessionResult
    if (row?.ending) return resultOfEnding(guid, JSON.parse(row.ending) as Ending)
    if (row?.state === 'ended') return unreadableResultOf(guid)
    if (!row) throw new Problem('provider-unavailable', 'The session could not be stored. Try again shortly.')
    if (closing.aborted)
      throw new Problem('provider-unavailable', 'The payment server is shutting down. Try again shortly.')
    await pause(wait, { clock, closing })
  }
}

/** What the row still says when the result has been reported. */
export const resultOfEnding = (guid: Guid, { end, outcome, declineReason }: Ending): SessionResult => ({
  guid,
  end,
  outcome,
  ...(declineReason !== undefined && { charge: { declineReason } }),
})
