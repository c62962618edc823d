import type { FastifyInstance } from 'fastify'
import type { FindSession } from '../find-session.ts'
import { callerOf } from '../pass-bearer-check.ts'
import type { SessionNews } from './event-reader.ts'
import { type EventStreams, streamHeaders } from './event-streams.ts'
import { endedEvent, progressEvent } from './event-texts.ts'
import { lastEventIdIn } from './last-event-id.ts'
import type { FindNews } from './session-news.ts'

export interface EventRouteParts {
  readonly findSession: FindSession
  readonly findNews: FindNews
  readonly streams: EventStreams
}

/**
 * `GET …/events`: what happens in a session as server-sent events, from its beginning, or from behind the one that
 * `Last-Event-ID` names, to its end. Of a session that has ended it is the end at once, with what the reader has missed where
 * it says what it has had; of one whose end it has had there is nothing (204), which ends the tries of a browser.
 *
 * @throws {Problem} `not-found`, `invalid-request`; `quota-exceeded` where there are too many streams.
 */
export function eventRoutes(
  scope: FastifyInstance,
  { findSession, findNews, streams }: EventRouteParts,
): void {
  scope.get<{ Params: { readonly sessionGuid: string } }>(
    '/v1/session/:sessionGuid/events',
    { config: { stream: 'session-events' }, exposeHeadRoute: false },
    async (request, reply) => {
      const caller = callerOf(request)
      const session = await findSession(caller, request.params.sessionGuid)
      const after = lastEventIdIn(request.headers)
      const news: SessionNews = (await findNews([session])).get(session.guid) ?? { progress: [] }
      if (!news.ended) return streams.open({ request, reply }, { caller, session, news, after: after ?? 0 })
      const { ended, progress } = news
      if (after !== undefined && after >= ended.sequence && ended.isPlaced) return reply.code(204).send()
      const missed = after === undefined ? [] : progress.filter(({ sequence }) => sequence > after)
      const text = missed.map((each) => progressEvent(session.guid, each)).join('')
      const sequence = Math.max(ended.sequence, (after ?? 0) + 1)
      return reply.headers(streamHeaders).send(text + endedEvent(session.guid, { ...ended, sequence }))
    },
  )
  scope.addHook('preClose', async () => streams.closeAll())
}
