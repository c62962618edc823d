import type { JWK } from 'jose'
import type { SigningAlgorithm, SigningKey } from './signing-keys.ts'

/** A region's signing keys, as they are at the moment. */
export interface Keyring {
  /** The key that signs. */
  signing(): SigningKey
  /** A key whose signatures are accepted. */
  find(kid: string): SigningKey | undefined
  /** What the key set shows (RFC 7517 §5): the keys that sign, will sign, or have signed what is still good. */
  published(): readonly JWK[]
}

/**
 * @param keys the newest first.
 * @throws {Error} when there is none for the algorithm.
 */
export function createKeyring(keys: readonly SigningKey[], algorithm: SigningAlgorithm): Keyring {
  const signing = keys.find((key) => key.algorithm === algorithm)
  if (signing === undefined) throw new Error(`There is no signing key for ${algorithm}.`)
  const byId = new Map(keys.map((key) => [key.kid, key]))
  return {
    signing: () => signing,
    find: (kid) => byId.get(kid),
    published: () => keys.map(({ publicJwk }) => publicJwk),
  }
}
