import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { calculateJwkThumbprint, type JWK } from 'jose'
import type { Clock } from '../../base/clock.ts'
import type { Region } from '../../base/region.ts'
import type { Sealer } from '../../base/seal.ts'
import type { Store } from '../../store/store.ts'

/** The algorithms that access tokens may be signed with. */
export const signingAlgorithms = ['ES256', 'RS256', 'EdDSA'] as const

export type SigningAlgorithm = (typeof signingAlgorithms)[number]

/** A key pair that signs and verifies with one algorithm and no other (RFC 8725 §3.1). */
export interface SigningKey {
  /** RFC 7638 thumbprint. */
  readonly kid: string
  readonly algorithm: SigningAlgorithm
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  /** With `kid`, `alg` and `use`, as the key set shows it. */
  readonly publicJwk: JWK
}

interface StoredKey {
  readonly kid: string
  readonly algorithm: SigningAlgorithm
  readonly public_jwk: string
  readonly sealed_private_key: Uint8Array
}

interface Opening {
  readonly store: Store
  readonly clock: Clock
  readonly sealer: Sealer
  readonly region: Region
}

/**
 * A region's signing keys, the newest first: at the first start a pair is made for each algorithm. Private
 * halves are kept sealed.
 *
 * @throws {Error} when the private keys were sealed under another key.
 */
export async function openSigningKeys(opening: Opening): Promise<readonly SigningKey[]> {
  const stored = prepareStoredKeys(opening.store)
  const known = await stored.all()
  const missing = signingAlgorithms.filter((name) => !known.some(({ algorithm }) => algorithm === name))
  const made = await Promise.all(missing.map((algorithm) => makeKey(algorithm, opening)))
  for (const key of made) await stored.insert(key, opening.clock.now())
  const all = made.length === 0 ? known : await stored.all()
  return all.map((key) => openKey(key, opening))
}

function prepareStoredKeys(store: Store) {
  const all = store.prepare((db, _: object) =>
    db
      .selectFrom('signing_key')
      .select(['kid', 'algorithm', 'public_jwk', 'sealed_private_key'])
      .orderBy('created_at', 'desc')
      .orderBy('kid'),
  )
  const insert = store.prepare((db, p: StoredKey & { created_at: number }) =>
    db.insertInto('signing_key').values({
      kid: p.kid,
      algorithm: p.algorithm,
      public_jwk: p.public_jwk,
      sealed_private_key: p.sealed_private_key,
      created_at: p.created_at,
      signs_from: p.created_at,
      removed_from: null,
    }),
  )
  return {
    all: (): Promise<readonly StoredKey[]> => all.all(store.reader, {}),
    insert: (key: StoredKey, created_at: number) =>
      store.write((tx) => insert.run(tx, { ...key, created_at })),
  }
}

async function makeKey(algorithm: SigningAlgorithm, { sealer, region }: Opening): Promise<StoredKey> {
  const { publicKey, privateKey } = await generate(algorithm)
  const jwk = publicKey.export({ format: 'jwk' }) as JWK
  const kid = await calculateJwkThumbprint(jwk)
  const clear = privateKey.export({ format: 'der', type: 'pkcs8' })
  const sealed_private_key = sealer.seal(purposeOf(kid, region), clear)
  clear.fill(0)
  const public_jwk = JSON.stringify({ ...jwk, kid, alg: algorithm, use: 'sig' })
  return { kid, algorithm, public_jwk, sealed_private_key }
}

const generatePair = promisify(generateKeyPair)

function generate(algorithm: SigningAlgorithm) {
  switch (algorithm) {
    case 'ES256':
      return generatePair('ec', { namedCurve: 'P-256' })
    case 'RS256':
      return generatePair('rsa', { modulusLength: 2048 })
    case 'EdDSA':
      return generatePair('ed25519', {})
  }
}

function openKey(stored: StoredKey, { sealer, region }: Opening): SigningKey {
  const { kid, algorithm } = stored
  const publicJwk = JSON.parse(stored.public_jwk) as JWK
  const clear = sealer.open(purposeOf(kid, region), stored.sealed_private_key)
  const privateKey = createPrivateKey({ key: clear, format: 'der', type: 'pkcs8' })
  clear.fill(0)
  return {
    kid,
    algorithm,
    privateKey,
    publicKey: createPublicKey({ key: publicJwk, format: 'jwk' }),
    publicJwk,
  }
}

const purposeOf = (kid: string, { name }: Region): string => `signing key ${kid} of ${name}`
