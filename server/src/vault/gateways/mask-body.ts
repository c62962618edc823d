import { type CardMarks, placesOf } from './card-marks.ts'

const quote = 0x22
const backslash = 0x5c
const star = 0x2a

/**
 * Overwrites a card number in the texts of JSON with stars, but for its last four digits, whatever stands between its
 * digits: so that it never becomes a text of ours, which nobody could overwrite. A number is left for {@link maskAnswer}:
 * JSON has none of stars.
 */
export function maskBody(body: Buffer, { pan }: CardMarks): void {
  const places: number[] = []
  let isText = false
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at] ?? 0
    if (byte === quote) isText = !isText
    else if (isText && byte === backslash) at += 1
    else if (isText && byte >= 0x30 && byte <= 0x39) places.push(at)
  }
  const digits = Uint8Array.from(places, (at) => body[at] ?? 0)
  for (const index of placesOf(digits, pan)) body[places[index] ?? 0] = star
}
