import type { StoreParts } from '../../store/parts.ts'
import type { RemoteSessionTable } from '../../store/tables.ts'
import type { Look } from './look-at-session.ts'
import { isDecided, nextLook } from './next-look.ts'
import type { RemoteSessionRows } from './remote-session-rows.ts'
import type { TakeResult } from './take-result.ts'

/** A provider that says after a session's lifetime that it is open is believed so long. */
const maxOvertime = 10 * 60_000

/** Hands on what was taken of a session, and looks at it. @returns when that is to be done again, null for never. */
export type FollowOnce = (row: RemoteSessionTable) => Promise<number | null>

export function createFollowOnce({
  store,
  rows,
  look,
  taking,
  clock,
  log,
}: Pick<StoreParts, 'store' | 'clock' | 'log'> & {
  readonly rows: RemoteSessionRows
  readonly look: Look
  readonly taking: TakeResult
}): FollowOnce {
  const isOver = ({ expires_at }: RemoteSessionTable, isOpenThere: boolean) =>
    clock.now() >= expires_at + (isOpenThere ? maxOvertime : 0)

  return async ({ provider_session_guid: guid, sealed_result }) => {
    if (sealed_result) await taking.handOn(guid)
    const before = await rows.find.first(store.reader, { guid })
    if (!before || isDecided(before, clock.now())) return null
    const looked = await look(guid)
    const row = await rows.find.first(store.reader, { guid })
    if (row?.outcome !== null) return row ? nextLook(row, clock.now()) : null
    if (!isOver(row, looked === 'open')) return nextLook(row, clock.now())
    log.warn({ providerSessionGuid: guid }, 'a session expired at its provider without a result')
    await taking.take({ guid, end: 'expired', outcome: 'unknown' })
    return null
  }
}
