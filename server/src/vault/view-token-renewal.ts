import { Type } from 'typebox'
import type { Clock } from '../base/clock.ts'
import type { Http } from '../base/http.ts'
import { Problem } from '../base/problem.ts'
import type { LiveCapture } from './capture-sessions.ts'
import {
  bearerOf,
  findCapture,
  invalidToken,
  refuseClosed,
  refuseOtherSites,
  renewInSeconds,
  ViewAddress,
  type ViewRoutes,
  viewPath,
} from './view-access.ts'
import type { ViewTokenPair } from './view-page-data.ts'

/**
 * `POST …/token`: a refresh token for a new pair. It is used up by that, and a second use is refused
 * (contract/payment-api §3). An access token that is still good gets a pair too: for a window that has no refresh
 * token of its own, or whose answer was lost on the way. The server's time comes with it.
 *
 * @throws {Problem} `not-found` when the session has ended or is another tenant's, `view-closed`, `invalid-token`.
 */
export function registerViewTokenRenewal(
  app: Http,
  { captures, viewTokens, setHeaders, clock }: ViewRoutes & { readonly clock: Clock },
): void {
  async function refreshTokenFor(capture: LiveCapture, used: string | undefined, accessToken: string) {
    const successor = used === undefined ? undefined : await capture.renew(used)
    if (successor !== undefined) return successor
    if (viewTokens.verify(accessToken) !== capture.guid) throw invalidToken()
    return capture.addRefreshToken()
  }

  app.post(
    `${viewPath}/token`,
    {
      schema: { params: ViewAddress, body: Type.Object({ refreshToken: Type.Optional(Type.String()) }) },
      onRequest: setHeaders,
    },
    async ({ headers, params, body }): Promise<ViewTokenPair> => {
      refuseOtherSites(headers)
      const capture = findCapture(captures, params)
      if (!capture) throw new Problem('not-found', 'There is nothing here.')
      refuseClosed(capture)
      const refreshToken = await refreshTokenFor(capture, body.refreshToken, bearerOf(headers) ?? '')
      refuseClosed(capture)
      return { accessToken: viewTokens.issue(capture.guid), refreshToken, renewInSeconds, now: clock.now() }
    },
  )
}
