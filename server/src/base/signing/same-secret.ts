import { hash, timingSafeEqual } from 'node:crypto'

/** Whether a text that came from outside is the one that is expected, in a time that does not tell how much of it is. */
export const isSameSecret = (given: string | undefined, expected: string): boolean =>
  given !== undefined && isSameDigest(hash('sha256', given, 'buffer'), hash('sha256', expected, 'buffer'))

/**
 * The same for digests, signatures, and texts of them, whose length is no secret: of another length none is the same.
 */
export function isSameDigest(given: string | Uint8Array, expected: string | Uint8Array): boolean {
  const [one, other] = [bytesOf(given), bytesOf(expected)]
  return one.length === other.length && timingSafeEqual(one, other)
}

const bytesOf = (digest: string | Uint8Array): Uint8Array =>
  typeof digest === 'string' ? Buffer.from(digest) : digest
