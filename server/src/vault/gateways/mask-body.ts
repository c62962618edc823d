import { type CardMarks, placesOf } from './card-marks.ts'

const quote = 0x22
const backslash = 0x5c
const star = 0x2a

/**
 * Overwrites the card number in the texts of JSON with stars, but for its last four digits, and what comes behind it: so
 * that it never becomes a text of ours, which nobody could overwrite. A number is left as it is, for JSON has none of stars.
 */
export function maskBody(body: Buffer, { pan }: CardMarks): void {
  const places: number[] = []
  const texts: number[] = []
  let isText = false
  let text = 0
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at] ?? 0
    if (byte === quote) {
      isText = !isText
      text += 1
    } else if (isText && byte === backslash) at += 1
    else if (isText && byte >= 0x30 && byte <= 0x39) {
      places.push(at)
      texts.push(text)
    }
  }
  const digits = Uint8Array.from(places, (at) => body[at] ?? 0)
  for (const index of placesOf({ digits, texts }, pan)) body[places[index] ?? 0] = star
}
