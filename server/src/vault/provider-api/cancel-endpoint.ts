import type { Http } from '../../base/http.ts'
import { Problem } from '../../base/problem.ts'
import { SessionAddress, type SessionRoutes, sessionPath } from './find-session.ts'
import { type SessionAnswer, sessionAnswer } from './get-session-endpoint.ts'

/**
 * `POST /api/v1/session/{tenantId}/{Id}/cancel`: ends an open session. One that was cancelled before is answered alike.
 *
 * @throws {Problem} `session-ended` when it has ended otherwise, `not-possible-now` once the gateway has been asked.
 */
export function registerCancelSession(
  app: Http,
  { requireClient, findSession, captures, seal }: SessionRoutes,
): void {
  app.post<{ Params: SessionAddress }>(
    `${sessionPath}/cancel`,
    { schema: { params: SessionAddress } },
    async (request, reply): Promise<SessionAnswer> => {
      await requireClient(request)
      const { guid, reported } = await findSession(request.params)
      const capture = captures.find(guid)
      if (capture) await capture.cancel()
      else if (reported !== null && !reported.startsWith('cancelled')) {
        throw new Problem('session-ended', 'The session has ended.')
      }
      reply.header('cache-control', 'no-store')
      return sessionAnswer(await findSession(request.params), seal)
    },
  )
}
