import type { OpenSession } from '../model/vault-sessions.ts'
import type { ViewTokens } from './view-access.ts'
import type { createViewOpenings, ViewOpening } from './view-openings.ts'
import type { PostedTokens } from './view-posted-tokens.ts'

/** Whether a token of the tenant's opens a session's view. */
export type OpensView = (token: string, session: OpenSession) => Promise<boolean>

/**
 * Opens a view by the ticket of its opening, by its access token, or else by its refresh token, which is used up by that;
 * `undefined` where none of them opens it.
 */
export function createOpenView({
  openings,
  viewTokens,
  opensView,
}: {
  readonly openings: ReturnType<typeof createViewOpenings>
  readonly viewTokens: ViewTokens
  readonly opensView: OpensView
}) {
  return async (
    session: OpenSession,
    { accessToken, refreshToken }: PostedTokens,
    ticket: string | undefined,
  ): Promise<ViewOpening | undefined> => {
    const opening = ticket === undefined ? undefined : openings.take(session, ticket)
    if (opening) return opening
    const known = viewTokens.verify(accessToken) === session.guid || (await opensView(accessToken, session))
    if (known) return { refreshToken: undefined }
    const renewed = await session.renew(refreshToken)
    return renewed === undefined ? undefined : { refreshToken: renewed }
  }
}
