import type { Guid } from '../../base/guid.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { RemoteSessionTable } from '../../store/tables.ts'
import type { Look } from './look-at-session.ts'
import type { RemoteSessionRows } from './remote-session-rows.ts'
import type { TakeResult } from './take-result.ts'
import { targetOf } from './target-of.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute

/** Between two looks: a tenth of the session's age, within these. */
const minPause = 5 * second
const maxPause = 5 * minute

/** A provider that says after a session's lifetime that it is open is believed so long. */
const maxOvertime = 10 * minute

/** An outcome that is not known is looked for so long after the end. */
export const maxWatch = 72 * hour

/** Looks at a session once. @returns it as it is then, while there is something left to wait for. */
export type FollowOnce = (row: RemoteSessionTable) => Promise<RemoteSessionTable | undefined>

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

  function isDecided(row: RemoteSessionTable): boolean {
    const { outcome, ended_at } = row
    if (outcome !== null && outcome !== 'unknown') return true
    return ended_at !== null && (clock.now() >= ended_at + maxWatch || !canBeAsked(row))
  }

  return async (row) => {
    const guid = row.provider_session_guid as Guid
    const looked = await look(guid)
    let now = await rows.find.first(store.reader, { guid })
    if (now?.outcome === null && isOver(now, looked === 'open')) {
      log.warn({ providerSessionGuid: guid }, 'a session expired at its provider without a result')
      await taking.take({ guid, end: 'expired', outcome: 'unknown' })
      now = await rows.find.first(store.reader, { guid })
    }
    return now && !isDecided(now) ? now : undefined
  }
}

/** When a session is to be looked at again. */
export function dueAgain(row: RemoteSessionTable, now: number): number {
  const pause = Math.min(Math.max((now - row.created_at) / 10, minPause), maxPause)
  const isOpen = row.outcome === null
  const untilEnd = isOpen && row.expires_at > now ? row.expires_at - now : maxPause
  return now + (canBeAsked(row) ? Math.min(pause, untilEnd) : Math.max(untilEnd, 0))
}

export const canBeAsked = (row: RemoteSessionTable) => targetOf(row).provider.kind === 'tonegate'
