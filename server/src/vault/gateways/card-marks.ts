import { createHmac } from 'node:crypto'
import { systemRandom } from '../../base/random.ts'
import type { GatewayCard } from '../model/gateway.ts'

/** What is known again of a card without being kept: digits are compared by their HMAC under a key of this process. */
export interface CardMarks {
  readonly pan: Mark
  /** Absent where no code was typed, and once the gateway has answered. */
  readonly securityCode?: Mark
}

interface Mark {
  readonly length: number
  readonly hmac: Buffer
  /** ASCII. So many digits are known anyway, and spare nearly every HMAC. */
  readonly last: Uint8Array
}

const key = systemRandom(32)
const lastDigits = 4

/** Marks a card while its digits can be read. */
export function marksOf({ pan, securityCode }: Pick<GatewayCard, 'pan' | 'securityCode'>): CardMarks {
  const panBytes = pan.unsafeBytes()
  return {
    pan: {
      length: panBytes.length,
      hmac: hmacOf(panBytes),
      last: Uint8Array.from(panBytes.subarray(-lastDigits)),
    },
    ...(securityCode && {
      securityCode: {
        length: securityCode.count,
        hmac: hmacOf(securityCode.unsafeBytes()),
        last: new Uint8Array(0),
      },
    }),
  }
}

/** Whether these digits are the marked ones; ASCII. */
export const isMarked = (digits: Uint8Array, { length, hmac }: Mark): boolean =>
  digits.length === length && hmacOf(digits).equals(hmac)

/** Digits of texts in their order: ASCII, and of which text each is. */
export interface TextDigits {
  readonly digits: Uint8Array
  readonly texts: readonly number[]
}

/**
 * The digits that may not be told of texts that repeat the card number, whatever stands between its own: all of it but
 * the last four, and what comes behind it in the same text, which may be its expiry date, its code or the rest of its
 * track.
 *
 * @returns indexes of them.
 */
export function placesOf({ digits, texts }: TextDigits, mark: Mark): ReadonlySet<number> {
  const places = new Set<number>()
  for (let end = mark.length; end <= digits.length; end += 1) {
    const start = end - mark.length
    if (!endsAt(digits, end, mark) || !isMarked(digits.subarray(start, end), mark)) continue
    for (let at = start; at < end - lastDigits; at += 1) places.add(at)
    for (let at = end; at < digits.length && texts[at] === texts[end - 1]; at += 1) places.add(at)
  }
  return places
}

const endsAt = (digits: Uint8Array, end: number, { last }: Mark): boolean =>
  last.every((digit, at) => digits[end - last.length + at] === digit)

const hmacOf = (digits: Uint8Array): Buffer => createHmac('sha256', key).update(digits).digest()
