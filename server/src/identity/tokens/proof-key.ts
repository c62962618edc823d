import { createPublicKey, type KeyObject } from 'node:crypto'
import type { JWK } from 'jose'

/** The algorithms that a DPoP proof may be signed with: asymmetric, all of them (RFC 9449 §4.2). */
export const proofAlgorithms = ['ES256', 'EdDSA', 'RS256', 'PS256'] as const

export type ProofAlgorithm = (typeof proofAlgorithms)[number]

const rsa = { fixed: { kty: 'RSA' }, values: ['n', 'e'] } as const

/** What a public key of the algorithm consists of (RFC 7518 §6, RFC 8037 §2). */
const shapes = {
  ES256: { fixed: { kty: 'EC', crv: 'P-256' }, values: ['x', 'y'] },
  EdDSA: { fixed: { kty: 'OKP', crv: 'Ed25519' }, values: ['x'] },
  RS256: rsa,
  PS256: rsa,
} as const satisfies Record<ProofAlgorithm, object>

const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'] as const

const minModulusBits = 2048
/** A larger one, or a large exponent, is there to keep us busy. */
const maxModulusBits = 4096
const maxExponent = 2n ** 32n

/**
 * Reads the public key that a DPoP proof brings along. Whatever else is in the JWK (`x5u`, `x5c`, `kid`) is not
 * looked at.
 *
 * @returns `undefined` for anything but a sound public key of the algorithm; one that comes with a private
 *   member is none (RFC 9449 §4.3).
 */
export function readProofKey(jwk: unknown, algorithm: ProofAlgorithm): KeyObject | undefined {
  if (typeof jwk !== 'object' || jwk === null) return undefined
  const given = jwk as Readonly<Record<string, unknown>>
  if (privateMembers.some((name) => name in given)) return undefined
  const { fixed, values } = shapes[algorithm]
  if (Object.entries(fixed).some(([name, value]) => given[name] !== value)) return undefined
  const key: Record<string, string> = { ...fixed }
  for (const name of values) {
    const value = given[name]
    if (typeof value !== 'string') return undefined
    key[name] = value
  }
  const read = importKey(key)
  return read !== undefined && isSound(read) ? read : undefined
}

/** A point that is not on its curve does not come through. */
function importKey(key: JWK): KeyObject | undefined {
  try {
    return createPublicKey({ key, format: 'jwk' })
  } catch {
    return undefined
  }
}

function isSound({ asymmetricKeyDetails }: KeyObject): boolean {
  const { modulusLength: bits, publicExponent: exponent } = asymmetricKeyDetails ?? {}
  if (bits === undefined || exponent === undefined) return true
  return bits >= minModulusBits && bits <= maxModulusBits && exponent >= 3n && exponent <= maxExponent
}
