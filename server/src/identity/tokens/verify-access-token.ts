import { errors, type JWTHeaderParameters, type JWTPayload, jwtVerify } from 'jose'
import type { Clock } from '../../base/clock.ts'
import { type Guid, parseGuid } from '../../base/guid.ts'
import type { Region } from '../../base/region.ts'
import type { Keyring } from '../keys/keyring.ts'
import { signingAlgorithms } from '../keys/signing-keys.ts'

/** What an access token says, once it has been verified. */
export interface AccessToken {
  readonly jti: string
  readonly clientId: Guid
  readonly accountId: number
  readonly agentId?: string
  readonly scopes: ReadonlySet<string>
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

/** Verifies a token that was not seen before. */
export type VerifyAccessToken = (token: string) => Promise<AccessToken | 'invalid' | 'expired'>

/** A clock of another node may be so far behind the one that issued the token. */
const notBeforeLeewaySeconds = 5

/**
 * Verifies access tokens as RFC 9068 §4 and RFC 8725 demand. The key is one of our own, named by `kid`, and
 * is used with its own algorithm alone; whatever else a header names (`jwk`, `jku`, `x5u`) is not looked at.
 * A token has expired the moment that it says.
 */
export function createTokenVerification({
  region,
  keyring,
  clock,
}: {
  readonly region: Region
  readonly keyring: Keyring
  readonly clock: Clock
}): VerifyAccessToken {
  const findKey = ({ kid, alg }: JWTHeaderParameters) => {
    const key = kid === undefined ? undefined : keyring.find(kid)
    if (key === undefined || key.algorithm !== alg) throw new errors.JWSSignatureVerificationFailed()
    return key.publicKey
  }
  return async (token) => {
    if (!isCompactJws(token)) return 'invalid'
    const now = clock.now()
    try {
      const { payload } = await jwtVerify(token, findKey, {
        algorithms: [...signingAlgorithms],
        typ: 'at+jwt',
        issuer: region.issuer,
        audience: region.apiUrl,
        requiredClaims: ['sub', 'exp', 'iat', 'jti', 'client_id'],
        clockTolerance: notBeforeLeewaySeconds,
        currentDate: new Date(now),
      })
      const read = readClaims(payload)
      return read !== 'invalid' && read.expiresAt <= now ? 'expired' : read
    } catch (error) {
      if (error instanceof errors.JWTExpired) return 'expired'
      return 'invalid'
    }
  }
}

const segment = /^[A-Za-z0-9_-]+$/

/** Three parts of base64url (RFC 7515 §7.1), each in the one spelling that its bytes have (RFC 4648 §3.5). */
function isCompactJws(token: string): boolean {
  const parts = token.split('.', 4)
  return (
    parts.length === 3 &&
    parts.every((part) => segment.test(part) && Buffer.from(part, 'base64url').toString('base64url') === part)
  )
}

function readClaims(payload: JWTPayload): AccessToken | 'invalid' {
  const { sub, jti, exp, client_id, account, agent_id } = payload
  const clientId = typeof client_id === 'string' ? parseGuid(client_id) : undefined
  const scopes = readScopes(payload.scope)
  if (typeof sub !== 'string' || typeof jti !== 'string' || typeof exp !== 'number') return 'invalid'
  if (clientId === undefined || typeof account !== 'number' || scopes === undefined) return 'invalid'
  if (agent_id !== undefined && typeof agent_id !== 'string') return 'invalid'
  return {
    jti,
    clientId,
    accountId: account,
    scopes,
    expiresAt: exp * 1000,
    ...(agent_id !== undefined && { agentId: agent_id }),
  }
}

/** Issued as a string with spaces; an array is accepted too (contract/authentication §4). */
function readScopes(scope: unknown): ReadonlySet<string> | undefined {
  if (scope === undefined) return new Set()
  if (typeof scope === 'string') return new Set(scope.split(' '))
  const isList = Array.isArray(scope) && scope.every((name) => typeof name === 'string')
  return isList ? new Set(scope) : undefined
}
