import { randomBytes } from 'node:crypto'

/** A source of unguessable bytes, passed in to everything that needs it. */
export type Random = (bytes: number) => Buffer

/** The operating system's generator. */
export const systemRandom: Random = randomBytes

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** So many characters of `[A-Za-z0-9]`, each with the same chance: 40 of them hold 238 bits. */
export function randomAlphanumeric(random: Random, length: number): string {
  let text = ''
  while (text.length < length) {
    for (const byte of random(length)) {
      if (byte < 4 * letters.length && text.length < length) text += letters[byte % letters.length]
    }
  }
  return text
}
