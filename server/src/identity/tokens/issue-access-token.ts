import type { Guid } from '../../base/guid.ts'
import type { Parts } from '../../base/parts.ts'
import type { Addresses } from '../../base/region.ts'
import type { Client } from '../clients/known-clients.ts'
import type { SigningAlgorithm } from '../keys/algorithms.ts'
import type { Keyring } from '../keys/keyring.ts'
import { openIdScopes } from '../scopes.ts'
import type { KnownUser } from '../users/known-users.ts'
import { signJwt } from './sign-jwt.ts'

/** To whom an access token is issued and for what. */
interface Issue {
  readonly client: Client
  /** The person in whose name the client acts; absent when it acts in its own. */
  readonly user?: KnownUser
  /** Space-separated. */
  readonly scope: string
  /** The grant that it came of, by which it can be revoked with all others. */
  readonly grantId?: Guid
  /** Of the key that it is bound to by DPoP (RFC 9449 §6.1). */
  readonly keyThumbprint?: string | null
  /** Its own name, where it was made before what it comes of was looked at: an end of that which came since ends it too. */
  readonly tokenId?: Guid
  /** Issuer and audience as the client knows them; the region's own unless given. */
  readonly addresses?: Addresses
}

/** Issues a signed access token, in compact form. */
export type IssueAccessToken = (issue: Issue) => Promise<string>

/**
 * Issues access tokens in the JWT profile (RFC 9068), with the claims of contract/authentication §4. `sub` is
 * the client where there is no user. `jti` is a GUID, or two with a dot between: the grant's, and its own.
 */
export function createAccessTokens({
  clock,
  newGuid,
  region,
  keyring,
  algorithm,
  lifetimeSeconds,
}: Pick<Parts, 'clock' | 'newGuid' | 'region'> & {
  readonly keyring: Pick<Keyring, 'signing'>
  /** Where the client was registered with no other. */
  readonly algorithm: SigningAlgorithm
  readonly lifetimeSeconds: number
}): IssueAccessToken {
  return async ({ client, user, scope, grantId, keyThumbprint, addresses = region, tokenId }) => {
    const now = Math.floor(clock.now() / 1000)
    const jti = tokenId ?? newGuid()
    const key = await keyring.signing(client.accessTokenAlgorithm ?? algorithm)
    return signJwt(key, 'at+jwt', {
      iss: addresses.issuer,
      aud: audienceOf(scope, addresses),
      sub: user?.id ?? client.id,
      client_id: client.id,
      scope,
      iat: now,
      nbf: now,
      exp: now + lifetimeSeconds,
      jti: grantId === undefined ? jti : `${grantId}.${jti}`,
      account: (user ?? client).account.id,
      agent_id: user?.agentId ?? undefined,
      cnf: keyThumbprint ? { jkt: keyThumbprint } : undefined,
    })
  }
}

/**
 * Who may accept the token (RFC 9068 §3): the Payment API; with `openid` the identity server itself too, whose
 * userinfo endpoint takes it.
 */
function audienceOf(scope: string, { apiUrl, issuer }: Addresses): string | readonly string[] {
  if (!scope.includes('openid')) return apiUrl
  const names = scope.split(' ')
  if (!names.includes('openid')) return apiUrl
  return names.every((name) => openIdScopes.has(name)) ? issuer : [apiUrl, issuer]
}
