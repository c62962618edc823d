import type { Guid } from '../../base/guid.ts'
import type { Http } from '../../base/http.ts'
import { Problem } from '../../base/problem.ts'
import { SessionAddress, type SessionRoutes, sessionPath } from './find-session.ts'
import { type SessionAnswer, sessionAnswer } from './get-session-endpoint.ts'

/**
 * `POST /api/v1/session/{tenantId}/{Id}/cancel`: ends an open session. One that was cancelled before is answered alike; of
 * one that has ended otherwise, what was authorised and not captured is let go, where its flow allows it.
 *
 * @throws {Problem} `session-ended` when it has ended otherwise, `not-possible-now` once the gateway has been asked.
 */
export function registerCancelSession(
  app: Http,
  { requireClient, findSession, captures, seal }: SessionRoutes,
): void {
  async function letGo(guid: Guid): Promise<void> {
    switch (await captures.letGoAuthorised(guid)) {
      case 'voided':
        return
      case 'nothing':
        throw new Problem('session-ended', 'The session has ended.')
      case 'refused':
        throw new Problem('not-possible-now', 'The gateway does not let go what was authorised.', {
          members: { held: 'refused' },
        })
      case 'not-known':
        throw new Problem('not-possible-now', 'It is being let go, but the gateway has not answered yet.', {
          members: { held: 'not-known' },
        })
    }
  }

  app.post<{ Params: SessionAddress }>(
    `${sessionPath}/cancel`,
    { schema: { params: SessionAddress } },
    async (request, reply): Promise<SessionAnswer> => {
      const holder = await requireClient(request)
      const { guid, reported } = await findSession(holder, request.params)
      const capture = captures.find(guid)
      if (capture) await capture.cancel()
      else if (reported !== null && !reported.startsWith('cancelled')) await letGo(guid)
      reply.header('cache-control', 'no-store')
      return sessionAnswer(await findSession(holder, request.params), seal)
    },
  )
}
