import type { Guid } from '../../base/guid.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { ProgressOfSessions, SessionProgress } from '../../vault/model/session-progress.ts'
import type { FoundSession } from '../find-session.ts'
import type { Provider } from '../provider.ts'
import type { StatusText } from '../session-answer.ts'
import type { SessionNews } from './event-reader.ts'
import { openedProgress } from './opened-progress.ts'

/** What is known of sessions at this moment; of those that are there no more nothing. */
export type FindNews = (
  sessions: readonly FoundSession[],
  before?: (guid: Guid) => readonly SessionProgress[],
) => Promise<ReadonlyMap<Guid, SessionNews>>

/**
 * Puts together what the rows of sessions say and what their provider has of them. A session's row is read before its
 * progress, so that all of it is there by its end. Where the provider cannot be asked, what was known before is what is known:
 * the end of a session is told all the same.
 */
export function createFindNews({
  log,
  provider,
  statusText,
}: Pick<StoreParts, 'log'> & {
  readonly provider: Pick<Provider, 'findProgress'>
  readonly statusText: StatusText
}): FindNews {
  let isFailing = false

  async function progressOf(guids: readonly Guid[]): Promise<ProgressOfSessions | undefined> {
    try {
      const found = await provider.findProgress(guids)
      isFailing = false
      return found
    } catch (error) {
      if (!isFailing) log.warn({ err: error }, 'the progress of sessions could not be read; retrying')
      isFailing = true
      return undefined
    }
  }

  return async (sessions, before = () => []) => {
    const found = await progressOf(sessions.map(({ provider_session_guid }) => provider_session_guid))
    return new Map(
      sessions.map((session) => {
        const { guid, provider_session_guid, ended_at } = session
        const known = found?.get(provider_session_guid)
        const progress = longest(before(guid), known ?? (found ? tellsLittle(session) : []))
        if (ended_at === null) return [guid, { progress }]
        const sequence = (known || !found ? progress.length : placesOfLittle) + 1
        const isPlaced = found !== undefined
        return [guid, { progress, ended: { sequence, isPlaced, at: ended_at, status: statusText(session) } }]
      }),
    )
  }
}

/** What was told stays told. */
const longest = (before: readonly SessionProgress[], now: readonly SessionProgress[]) =>
  now.length >= before.length ? now : before

/** A provider of another make tells that a session is under way, and no more: it is in the session's row. */
const placesOfLittle = 1

const tellsLittle = ({ state, updated_at }: FoundSession): readonly SessionProgress[] =>
  state === 'InProgress' ? [openedProgress(updated_at)] : []
