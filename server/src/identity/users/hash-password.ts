import { argon2 } from 'node:crypto'
import type { Random } from '../../base/random.ts'

/** What a tag is derived from by Argon2id (RFC 9106 §3.1). */
export interface Derivation {
  readonly message: string
  readonly nonce: Uint8Array
  /** KiB. */
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
  readonly tagLength: number
}

/** For whom a tag is derived, where they have to wait for it. */
export interface WaitsForHash {
  /** `known`: who has signed in from there before. Others never take their places. */
  readonly lane: 'known' | 'others'
  /** What takes turns with the other sources of the lane. */
  readonly source: string
}

/** Derives a tag off the main thread. */
export type Derive = (derivation: Derivation, waits?: WaitsForHash) => Promise<Uint8Array>

/** What OWASP's Password Storage Cheat Sheet asks of Argon2id: 19 MiB, two passes, one lane. */
export const currentSettings = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 } as const

export const saltBytes = 16

/**
 * Hashes a person's password with Argon2id (RFC 9106) into the PHC string form:
 * `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. The same password typed in another Unicode form hashes alike.
 */
export async function hashPassword(
  password: string,
  random: Random,
  derive: Derive = deriveByLibuv,
): Promise<string> {
  const nonce = random(saltBytes)
  const tag = await derive({ message: canonicalPassword(password), nonce, ...currentSettings })
  const { memory, passes, parallelism } = currentSettings
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(nonce)}$${unpadded(tag)}`
}

/** The one Unicode form that is hashed. */
export const canonicalPassword = (password: string): string => password.normalize('NFKC')

/** For the few passwords that administrators set. */
const deriveByLibuv: Derive = (derivation) =>
  new Promise((resolve, reject) => {
    argon2('argon2id', derivation, (error, tag) => {
      if (error) reject(error)
      else resolve(tag)
    })
  })

const unpadded = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64').replaceAll('=', '')
