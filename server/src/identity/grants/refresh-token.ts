import type { Parts } from '../../base/parts.ts'
import type { Client } from '../clients/known-clients.ts'
import { OAuthError } from '../endpoints/oauth-error.ts'
import { spaceSeparated } from '../space-separated.ts'
import type { RefreshTokens } from '../tokens/refresh-tokens.ts'
import type { KnownUsers } from '../users/known-users.ts'
import { flowNotRegistered } from './flow-not-registered.ts'
import type { Grant } from './grant.ts'
import { grantedScope } from './granted-scope.ts'
import type { IssueForUser } from './issue-for-user.ts'
import { requireUser } from './require-user.ts'

/**
 * Refreshing an access token (RFC 6749 §6). The refresh token is exchanged with it (RFC 9700 §4.14.2), for one of
 * the same scope: a narrower scope is the access token's alone. What is refused for its scope has used nothing up.
 *
 * @throws {OAuthError} `unauthorized_client` when the client was registered for no flow that gives refresh tokens,
 *   `invalid_request` without a token, `invalid_grant` when it is not good for this client, or the person may not
 *   sign in any more, `invalid_scope` when more is asked for than was granted.
 */
export function refreshToken({
  refreshTokens,
  users,
  issueForUser,
  newGuid,
}: Pick<Parts, 'newGuid'> & {
  readonly refreshTokens: RefreshTokens
  readonly users: KnownUsers
  readonly issueForUser: IssueForUser
}): Grant {
  return async ({ client, parameters, keyThumbprint, addresses, request, admit }) => {
    if (!mayRefresh(client)) throw flowNotRegistered(client, 'refresh_token')
    const token = parameters.get('refresh_token')
    if (token === undefined) {
      throw new OAuthError('invalid_request', { description: 'The refresh_token is missing' })
    }
    const tokenId = newGuid()
    const presented = await refreshTokens.present({ token, client, keyThumbprint, request })
    const user = await requireUser(users, presented.userId, client)
    const scope = refreshedScope(client, presented.scope, parameters.get('scope'))
    admit(user.id)
    const next = await refreshTokens.rotate(token, presented, request)
    const { grantId, signInId, authenticatedAt } = presented
    const grant = { scope, grantId, tokenId, signInId, authenticatedAt, nonce: null }
    const order = { client, user, keyThumbprint, addresses, ...grant }
    const askedScope = parameters.get('scope') ?? presented.scope
    return { ...(await issueForUser.again(order, next)), askedScope }
  }
}

const mayRefresh = ({ flows, scopes }: Client): boolean =>
  (flows.has('authorization_code') || flows.has('password')) && scopes.has('offline_access')

/**
 * What was granted, as far as the client may have it still; or as much of it as is asked for.
 *
 * @throws {OAuthError} `invalid_scope` when that is nothing, or something that was not granted.
 */
function refreshedScope(client: Client, granted: string, asked: string | undefined): string {
  const left = spaceSeparated(granted).filter((name) => client.scopes.has(name))
  return grantedScope({ ...client, scopes: new Set(left) }, asked ?? left.join(' '), 'user')
}
