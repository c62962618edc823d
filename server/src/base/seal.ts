import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto'
import type { Random } from './random.ts'

/**
 * Keeps a secret on disk only in sealed form: AES-256-GCM under a key that is not in the database.
 * `purpose` says what is sealed and for whom; it is authenticated, so that a sealed value put into another
 * row or column does not open.
 */
export interface Sealer {
  seal(purpose: string, clear: Uint8Array): Buffer
  /** @throws {NotSealedHere} when the value was sealed under another key, for another purpose, or changed. */
  open(purpose: string, sealed: Uint8Array): Buffer
  /** 32 bytes that follow from the sealing key and the label, and from nothing else. */
  derive(label: string): Buffer
}

/** A value that does not open. */
export class NotSealedHere extends Error {
  constructor(purpose: string, options?: ErrorOptions) {
    super(`A value was sealed under another key, or changed (${purpose}).`, options)
    this.name = 'NotSealedHere'
  }
}

const version = 1
const nonceBytes = 12
const tagBytes = 16

/** @param key 32 bytes, from the environment or a file. */
export function createSealer(key: Uint8Array, random: Random): Sealer {
  if (key.length !== 32) throw new Error(`A sealing key has 32 bytes, this one has ${key.length}.`)
  const sealing = Buffer.from(hkdfSync('sha256', key, '', 'tonegate seal', 32))
  const deriving = Buffer.from(hkdfSync('sha256', key, '', 'tonegate derive', 32))
  return {
    seal(purpose, clear) {
      const nonce = random(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', sealing, nonce).setAAD(Buffer.from(purpose))
      return Buffer.concat([
        Buffer.of(version),
        nonce,
        cipher.update(clear),
        cipher.final(),
        cipher.getAuthTag(),
      ])
    },
    open(purpose, sealed) {
      if (sealed[0] !== version || sealed.length < 1 + nonceBytes + tagBytes) {
        throw new Error(`This is not a sealed value (${purpose}).`)
      }
      const nonce = sealed.subarray(1, 1 + nonceBytes)
      const body = sealed.subarray(1 + nonceBytes, sealed.length - tagBytes)
      const decipher = createDecipheriv('aes-256-gcm', sealing, nonce, { authTagLength: tagBytes })
        .setAAD(Buffer.from(purpose))
        .setAuthTag(sealed.subarray(sealed.length - tagBytes))
      const opened = decipher.update(body)
      try {
        return Buffer.concat([opened, decipher.final()])
      } catch (error) {
        throw new NotSealedHere(purpose, { cause: error })
      }
    },
    derive: (label) => createHmac('sha256', deriving).update(label).digest(),
  }
}
