import { hexDigit } from '../../base/text/hex-digit.ts'
import { type Cursor, code, notJson, quote } from './json-cursor.ts'

const backslash = code('\\')
const escapes: Readonly<Record<number, number>> = Object.fromEntries(
  ['""', '\\\\', '//', 'b\b', 'f\f', 'n\n', 'r\r', 't\t'].map((pair) => [code(pair), pair.charCodeAt(1)]),
)

/** Unescaped in its own place, which is never too short: no escape is shorter than what it stands for. */
export function readText(cursor: Cursor): Buffer {
  cursor.at += 1
  const from = cursor.at
  let end = cursor.at
  for (let byte = cursor.body[cursor.at]; byte !== quote; byte = cursor.body[cursor.at]) {
    if (byte === undefined || byte < 0x20) throw notJson()
    cursor.at += 1
    if (byte === backslash) end += escaped(cursor, end)
    else {
      cursor.body[end] = byte
      end += 1
    }
  }
  cursor.body.fill(0, end, cursor.at)
  cursor.at += 1
  return cursor.body.subarray(from, end)
}

/** Writes what an escape stands for; returns how many bytes that has. */
function escaped(cursor: Cursor, to: number): number {
  const kind = cursor.body[cursor.at] ?? 0
  cursor.at += 1
  if (kind !== code('u')) {
    const byte = escapes[kind]
    if (byte === undefined) throw notJson()
    cursor.body[to] = byte
    return 1
  }
  const unit = hexUnit(cursor)
  if (isHigh(unit) && cursor.body[cursor.at] === backslash && cursor.body[cursor.at + 1] === code('u')) {
    const before = cursor.at
    cursor.at += 2
    const low = hexUnit(cursor)
    if (isLow(low)) return cursor.body.write(String.fromCharCode(unit, low), to)
    cursor.at = before
  }
  return cursor.body.write(String.fromCharCode(unit), to)
}

/** Four hexadecimal digits. */
function hexUnit(cursor: Cursor): number {
  let unit = 0
  for (const end = cursor.at + 4; cursor.at < end; cursor.at += 1) {
    const digit = hexDigit(cursor.body[cursor.at])
    if (digit < 0) throw notJson()
    unit = unit * 16 + digit
  }
  return unit
}

/** The first unit of a pair of UTF-16, and the second. */
const isHigh = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit < 0xe000
