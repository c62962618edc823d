import { randomBytes } from 'node:crypto'

/** A source of unguessable bytes, passed in to everything that needs it. */
export type Random = (bytes: number) => Buffer

const pooledBytes = 4096

/** The operating system's generator, asked for 4 KiB at a time: each question costs it some microseconds. */
export const systemRandom: Random = pooled(randomBytes)

/** Hands each byte out once, and keeps none that was handed out. */
function pooled(source: Random): Random {
  let pool: Buffer = Buffer.alloc(0)
  let next = 0
  return (bytes) => {
    if (bytes > pooledBytes) return source(bytes)
    if (next + bytes > pool.length) {
      pool = source(pooledBytes)
      next = 0
    }
    const taken = Buffer.from(pool.subarray(next, next + bytes))
    pool.fill(0, next, next + bytes)
    next += bytes
    return taken
  }
}

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
