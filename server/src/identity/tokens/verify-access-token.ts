import { errors, type JWTHeaderParameters, type JWTPayload, jwtVerify } from 'jose'
import { type Guid, parseGuid, timeOfGuid } from '../../base/guid.ts'
import type { Parts } from '../../base/parts.ts'
import { allAddresses } from '../../base/region.ts'
import { signingAlgorithms } from '../keys/algorithms.ts'
import type { Keyring } from '../keys/keyring.ts'
import { isCompactJws } from './compact-jws.ts'

/** What an access token says, once it has been verified. */
export interface AccessToken {
  readonly jti: string
  /** By whichever of its names the region issued it. */
  readonly issuer: string
  /** Who may accept it: the Payment API, the identity server's own userinfo endpoint, or both. */
  readonly audience: ReadonlySet<string>
  readonly clientId: Guid
  /** The person in whose name the client acts; absent when it acts in its own. */
  readonly userId?: Guid
  readonly accountId: number
  readonly agentId?: string
  readonly scopes: ReadonlySet<string>
  /** Of the key that it is bound to by DPoP (RFC 9449 §6.1). */
  readonly keyThumbprint?: string
  /** Milliseconds since the epoch, as the others; in whole seconds. */
  readonly issuedAt: number
  /** The same to the millisecond. */
  readonly madeAt: number
  readonly expiresAt: number
}

/** Verifies a token that was not seen before. Whose audience it is for is left to whoever asks. */
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
}: Pick<Parts, 'region' | 'clock'> & { readonly keyring: Keyring }): VerifyAccessToken {
  const findKey = ({ kid, alg }: JWTHeaderParameters) => {
    const key = kid === undefined ? undefined : keyring.find(kid)
    if (key === undefined || key.algorithm !== alg) throw new errors.JWSSignatureVerificationFailed()
    return key.publicKey
  }
  const names = [...allAddresses(region)]
  const issuers = names.map(({ issuer }) => issuer)
  const audiences = [...names.map(({ apiUrl }) => apiUrl), ...issuers]
  return async (token) => {
    if (!isCompactJws(token)) return 'invalid'
    const now = clock.now()
    try {
      const { payload } = await jwtVerify(token, findKey, {
        algorithms: [...signingAlgorithms],
        typ: 'at+jwt',
        issuer: issuers,
        audience: audiences,
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

function readClaims(payload: JWTPayload): AccessToken | 'invalid' {
  const { iss, sub, jti, iat, exp, client_id, account, agent_id } = payload
  const clientId = typeof client_id === 'string' ? parseGuid(client_id) : undefined
  const subject = typeof sub === 'string' ? parseGuid(sub) : undefined
  const scopes = readScopes(payload.scope)
  const keyThumbprint = readConfirmation(payload.cnf)
  if (clientId === undefined || subject === undefined || scopes === undefined) return 'invalid'
  if (typeof jti !== 'string' || typeof exp !== 'number' || typeof account !== 'number') return 'invalid'
  if (agent_id !== undefined && (typeof agent_id !== 'string' || subject === clientId)) return 'invalid'
  if (typeof iat !== 'number' || typeof iss !== 'string' || keyThumbprint === 'invalid') return 'invalid'
  return {
    jti,
    issuer: iss,
    audience: new Set([payload.aud ?? []].flat()),
    clientId,
    accountId: account,
    scopes,
    issuedAt: iat * 1000,
    madeAt: timeOfGuid(jti.slice(-36)) ?? iat * 1000,
    expiresAt: exp * 1000,
    ...(subject !== clientId && { userId: subject }),
    ...(agent_id !== undefined && { agentId: agent_id }),
    ...(keyThumbprint !== undefined && { keyThumbprint }),
  }
}

const thumbprint = /^[A-Za-z0-9_-]{43}$/

/** A token that is bound in a way that we do not know is not one that binds nothing. */
function readConfirmation(confirmation: unknown): string | undefined | 'invalid' {
  if (confirmation === undefined) return undefined
  if (typeof confirmation !== 'object' || confirmation === null) return 'invalid'
  const { jkt, ...others } = confirmation as Readonly<Record<string, unknown>>
  const isBound = typeof jkt === 'string' && thumbprint.test(jkt) && Object.keys(others).length === 0
  return isBound ? jkt : 'invalid'
}

/** Issued as a string with spaces; an array is accepted too (contract/authentication §4). */
function readScopes(scope: unknown): ReadonlySet<string> | undefined {
  if (scope === undefined) return new Set()
  if (typeof scope === 'string') return new Set(scope.split(' '))
  const isList = Array.isArray(scope) && scope.every((name) => typeof name === 'string')
  return isList ? new Set(scope) : undefined
}
