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
  /**
   * The same under the key that seals; `undefined` when it is already.
   *
   * @throws {NotSealedHere} as {@link Sealer.open} does.
   */
  reseal(purpose: string, sealed: Uint8Array): Buffer | undefined
  /** 32 bytes that follow from the key that seals and the label, and from nothing else. */
  derive(label: string): Buffer
  /** The same from every key, that of the one that seals first: what was made of a former one is known by them. */
  derivations(label: string): readonly [Buffer, ...Buffer[]]
}

/** A value that does not open. */
export class NotSealedHere extends Error {
  constructor(purpose: string, options?: ErrorOptions) {
    super(`A value was sealed with a different key, or was changed (${purpose}).`, options)
    this.name = 'NotSealedHere'
  }
}

const version = 1
const nonceBytes = 12
const tagBytes = 16

/**
 * @param key 32 bytes, from the environment or a file: it seals.
 * @param formerKeys they open what was sealed before.
 */
export function createSealer(
  key: Uint8Array,
  random: Random,
  formerKeys: readonly Uint8Array[] = [],
): Sealer {
  const current = keyPair(key)
  const pairs = [current, ...formerKeys.map(keyPair)]

  function open(purpose: string, sealed: Uint8Array): { readonly clear: Buffer; readonly by: KeyPair } {
    if (sealed[0] !== version || sealed.length < 1 + nonceBytes + tagBytes) {
      throw new Error(`This is not a sealed value (${purpose}).`)
    }
    for (const by of pairs) {
      const clear = openWith(by, purpose, sealed)
      if (clear) return { clear, by }
    }
    throw new NotSealedHere(purpose)
  }

  const sealer: Sealer = {
    seal(purpose, clear) {
      const nonce = random(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', current.sealing, nonce).setAAD(Buffer.from(purpose))
      return Buffer.concat([
        Buffer.of(version),
        nonce,
        cipher.update(clear),
        cipher.final(),
        cipher.getAuthTag(),
      ])
    },
    open: (purpose, sealed) => open(purpose, sealed).clear,
    reseal(purpose, sealed) {
      const { clear, by } = open(purpose, sealed)
      try {
        return by === current ? undefined : sealer.seal(purpose, clear)
      } finally {
        clear.fill(0)
      }
    },
    derive: (label) => derive(current, label),
    derivations: (label) => [derive(current, label), ...pairs.slice(1).map((pair) => derive(pair, label))],
  }
  return sealer
}

interface KeyPair {
  readonly sealing: Buffer
  readonly deriving: Buffer
}

function keyPair(key: Uint8Array): KeyPair {
  if (key.length !== 32) throw new Error(`A sealing key must have 32 bytes, but this one has ${key.length}.`)
  return {
    sealing: Buffer.from(hkdfSync('sha256', key, '', 'tonegate seal', 32)),
    deriving: Buffer.from(hkdfSync('sha256', key, '', 'tonegate derive', 32)),
  }
}

function openWith({ sealing }: KeyPair, purpose: string, sealed: Uint8Array): Buffer | undefined {
  const nonce = sealed.subarray(1, 1 + nonceBytes)
  const body = sealed.subarray(1 + nonceBytes, sealed.length - tagBytes)
  const decipher = createDecipheriv('aes-256-gcm', sealing, nonce, { authTagLength: tagBytes })
    .setAAD(Buffer.from(purpose))
    .setAuthTag(sealed.subarray(sealed.length - tagBytes))
  const opened = decipher.update(body)
  try {
    // A stream cipher: there is nothing left to come, and no copy is made of what may be a secret.
    decipher.final()
    return opened
  } catch {
    opened.fill(0)
    return undefined
  }
}

const derive = ({ deriving }: KeyPair, label: string): Buffer =>
  createHmac('sha256', deriving).update(label).digest()
