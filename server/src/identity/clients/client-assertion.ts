import { compactVerify, decodeJwt, decodeProtectedHeader, importJWK, type JWTPayload } from 'jose'
import { parseGuid } from '../../base/guid.ts'
import type { Parts } from '../../base/parts.ts'
import { allAddresses } from '../../base/region.ts'
import { isCompactJws } from '../tokens/compact-jws.ts'
import type { Client } from './known-clients.ts'
import type { RegisteredKey } from './public-keys.ts'
import type { UsedAssertions } from './used-assertions.ts'

/** The one value of `client_assertion_type` that is taken (RFC 7523 §2.2). */
export const jwtBearer = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** A refusal has a reason only where the sender has proved to hold a key of the client. */
export type AssertionOutcome =
  | { readonly outcome: 'proven' }
  | { readonly outcome: 'refused'; readonly reason?: string }

/** Checks that whoever sends an assertion holds a key of the client. */
export type CheckAssertion = (assertion: string, client: Client) => Promise<AssertionOutcome>

const maxCharacters = 8 * 1024
const maxJtiCharacters = 256
/** As long as the libraries that make the longest ones make them. */
const maxLifetimeMilliseconds = 3_600_000
/** A client's clock may be so far before ours. */
const maxClockLeadMilliseconds = 5000

/**
 * Whom an assertion says that it comes from, for a client that does not say so itself (RFC 7521 §4.2). Nothing has
 * been verified.
 */
export function readAssertionSubject(assertion: string): string | undefined {
  if (assertion.length > maxCharacters || !isCompactJws(assertion)) return undefined
  try {
    const { sub } = decodeJwt(assertion)
    return typeof sub === 'string' ? sub : undefined
  } catch {
    return undefined
  }
}

/**
 * Makes the check of client assertions (RFC 7523 §3). The key is one that the client was registered with, named by
 * `kid` or else the one of the algorithm, and is used with its own algorithm alone; whatever else a header names
 * (`jwk`, `jku`, `x5u`) is not looked at. The audience is this region's issuer, its token endpoint or both, and nobody
 * beside. An assertion is good for an hour at most, once, at all endpoints and nodes together.
 */
export function createAssertionCheck({
  clock,
  region,
  usedAssertions,
}: Pick<Parts, 'clock' | 'region'> & { readonly usedAssertions: UsedAssertions }): CheckAssertion {
  const audiences = [...allAddresses(region)].flatMap(({ issuer }) => [issuer, `${issuer}/connect/token`])
  return async (assertion, client) => {
    if (assertion.length > maxCharacters || !isCompactJws(assertion)) return { outcome: 'refused' }
    const claims = await verifiedClaims(assertion, client)
    if (claims === undefined) return { outcome: 'refused' }
    const read = readClaims(claims, { client, audiences, now: clock.now() })
    if ('reason' in read) return { outcome: 'refused', ...read }
    const isFirst = await usedAssertions.use({ clientId: client.id, ...read })
    if (!isFirst) return { outcome: 'refused', reason: 'The assertion was already used' }
    return { outcome: 'proven' }
  }
}

async function verifiedClaims(assertion: string, client: Client): Promise<JWTPayload | undefined> {
  for (const key of candidates(assertion, client)) {
    const claims = await claimsBy(key, assertion)
    if (claims !== undefined) return claims
  }
  return undefined
}

/** What a JWT of another kind says of itself is not taken for an assertion (RFC 8725 §3.11, §3.12). */
const types: ReadonlySet<unknown> = new Set([undefined, 'JWT', 'client-authentication+jwt'])

/** The registered keys that may have signed it. */
function candidates(assertion: string, { publicKeys }: Client): readonly RegisteredKey[] {
  const header = headerOf(assertion)
  if (header === undefined || !types.has(header.typ) || 'crit' in header) return []
  const { kid, alg } = header
  return publicKeys.filter((key) => key.alg === alg && (kid === undefined || key.kid === kid))
}

function headerOf(assertion: string) {
  try {
    return decodeProtectedHeader(assertion)
  } catch {
    return undefined
  }
}

async function claimsBy(key: RegisteredKey, assertion: string): Promise<JWTPayload | undefined> {
  try {
    const { payload } = await compactVerify(assertion, await importJWK(key), { algorithms: [key.alg] })
    const claims: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload))
    return typeof claims === 'object' && claims !== null ? (claims as JWTPayload) : undefined
  } catch {
    return undefined
  }
}

interface Expected {
  readonly client: Client
  readonly audiences: readonly string[]
  readonly now: number
}

/** What is wrong with the claims of an assertion whose signature is right (RFC 7523 §3), or what it is known by. */
function readClaims(
  { iss, sub, aud, exp, nbf, iat, jti }: JWTPayload,
  { client, audiences, now }: Expected,
): { readonly jti: string; readonly expiresAt: number } | { readonly reason: string } {
  if (typeof sub !== 'string' || iss !== sub || parseGuid(sub) !== client.id) {
    return { reason: 'The iss and sub of the assertion must be the client id' }
  }
  const named = [aud].flat()
  if (named.length === 0 || !named.every((each) => each !== undefined && audiences.includes(each))) {
    return { reason: 'The assertion was issued for a different audience' }
  }
  if (typeof exp !== 'number') return { reason: 'The exp of the assertion is missing' }
  const expiresAt = exp * 1000
  if (!(expiresAt > now)) return { reason: 'The assertion has expired' }
  if (expiresAt > now + maxLifetimeMilliseconds + maxClockLeadMilliseconds) {
    return { reason: 'The lifetime of the assertion exceeds one hour' }
  }
  if (!isPast(nbf, now) || !isPast(iat, now)) return { reason: 'The assertion was issued in the future' }
  if (typeof jti !== 'string' || jti === '' || jti.length > maxJtiCharacters) {
    return { reason: 'The jti of the assertion is missing or too long' }
  }
  return { jti, expiresAt }
}

const isPast = (seconds: unknown, now: number): boolean =>
  seconds === undefined || (typeof seconds === 'number' && seconds * 1000 <= now + maxClockLeadMilliseconds)
