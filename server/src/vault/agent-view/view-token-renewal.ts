import type { ViewTokenPair } from '@tonegate/protocol/view-page-data'
import { Type } from 'typebox'
import type { Clock } from '../../base/clock.ts'
import { Problem } from '../../base/problem.ts'
import type { Http } from '../../http/http.ts'
import type { OpenSession } from '../model/vault-sessions.ts'
import {
  bearerOf,
  findSession,
  invalidToken,
  refuseClosed,
  refuseOtherSites,
  renewInSeconds,
  ViewAddress,
  type ViewRoutes,
  viewPath,
} from './view-access.ts'

const Renewal = Type.Object({
  refreshToken: Type.Optional(Type.String()),
  successor: Type.Optional(Type.String({ pattern: '^[0-9a-f]{32}$' })),
})
type Renewal = Type.Static<typeof Renewal>

/**
 * `POST …/token`: a refresh token for a new pair. It is used up by that, and a second use is refused
 * (contract/payment-api §3). A page names the refresh token that it wants next, and may then ask the same again where it
 * has not heard the answer: it was reloaded meanwhile, or the network failed. An access token that is still good gets a
 * pair too: for a window that has no refresh token of its own. The server's time comes with it.
 *
 * @throws {Problem} `not-found` when the session has ended or is another tenant's, `view-closed`, `invalid-token`.
 */
export function registerViewTokenRenewal(
  app: Http,
  { sessions, viewTokens, setHeaders, clock }: ViewRoutes & { readonly clock: Clock },
): void {
  async function refreshTokenFor(
    session: OpenSession,
    { refreshToken, successor }: Renewal,
    accessToken: string,
  ) {
    const renewed = refreshToken === undefined ? undefined : await session.renew(refreshToken, successor)
    if (renewed !== undefined) return renewed
    if (viewTokens.verify(accessToken) !== session.guid) throw invalidToken()
    return session.addRefreshToken()
  }

  app.post(
    `${viewPath}/token`,
    {
      schema: { params: ViewAddress, body: Renewal },
      onRequest: setHeaders,
    },
    async ({ headers, params, body }): Promise<ViewTokenPair> => {
      refuseOtherSites(headers)
      const session = findSession(sessions, params)
      if (!session) throw new Problem('not-found', 'No resource exists at this path.')
      refuseClosed(session)
      const refreshToken = await refreshTokenFor(session, body, bearerOf(headers) ?? '')
      refuseClosed(session)
      return { accessToken: viewTokens.issue(session.guid), refreshToken, renewInSeconds, now: clock.now() }
    },
  )
}
