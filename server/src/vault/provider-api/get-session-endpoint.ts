import type { Http } from '../../http/http.ts'
import type { ResultValues } from './callbacks/callback-values.ts'
import { type FoundSession, SessionAddress, type SessionRoutes, sessionPath } from './find-launched.ts'
import type { ProviderSessionSeal } from './provider-session.ts'

/** A session, as its client may know it. */
export interface SessionAnswer {
  readonly Id: string
  readonly LinkId: string
  /** Absent for a session that was launched without a flow. */
  readonly FlowId?: number
  /** The `username` of the token that it was launched with. */
  readonly LaunchedBy?: string
  /** `InProgress`: somebody has opened a page, or pressed a key. */
  readonly State: 'Created' | 'InProgress' | 'Ended'
  /** What its callback says; for a day after the end. */
  readonly Result?: ResultValues
}

/** `GET /api/v1/session/{tenantId}/{Id}`: where a session stands, and its result when it has ended. */
export function registerGetSession(
  app: Http,
  { requireClient, findSession, callbacks, seal }: SessionRoutes,
): void {
  app.get<{ Params: SessionAddress }>(
    sessionPath,
    { schema: { params: SessionAddress } },
    async (request, reply): Promise<SessionAnswer> => {
      const holder = await requireClient(request)
      reply.header('cache-control', 'no-store')
      const session = await findSession(holder, request.params)
      if (session.sealed_result) await callbacks.withdraw(session.guid, 'given up')
      return sessionAnswer(session, seal)
    },
  )
}

/** What a session is answered with. */
export function sessionAnswer(row: FoundSession, seal: ProviderSessionSeal): SessionAnswer {
  return {
    Id: row.guid,
    LinkId: row.link_id,
    ...(row.flow_id !== null && { FlowId: row.flow_id }),
    ...(row.launched_by && { LaunchedBy: row.launched_by }),
    State: row.ended_at !== null ? 'Ended' : row.begun_at !== null ? 'InProgress' : 'Created',
    ...(row.sealed_result && { Result: seal.openResult(row.guid, row.sealed_result) }),
  }
}
