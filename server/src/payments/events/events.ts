import type { FindEnded } from '../../identity/tokens/find-ended.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { FindSession } from '../find-session.ts'
import type { Provider } from '../provider.ts'
import type { StatusText } from '../session-answer.ts'
import type { EventRouteParts } from './event-routes.ts'
import { createEventStreams } from './event-streams.ts'
import { createFollowSessions, type FollowSessions } from './follow-sessions.ts'
import { prepareFollowedRows } from './followed-rows.ts'
import { createFindNews } from './session-news.ts'

/** Sessions that programs follow without asking again and again. */
export interface Events extends Pick<FollowSessions, 'changed' | 'courseKept' | 'close'> {
  readonly routes: EventRouteParts
  start(): void
}

export function createEvents(
  parts: Pick<StoreParts, 'store' | 'clock' | 'log'> & {
    readonly provider: Pick<Provider, 'findProgress'>
    readonly statusText: StatusText
    readonly findSession: FindSession
    readonly findEnded: FindEnded
  },
): Events {
  const findNews = createFindNews(parts)
  const following = createFollowSessions({ ...parts, rows: prepareFollowedRows(parts.store), findNews })
  const streams = createEventStreams({ ...parts, following })
  return {
    routes: { findSession: parts.findSession, findNews, streams },
    changed: following.changed,
    courseKept: following.courseKept,
    start() {
      following.start()
      streams.start()
    },
    async close() {
      streams.closeAll()
      await following.close()
    },
  }
}
