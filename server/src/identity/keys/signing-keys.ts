import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { calculateJwkThumbprint, type JWK } from 'jose'
import type { Region } from '../../base/region.ts'
import type { StoreParts } from '../../store/parts.ts'
import { sealedColumn } from '../../store/reseal.ts'
import type { SigningAlgorithm } from './algorithms.ts'
import { prepareStoredKeys, type StoredKey, type StoredPair } from './stored-keys.ts'

const minRsaBits = 2048

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

/** What it takes to make, keep and open a region's signing keys. */
export type SigningKeyParts = Pick<StoreParts, 'store' | 'clock' | 'sealer' | 'region'>

/**
 * A region's signing keys, the newest first. Private halves are kept sealed.
 *
 * @throws {Error} when the private keys were sealed under another key, or one is too weak to be used.
 */
export async function openSigningKeys(parts: SigningKeyParts): Promise<readonly SigningKey[]> {
  const rows = await prepareStoredKeys(parts.store).all()
  return rows.map((row) => openKey(row, parts))
}

/**
 * Sees to it that there is a key which signs with an algorithm, and that whoever verifies knows it. A pair is made on
 * other threads than the one that answers requests: to find an RSA key takes a while.
 */
export async function provideKey(algorithm: SigningAlgorithm, parts: SigningKeyParts): Promise<void> {
  const stored = prepareStoredKeys(parts.store)
  await stored.publish(algorithm)
  if (signsWith(algorithm, await stored.all())) return
  await stored.addFirst(await makeKey(algorithm, parts), parts.clock.now())
}

/** Whether an algorithm signs: the newest of its keys has no end. */
export const signsWith = (
  algorithm: SigningAlgorithm,
  rows: readonly Pick<StoredKey, 'algorithm' | 'removed_from'>[],
): boolean => rows.some((row) => row.algorithm === algorithm && row.removed_from === null)

/** Makes a pair, the private half sealed, and keeps it nowhere. */
export async function makeKey(
  algorithm: SigningAlgorithm,
  { sealer, region }: Pick<SigningKeyParts, 'sealer' | 'region'>,
): Promise<StoredPair> {
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
      return generatePair('rsa', { modulusLength: minRsaBits })
    case 'EdDSA':
      return generatePair('ed25519', {})
  }
}

/**
 * Opens a pair (RFC 8725 §3.4, §3.5). That the private half belongs to this `kid` is what its seal says.
 *
 * @throws {Error} when it was sealed under another key, its halves do not belong together, or it is not a key of
 *   the size or on the curve that its algorithm demands.
 */
export function openKey(stored: StoredPair, parts: Pick<SigningKeyParts, 'sealer' | 'region'>): SigningKey {
  const { kid, algorithm } = stored
  const clear = unseal(stored, parts)
  const privateKey = createPrivateKey({ key: clear, format: 'der', type: 'pkcs8' })
  clear.fill(0)
  const publicJwk = JSON.parse(stored.public_jwk) as JWK
  const publicKey = createPublicKey({ key: publicJwk, format: 'jwk' })
  if (
    !publicKey.equals(createPublicKey(privateKey)) ||
    publicJwk.kid !== kid ||
    publicJwk.alg !== algorithm
  ) {
    throw new Error(`The public and private parts of the signing key ${kid} do not match.`)
  }
  if (!isStrongEnough(privateKey, algorithm)) {
    throw new Error(`The signing key ${kid} is too weak for ${algorithm}, or was not made for it.`)
  }
  return { kid, algorithm, privateKey, publicKey, publicJwk }
}

/**
 * The private half in clear (PKCS #8). The caller overwrites it.
 *
 * @throws {Error} when it was sealed under another key.
 */
export function unseal(
  { kid, sealed_private_key }: StoredPair,
  { sealer, region }: Pick<SigningKeyParts, 'sealer' | 'region'>,
): Buffer {
  return sealer.open(purposeOf(kid, region), sealed_private_key)
}

/** RFC 7518 §3.3 and §3.4, RFC 8037 §3.1. */
function isStrongEnough(
  { asymmetricKeyType, asymmetricKeyDetails }: KeyObject,
  algorithm: SigningAlgorithm,
): boolean {
  switch (algorithm) {
    case 'ES256':
      return asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === 'prime256v1'
    case 'RS256':
      return asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) >= minRsaBits
    case 'EdDSA':
      return asymmetricKeyType === 'ed25519'
  }
}

const purposeOf = (kid: unknown, { name }: Pick<Region, 'name'>): string => `signing key ${kid} of ${name}`

/** The private halves of a region's signing keys. */
export const sealedSigningKeys = (region: Pick<Region, 'name'>) =>
  sealedColumn({
    what: 'signing keys',
    table: 'signing_key',
    key: ['kid'],
    column: 'sealed_private_key',
    purposes: ({ kid }) => [purposeOf(kid, region)],
  })
