import type { Guid } from '../../base/guid.ts'
import { Problem } from '../../base/problem.ts'
import type { Http } from '../../http/http.ts'
import { type FoundSession, SessionAddress, type SessionRoutes, sessionPath } from './find-launched.ts'
import { type SessionAnswer, sessionAnswer } from './get-session-endpoint.ts'
import type { ProviderSessionSeal } from './provider-session.ts'

/**
 * `POST /api/v1/session/{tenantId}/{Id}/cancel`: ends an open session. One that was cancelled before is answered alike; of
 * one that has ended otherwise, what was authorised and not captured is voided, where its flow allows it.
 *
 * @throws {Problem} `session-ended` when it has ended otherwise, `not-possible-now` once the gateway has been asked.
 */
export function registerCancelSession(
  app: Http,
  { requireClient, findSession, sessions, seal }: SessionRoutes,
): void {
  async function voidAuthorised(guid: Guid): Promise<void> {
    switch (await sessions.voidAuthorised(guid)) {
      case 'voided':
        return
      case 'nothing':
        throw new Problem('session-ended', 'The session has ended.')
      case 'refused':
        throw new Problem(
          'not-possible-now',
          'The gateway refused to void the authorisation of this session.',
          {
            members: { held: 'refused' },
          },
        )
      case 'not-known':
        throw new Problem(
          'not-possible-now',
          'The authorisation is being voided, but the gateway has not answered yet. Send the cancel request again to see the result.',
          {
            members: { held: 'not-known' },
          },
        )
    }
  }

  app.post<{ Params: SessionAddress }>(
    `${sessionPath}/cancel`,
    { schema: { params: SessionAddress } },
    async (request, reply): Promise<SessionAnswer> => {
      const holder = await requireClient(request)
      const launched = await findSession(holder, request.params)
      const { guid } = launched
      const session = sessions.find(guid)
      if (session) await session.cancel()
      else if (launched.reported !== null && !wasCancelled(launched, seal)) await voidAuthorised(guid)
      reply.header('cache-control', 'no-store')
      return sessionAnswer(await findSession(holder, request.params), seal)
    },
  )
}

/** Whether it was cancelled while it was open, whatever became of the payment that was given up then. */
function wasCancelled({ guid, reported, sealed_result }: FoundSession, seal: ProviderSessionSeal): boolean {
  if (sealed_result && seal.openResult(guid, sealed_result).end === 'cancelled') return true
  return reported?.startsWith('cancelled') ?? false
}
