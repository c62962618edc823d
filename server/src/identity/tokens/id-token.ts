import { hash } from 'node:crypto'
import type { Parts } from '../../base/parts.ts'
import type { Addresses } from '../../base/region.ts'
import type { Client } from '../clients/known-clients.ts'
import type { SigningAlgorithm } from '../keys/algorithms.ts'
import type { Keyring } from '../keys/keyring.ts'
import type { KnownUser } from '../users/known-users.ts'
import { profileClaims } from './profile-claims.ts'
import { signJwt } from './sign-jwt.ts'

/** Whom an ID token is about, and for whom it is made. */
export interface IdTokenOrder {
  readonly client: Client
  readonly user: KnownUser
  /** The granted scope; `profile` adds the person's name. */
  readonly scope: string
  readonly nonce: string | null
  /** Milliseconds since the epoch. */
  readonly authenticatedAt: number
  /** `sid`, of the browser session; null when it came of the password grant. */
  readonly signInId: string | null
  /** The access token it is issued with, for `at_hash` (OpenID Connect Core §3.1.3.6). */
  readonly accessToken: string
  /** The issuer as the client knows it; the region's own unless given. */
  readonly addresses?: Addresses
}

/** Issues a signed ID token (OpenID Connect Core §2), in compact form. */
export type IssueIdToken = (order: IdTokenOrder) => Promise<string>

/** What an ID token may hold. */
export const idTokenClaims = [
  ...['iss', 'sub', 'aud', 'iat', 'exp', 'auth_time', 'nonce', 'at_hash', 'sid', 'amr'],
  ...['agent_id', 'name', 'preferred_username'],
] as const

/**
 * Issues ID tokens (OpenID Connect Core §2). One is good for as long as the access token that comes with it, so
 * that a client which ends its own session with either ends it with both; keys are kept for that long. It is no
 * access token: its type is another (RFC 8725 §3.11), and its audience is the client. It is signed with the algorithm
 * that the client was registered with (`id_token_signed_response_alg`), or else the region's.
 *
 * `auth_time` is when the person proved who they are, not when the token was made, also after a refresh
 * (§12.2). People prove it by a password and by nothing else, which `amr` says (RFC 8176 §2).
 */
export function createIdTokens({
  clock,
  region,
  keyring,
  algorithm,
  lifetimeSeconds,
}: Pick<Parts, 'clock' | 'region'> & {
  readonly keyring: Pick<Keyring, 'signing'>
  readonly algorithm: SigningAlgorithm
  readonly lifetimeSeconds: number
}): IssueIdToken {
  return async ({
    client,
    user,
    scope,
    nonce,
    authenticatedAt,
    signInId,
    accessToken,
    addresses = region,
  }) => {
    const now = Math.floor(clock.now() / 1000)
    const key = await keyring.signing(client.idTokenAlgorithm ?? algorithm)
    return signJwt(key, 'JWT', {
      iss: addresses.issuer,
      sub: user.id,
      aud: client.id,
      iat: now,
      exp: now + lifetimeSeconds,
      auth_time: Math.floor(authenticatedAt / 1000),
      nonce: nonce ?? undefined,
      at_hash: leftHalfOfHash(accessToken, key.algorithm),
      sid: signInId ?? undefined,
      amr: ['pwd'],
      agent_id: user.agentId ?? undefined,
      ...profileClaims(user, scope.split(' ')),
    })
  }
}

/** The hash is the one of the signature's algorithm (§3.1.3.6): Ed25519 has SHA-512. */
function leftHalfOfHash(accessToken: string, algorithm: SigningAlgorithm): string {
  const digest = hash(algorithm === 'EdDSA' ? 'sha512' : 'sha256', accessToken, 'buffer')
  return digest.subarray(0, digest.length / 2).toString('base64url')
}
