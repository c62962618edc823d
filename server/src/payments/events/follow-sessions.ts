import type { Guid } from '../../base/guid.ts'
import { repeatedly } from '../../base/repeatedly.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { FoundSession } from '../find-session.ts'
import type { EventReader, SessionNews } from './event-reader.ts'
import { type FollowedRows, maxFollowedAtOnce } from './followed-rows.ts'
import type { FindNews } from './session-news.ts'

const lookMilliseconds = 500

interface Followed {
  readonly readers: Set<EventReader>
  readonly providerSessionGuid: Guid
  news: SessionNews
}

/** The sessions of this process that somebody follows. */
export interface FollowSessions {
  /** Has a reader hear what happens in a session, until it is left. */
  join(session: FoundSession, news: SessionNews, reader: EventReader): void
  leave(sessionGuid: Guid, reader: EventReader): void
  /** Something may have happened in a session: it is looked at now. */
  changed(sessionGuid: string): void
  /** The same, by the name that its provider has for it. */
  courseKept(providerSessionGuid: string): void
  start(): void
  close(): Promise<void>
}

/**
 * Looks twice a second at all sessions that are followed, in what the rows say, so that it makes no difference which process
 * a session is in; and at one at once when this process hears that something has happened in it. While nobody follows a
 * session, nothing is looked at.
 */
export function createFollowSessions({
  clock,
  log,
  rows,
  findNews,
}: Pick<StoreParts, 'clock' | 'log'> & {
  readonly rows: FollowedRows
  readonly findNews: FindNews
}): FollowSessions {
  const followed = new Map<string, Followed>()
  const byProvider = new Map<string, Guid>()
  const closing = new AbortController()
  let due = new Set<Guid>()
  let running: Promise<void> | undefined
  let isFailing = false

  async function look(guids: readonly Guid[]): Promise<void> {
    const sessions = await rows(guids)
    const news = await findNews(sessions, (guid) => followed.get(guid)?.news.progress ?? [])
    for (const [guid, each] of news) tell(guid, each)
  }

  function tell(guid: Guid, news: SessionNews): void {
    const session = followed.get(guid)
    if (!session) return
    session.news = news
    for (const reader of session.readers) reader.hear(news)
  }

  async function lookAtDue(): Promise<void> {
    while (due.size > 0 && !closing.signal.aborted) {
      const guids = [...due]
      due = new Set()
      for (let at = 0; at < guids.length; at += maxFollowedAtOnce)
        await look(guids.slice(at, at + maxFollowedAtOnce))
    }
    isFailing = false
  }

  function failed(error: unknown): void {
    if (!isFailing) log.error({ err: error }, 'sessions that are followed could not be read; retrying')
    isFailing = true
  }

  function lookSoon(): Promise<void> {
    running ??= lookAtDue()
      .catch(failed)
      .finally(() => {
        running = undefined
      })
    return running
  }

  function changed(sessionGuid: string): void {
    if (!followed.has(sessionGuid)) return
    due.add(sessionGuid as Guid)
    void lookSoon()
  }

  return {
    join({ guid, provider_session_guid: providerSessionGuid }, news, reader) {
      const session = followed.get(guid) ?? { readers: new Set(), providerSessionGuid, news }
      followed.set(guid, session)
      byProvider.set(providerSessionGuid, guid)
      session.readers.add(reader)
      reader.hear(news)
    },
    leave(guid, reader) {
      const session = followed.get(guid)
      session?.readers.delete(reader)
      if (!session || session.readers.size > 0) return
      followed.delete(guid)
      byProvider.delete(session.providerSessionGuid)
    },
    changed,
    courseKept: (providerSessionGuid) => changed(byProvider.get(providerSessionGuid) ?? ''),
    start: () =>
      repeatedly({
        ...{ clock, milliseconds: lookMilliseconds, over: closing.signal, failed },
        async work() {
          for (const guid of followed.keys()) due.add(guid as Guid)
          await lookSoon()
        },
      }),
    async close() {
      closing.abort()
      await running
    },
  }
}
