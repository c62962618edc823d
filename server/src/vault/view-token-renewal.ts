import { Type } from 'typebox'
import type { Http } from '../base/http.ts'
import { Problem } from '../base/problem.ts'
import {
  findCapture,
  invalidToken,
  refuseOtherSites,
  renewInSeconds,
  ViewAddress,
  type ViewRoutes,
  viewPath,
} from './view-access.ts'
import type { ViewTokenPair } from './view-page-data.ts'

/**
 * `POST …/token`: a refresh token for a new pair. It is used up by that, and a second use is refused
 * (contract/payment-api §3).
 *
 * @throws {Problem} `not-found` when the session has ended or is another tenant's, `invalid-token`.
 */
export function registerViewTokenRenewal(app: Http, { captures, viewTokens, setHeaders }: ViewRoutes): void {
  app.post(
    `${viewPath}/token`,
    {
      schema: { params: ViewAddress, body: Type.Object({ refreshToken: Type.String() }) },
      onRequest: setHeaders,
    },
    async ({ headers, params, body }): Promise<ViewTokenPair> => {
      refuseOtherSites(headers)
      const capture = findCapture(captures, params)
      if (!capture) throw new Problem('not-found', 'There is nothing here.')
      const refreshToken = await capture.renew(body.refreshToken)
      if (refreshToken === undefined) throw invalidToken()
      return { accessToken: viewTokens.issue(capture.guid), refreshToken, renewInSeconds }
    },
  )
}
