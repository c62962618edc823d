import { Type } from 'typebox'
import type { createOneAtATime } from '../../base/one-at-a-time.ts'
import { Problem } from '../../base/problem.ts'
import type { Http } from '../../http/http.ts'
import type { ApiToken } from './api-tokens.ts'
import type { SessionRoutes } from './find-launched.ts'
import { type SessionAnswer, sessionAnswer } from './get-session-endpoint.ts'
import { type LaunchKeys, launchKey } from './launch/launch-keys.ts'

/**
 * `POST /api/v1/session/{tenantId}/launch/cancel`, for a client that has lost the answer to a launch: whatever was
 * launched under its `Idempotency-Key` is cancelled, unless a card is being charged, and is answered as it stands; no
 * callback tells of it then. Where nothing was launched the answer is empty, and a launch with the key is refused from now
 * on, also one that is on its way.
 */
export function registerCallOff(
  app: Http,
  {
    requireClient,
    findSession,
    sessions,
    callbacks,
    seal,
    keys,
    withKey,
  }: SessionRoutes & {
    readonly keys: LaunchKeys
    readonly withKey: ReturnType<typeof createOneAtATime>
  },
): void {
  async function cancelled(holder: ApiToken, tenant: string, id: string): Promise<SessionAnswer> {
    const { guid } = await findSession(holder, { tenant, id })
    await sessions.find(guid)?.cancel().catch(unlessCharging)
    const answer = sessionAnswer(await findSession(holder, { tenant, id }), seal)
    const outcome = answer.Result?.paymentOutcome
    if (outcome === 'cancelled' || outcome === 'failed') await callbacks.withdraw(guid, 'any')
    return answer
  }

  app.post<{ Params: { tenant: string } }>(
    '/api/v1/session/:tenant/launch/cancel',
    { schema: { params: Type.Object({ tenant: Type.String() }) } },
    async (request, reply): Promise<SessionAnswer | Record<string, never>> => {
      const holder = await requireClient(request)
      const { clientId } = holder
      const key = launchKey(request.headers['idempotency-key'])
      if (key === undefined) throw new Problem('invalid-request', 'Idempotency-Key is missing.')
      reply.header('cache-control', 'no-store')
      return withKey(`${clientId} ${key}`, async () => {
        const id = await keys.findOrCallOff(clientId, key)
        return id === undefined ? {} : cancelled(holder, request.params.tenant, id)
      })
    },
  )
}

function unlessCharging(error: unknown): void {
  if (!(error instanceof Problem) || error.code !== 'not-possible-now') throw error
}
