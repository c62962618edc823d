import type { Http } from '../../http/http.ts'
import type { EventStreams } from './event-streams.ts'
import { streamHeaders } from './event-streams.ts'
import { requireView, ViewAddress, type ViewRoutes, viewOpenTooOften, viewPath } from './view-access.ts'

/**
 * `GET …/events`: the session's state as server-sent events, whole each time, from its present one to its last.
 * The token is checked when the stream is opened; it ends with the session, with the server, or by `event: closed`
 * when whoever opened the view has lost their access. Of a session that
 * ended a moment ago it is the last state alone.
 *
 * @throws {Problem} `quota-exceeded` with more than eight readers, and what {@link requireView} throws.
 */
export function registerViewEvents(
  app: Http,
  { sessions, viewTokens, setHeaders, streams }: ViewRoutes & { readonly streams: EventStreams },
): void {
  app.get(
    `${viewPath}/events`,
    {
      schema: { params: ViewAddress },
      config: { stream: 'agent-view' },
      onRequest: setHeaders,
      exposeHeadRoute: false,
    },
    (request, reply) => {
      const session = requireView({ sessions, viewTokens }, request)
      if ('state' in session) return reply.headers(streamHeaders).send(streams.eventOf(session.state))
      if (!streams.hasRoomFor(session)) throw viewOpenTooOften()
      streams.open({ request, reply }, { parts: [{ session, label: '' }] })
    },
  )

  app.addHook('preClose', async () => streams.closeAll())
}
