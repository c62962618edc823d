import type { Guid } from '../../base/guid.ts'
import type { Addresses } from '../../base/region.ts'
import type { Client } from '../clients/known-clients.ts'
import { spaceSeparated } from '../space-separated.ts'
import type { IssueIdToken } from '../tokens/id-token.ts'
import type { IssueAccessToken } from '../tokens/issue-access-token.ts'
import type { RefreshTokens } from '../tokens/refresh-tokens.ts'
import type { KnownUser } from '../users/known-users.ts'
import type { Granted } from './grant.ts'

/** In whose name tokens are issued, to whom and for what. */
export interface IssueForUserOrder {
  readonly client: Client
  readonly user: KnownUser
  /** What the access token is for; space-separated. */
  readonly scope: string
  readonly grantId: Guid
  /** Of the access token: made before what the grant comes of was looked at. */
  readonly tokenId: Guid
  /** Of the browser session; null when it came of the password grant. */
  readonly signInId: Guid | null
  readonly nonce: string | null
  /** When the person proved who they are, in milliseconds since the epoch. */
  readonly authenticatedAt: number
  /** Of the key that a DPoP proof came with. */
  readonly keyThumbprint: string | null
  readonly addresses: Addresses
}

/** Issues what a grant in a person's name gives. */
export interface IssueForUser {
  /**
   * A new grant: an access token; with `offline_access` a refresh token too, with `openid` an ID token.
   *
   * @throws {OAuthError} `invalid_grant` when the grant was revoked meanwhile, or the person's tokens were ended.
   */
  first(order: IssueForUserOrder): Promise<Granted>
  /** The same for a grant that has its refresh token already. */
  again(order: IssueForUserOrder, refreshToken: string): Promise<Granted>
}

export function createIssueForUser({
  issueAccessToken,
  issueIdToken,
  refreshTokens,
}: {
  readonly issueAccessToken: IssueAccessToken
  readonly issueIdToken: IssueIdToken
  readonly refreshTokens: RefreshTokens
}): IssueForUser {
  async function issue(order: IssueForUserOrder, refreshToken: string | undefined): Promise<Granted> {
    const { client, user, scope, addresses, nonce, authenticatedAt, signInId } = order
    const { grantId, tokenId, keyThumbprint } = order
    const both = { client, user, scope, addresses }
    const accessToken = await issueAccessToken({ ...both, grantId, tokenId, keyThumbprint })
    const granted = { accessToken, scope, ...(refreshToken !== undefined && { refreshToken }) }
    if (!spaceSeparated(scope).includes('openid')) return granted
    const idToken = await issueIdToken({ ...both, nonce, authenticatedAt, signInId, accessToken })
    return { ...granted, idToken }
  }

  return {
    async first(order) {
      const { client, user, scope, grantId, signInId, authenticatedAt } = order
      if (!spaceSeparated(scope).includes('offline_access')) return issue(order, undefined)
      const keyThumbprint = client.clientType === 'public' ? order.keyThumbprint : null
      const ids = { grantId, clientId: client.id, userId: user.id, signInId }
      const refreshToken = await refreshTokens.issue({ ...ids, scope, authenticatedAt, keyThumbprint })
      return issue(order, refreshToken)
    },
    again: issue,
  }
}
