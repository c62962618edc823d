import { createHmac } from 'node:crypto'
import { createBoundedCache } from '../../../base/bounded-cache.ts'
import type { Outgoing } from '../../../base/outgoing.ts'
import { systemRandom } from '../../../base/random.ts'
import { passesLuhn } from '../../fields/luhn.ts'

const most = 10_000
const star = 0x2a

interface Mark {
  readonly length: number
  readonly hmac: Buffer
}

/**
 * Keeps a card number that an endpoint repeats in its answer from being written down: it is overwritten with stars, but
 * for its last four digits. The numbers are not kept; they are known again by their HMAC, under a key that lives as long
 * as the process.
 */
export function createEchoMask() {
  const key = systemRandom(32)
  const marks = createBoundedCache<string, Mark>(most)
  const hmacOf = (digits: Uint8Array) => createHmac('sha256', key).update(digits).digest()

  return {
    /** The card that a payment is made with. */
    remember(payment: string, pan: Uint8Array): void {
      marks.set(payment, { length: pan.length, hmac: hmacOf(pan) })
    },
    /** The way out for a request about a payment. */
    way:
      (send: Outgoing, payment: string): Outgoing =>
      async (request) => {
        const answer = await send(request)
        const mark = marks.get(payment)
        if (mark) mask(answer.body, mark)
        return answer
      },
  }

  function mask(answer: Buffer, { length, hmac }: Mark): void {
    let run = 0
    for (const [at, byte] of answer.entries()) {
      run = byte >= 0x30 && byte <= 0x39 ? run + 1 : 0
      const start = at + 1 - length
      if (run >= length && hmacOf(answer.subarray(start, at + 1)).equals(hmac))
        answer.fill(star, start, at - 3)
    }
  }
}

/** Texts without what could be a card number, but for its last four digits. */
export const maskCardNumbers = (texts: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, text.replace(longDigits, maskOne)]))

const longDigits = /(?<!\d)\d{13,19}(?!\d)/g

const maskOne = (digits: string): string =>
  passesLuhn(Buffer.from(digits)) ? `${'*'.repeat(digits.length - 4)}${digits.slice(-4)}` : digits
