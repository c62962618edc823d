import { digitAt } from '@tonegate/protocol/decimal-digits'
import { asciiOf } from '@tonegate/protocol/readable-digits'

/**
 * Writes the digits and separators of every script as ASCII has them, in the place where they lie, and overwrites what
 * is left behind them. No digit becomes a text. Other characters stay as they are.
 *
 * @param bytes UTF-8.
 * @returns the part of the bytes that holds them.
 */
export function writeAsAscii(bytes: Buffer): Buffer {
  if (bytes.every((byte) => byte < 0x80)) return bytes
  let end = 0
  for (let from = 0; from < bytes.length; ) {
    const length = lengthAt(bytes, from)
    const ascii = asciiAt(pointAt(bytes, from, length))
    if (ascii === undefined) {
      bytes.copyWithin(end, from, from + length)
      end += length
    } else if (ascii !== 'unseen') {
      bytes[end] = ascii
      end += 1
    }
    from += length
  }
  bytes.fill(0, end)
  return bytes.subarray(0, end)
}

function asciiAt(point: number): number | 'unseen' | undefined {
  if (point < 0x80) return point
  const digit = digitAt(point)
  if (digit !== undefined) return 0x30 + digit
  const ascii = asciiOf(String.fromCodePoint(point))
  if (ascii === '') return 'unseen'
  const code = ascii.charCodeAt(0)
  return code < 0x80 ? code : undefined
}

/** How many bytes a character has, by its first one. */
function lengthAt(bytes: Buffer, at: number): number {
  const first = bytes[at] ?? 0
  return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
}

const firstBits = [0, 0x7f, 0x1f, 0x0f, 0x07]

function pointAt(bytes: Buffer, at: number, length: number): number {
  let point = (bytes[at] ?? 0) & (firstBits[length] ?? 0)
  for (let next = at + 1; next < at + length; next += 1) point = point * 64 + ((bytes[next] ?? 0) & 0x3f)
  return point
}
