import { hash } from 'node:crypto'
import type { JWK } from 'jose'
import { type ProofAlgorithm, proofAlgorithms, readProofKey } from '../tokens/proof-key.ts'

/** The algorithms that a client may sign with when it authenticates by `private_key_jwt`. */
export const assertionAlgorithms: readonly ProofAlgorithm[] = proofAlgorithms

/** A key as it is registered: it verifies with one algorithm and no other (RFC 8725 §3.1). */
export interface RegisteredKey extends JWK {
  readonly kid: string
  readonly alg: ProofAlgorithm
}

const maxKeys = 10
const kidPattern = /^[\x21-\x7e]{1,200}$/

/**
 * Reads the public keys that a client is registered with: P-256 for ES256, Ed25519 for EdDSA, RSA of 2048 to 4096
 * bits for RS256 or PS256. Only public members are kept. A key without `alg` gets that of its kind, RS256 for RSA; one
 * without `kid` its thumbprint (RFC 7638).
 *
 * @throws {TypeError} when one is not a sound public key, comes with a private member, or is there twice.
 */
export function readPublicKeys(keys: readonly JWK[]): readonly RegisteredKey[] {
  if (keys.length > maxKeys) throw new TypeError(`Too many keys: a client can have at most ${maxKeys}.`)
  const read = keys.map(readPublicKey)
  refuseTwice(read.map(({ key }) => key.kid))
  refuseTwice(read.map(({ thumbprint }) => thumbprint))
  return read.map(({ key }) => key)
}

function readPublicKey(jwk: JWK): { readonly key: RegisteredKey; readonly thumbprint: string } {
  if ('d' in jwk || 'k' in jwk)
    throw new TypeError('The key contains private members. Register only the public key.')
  if ((jwk.use ?? 'sig') !== 'sig') throw new TypeError('The key must be for signatures (use: sig).')
  const algorithm = algorithmOf(jwk)
  const publicKey = algorithm && readProofKey(jwk, algorithm)
  if (algorithm === undefined || publicKey === undefined) {
    throw new TypeError(
      'The key must be a public JWK: EC P-256 (ES256), OKP Ed25519 (EdDSA), or RSA of 2048 to 4096 bits (RS256, PS256).',
    )
  }
  const members = publicKey.export({ format: 'jwk' }) as JWK
  const thumbprint = thumbprintOf(members)
  const kid = jwk.kid ?? thumbprint
  if (!kidPattern.test(kid)) throw new TypeError('A kid must have 1 to 200 printable characters.')
  return { key: { ...members, kid, alg: algorithm, use: 'sig' }, thumbprint }
}

const usual: Readonly<Record<string, ProofAlgorithm>> = { EC: 'ES256', OKP: 'EdDSA', RSA: 'RS256' }

const algorithmOf = ({ kty, alg }: JWK): ProofAlgorithm | undefined =>
  assertionAlgorithms.find((name) => name === (alg ?? usual[kty ?? '']))

/** RFC 7638 §3: the members that make the key, in the order of their names. */
function thumbprintOf({ kty, crv, x, y, n, e }: JWK): string {
  const members = kty === 'RSA' ? { e, kty, n } : { crv, kty, x, y }
  return hash('sha256', JSON.stringify(members), 'base64url')
}

function refuseTwice(names: readonly string[]): void {
  if (new Set(names).size < names.length) throw new TypeError('A key or a kid is given twice.')
}
