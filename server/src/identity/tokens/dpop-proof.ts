import { hash, type KeyObject } from 'node:crypto'
import { calculateJwkThumbprint, compactVerify, decodeProtectedHeader, type JWK } from 'jose'
import type { Clock } from '../../base/clock.ts'
import type { UsedAssertions } from '../clients/used-assertions.ts'
import { isCompactJws } from './compact-jws.ts'
import { type ProofAlgorithm, proofAlgorithms, readProofKey } from './proof-key.ts'
import { isSameUrl } from './same-url.ts'
import { createUsedProofs } from './used-proofs.ts'

/** A DPoP proof and the request that it came with. */
export interface ProofOrder {
  /** The `DPoP` header, as Node.js reads it: two of them have become one text with a comma. */
  readonly proof: string | readonly string[] | undefined
  readonly method: string
  /** As the client sees it; its query is not looked at. */
  readonly url: string
  /** What was proved of the sender, or where it is; undefined where nobody else sends proofs. */
  readonly source?: string
  /** The token that it comes with, at a protected resource. */
  readonly accessToken?: {
    readonly text: string
    /** Of the key that it is bound to. */
    readonly keyThumbprint: string
  }
}

export type ProofOutcome =
  | { readonly outcome: 'proven'; readonly keyThumbprint: string }
  | { readonly outcome: 'refused'; readonly reason: string }
  /** Too many proofs are remembered; this one was not. */
  | { readonly outcome: 'overloaded' }

/** Checks that whoever sends a request holds a key (RFC 9449 §4.3). */
export type CheckProof = (order: ProofOrder) => Promise<ProofOutcome>

const maxCharacters = 8 * 1024
const maxJtiCharacters = 256
const maxAgeMilliseconds = 60_000
const maxClockLeadMilliseconds = 5000

/**
 * Makes the check of DPoP proofs for one endpoint, which has a memory of its own of those that were used: what
 * floods one does not close another. Nonces (RFC 9449 §8) are not demanded: a proof is good for a minute, once.
 *
 * Where several servers have the database, one whose request may change something, a token request among them, is good once
 * at all of them together. For one that only reads, which costs less than a row would, it is once at each.
 *
 * @param usedAnywhere those that were used, at any server; where there is one, its memory is enough.
 * @param maxRemembered how many used proofs are kept in mind; when there are more, further ones are refused.
 */
export function createProofCheck({
  clock,
  usedAnywhere,
  maxRemembered = 500_000,
}: {
  readonly clock: Clock
  readonly usedAnywhere?: UsedAssertions | undefined
  readonly maxRemembered?: number
}): CheckProof {
  const used = createUsedProofs({ clock, most: maxRemembered })
  return async (order) => {
    const { proof } = order
    if (proof === undefined) return refused('The DPoP proof is missing')
    if (typeof proof !== 'string' || proof.length > maxCharacters || !isCompactJws(proof)) {
      return refused('The DPoP header must contain exactly one compact JWS')
    }
    const key = readHeader(proof)
    if ('reason' in key) return key
    const claims = await verifiedClaims(proof, key)
    if (claims === undefined) return refused('The signature of the DPoP proof is invalid')
    const keyThumbprint = await calculateJwkThumbprint(key.publicKey.export({ format: 'jwk' }) as JWK)
    const fault = faultOf(claims, { order, keyThumbprint, now: clock.now() })
    if (fault !== undefined) return refused(fault)
    const { jti, iat } = claims as { readonly jti: string; readonly iat: number }
    const name = hash('sha256', `${keyThumbprint} ${jti}`, 'base64url')
    const expiresAt = iat * 1000 + maxAgeMilliseconds
    switch (used.use(name, expiresAt, order.source)) {
      case 'first': {
        const isFirst =
          usedAnywhere === undefined ||
          order.method === 'GET' ||
          (await usedAnywhere.use({ clientId: keyThumbprint, jti, expiresAt }))
        return isFirst ? { outcome: 'proven', keyThumbprint } : refused('The DPoP proof was already used')
      }
      case 'again':
        return refused('The DPoP proof was already used')
      case 'full':
        return { outcome: 'overloaded' }
    }
  }
}

const refused = (reason: string) => ({ outcome: 'refused', reason }) as const

interface ProofKey {
  readonly algorithm: ProofAlgorithm
  readonly publicKey: KeyObject
}

function readHeader(proof: string): ProofKey | ReturnType<typeof refused> {
  const header = headerOf(proof)
  if (header?.typ !== 'dpop+jwt') return refused('The type of the DPoP proof must be dpop+jwt')
  const algorithm = proofAlgorithms.find((name) => name === header.alg)
  if (algorithm === undefined) return refused('The DPoP proof is signed with an unsupported algorithm')
  const publicKey = readProofKey(header.jwk, algorithm)
  if (publicKey === undefined)
    return refused('The jwk of the DPoP proof is not a public key for its algorithm')
  return { algorithm, publicKey }
}

function headerOf(proof: string) {
  try {
    return decodeProtectedHeader(proof)
  } catch {
    return undefined
  }
}

type Claims = Readonly<Record<string, unknown>>

async function verifiedClaims(proof: string, key: ProofKey): Promise<Claims | undefined> {
  try {
    const { payload } = await compactVerify(proof, key.publicKey, { algorithms: [key.algorithm] })
    const claims: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload))
    return typeof claims === 'object' && claims !== null ? (claims as Claims) : undefined
  } catch {
    return undefined
  }
}

interface Expected {
  readonly order: ProofOrder
  readonly keyThumbprint: string
  readonly now: number
}

/** What is wrong with the claims of a proof whose signature is right (RFC 9449 §4.3, 8 to 12). */
function faultOf(claims: Claims, { order, keyThumbprint, now }: Expected): string | undefined {
  const { jti, htm, htu, iat, ath } = claims
  const { method, url, accessToken } = order
  if (typeof jti !== 'string' || jti === '' || jti.length > maxJtiCharacters) {
    return 'The jti of the DPoP proof is missing or too long'
  }
  if (htm !== method) return 'The DPoP proof was made for a different method'
  if (typeof htu !== 'string' || !isSameUrl(htu, url)) return 'The DPoP proof was made for a different URL'
  const age = typeof iat === 'number' ? now - iat * 1000 : Number.NaN
  if (!(age >= -maxClockLeadMilliseconds && age < maxAgeMilliseconds)) {
    return 'The DPoP proof is too old or dated in the future'
  }
  if (accessToken === undefined) return undefined
  if (ath !== hash('sha256', accessToken.text, 'base64url')) {
    return 'The DPoP proof was made for a different access token'
  }
  return keyThumbprint === accessToken.keyThumbprint
    ? undefined
    : 'The access token is not bound to the key that signed the DPoP proof'
}
