import { isUtf8 } from 'node:buffer'
import { Problem } from '../../base/problem.ts'
import { hexDigit } from '../../base/text/hex-digit.ts'

/** JSON in which every text is bytes. */
type SecretJson =
  | Buffer
  | number
  | boolean
  | null
  | readonly SecretJson[]
  | { readonly [name: string]: SecretJson }

const deepest = 32
const maxNumberLength = 7

/**
 * Reads a JSON body that holds a secret, as strictly as `parseJsonBody` does (RFC 8259): no value of it becomes a text,
 * which nobody can overwrite. Texts are bytes of the body itself, and overwritten with it; a number of more than seven
 * characters is NaN.
 *
 * @param body is unescaped where it lies.
 * @throws {Problem} `invalid-request` when it is not UTF-8, not JSON, or not that strict.
 */
export function parseSecretJson(body: Buffer): SecretJson {
  if (!isUtf8(body)) throw refusal('The request body must be UTF-8.')
  const start = body.subarray(0, 3).equals(byteOrderMark) ? 3 : 0
  const reader = readerOf(body, start)
  if (reader.next() === undefined) throw refusal('The request body is empty.')
  const value = reader.value(0)
  if (reader.next() !== undefined) throw notJson()
  return value
}

const refusal = (detail: string) => new Problem('invalid-request', detail)
const notJson = () => refusal('The request body is not valid JSON.')
const byteOrderMark = Buffer.from('\ufeff')

const code = (character: string): number => character.charCodeAt(0)
const quote = code('"')
const backslash = code('\\')
const [openBrace, closeBrace, openBracket, closeBracket] = [code('{'), code('}'), code('['), code(']')]
const [comma, colon] = [code(','), code(':')]

const escapes: Readonly<Record<number, number>> = Object.fromEntries(
  ['""', '\\\\', '//', 'b\b', 'f\f', 'n\n', 'r\r', 't\t'].map((pair) => [code(pair), pair.charCodeAt(1)]),
)
const literals = [
  { text: Buffer.from('true'), value: true },
  { text: Buffer.from('false'), value: false },
  { text: Buffer.from('null'), value: null },
] as const
const isSpace = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39

function readerOf(body: Buffer, start: number) {
  let at = start

  /** The next byte that is no space; it is not taken. */
  function next(): number | undefined {
    while (isSpace(body[at])) at += 1
    return body[at]
  }
  function take(byte: number): void {
    if (next() !== byte) throw notJson()
    at += 1
  }

  function value(depth: number): SecretJson {
    const first = next()
    if (first === quote) return text()
    if (first !== openBrace && first !== openBracket) return literalOrNumber()
    if (depth === deepest)
      throw refusal(`The request body is nested too deeply. The limit is ${deepest} levels.`)
    return first === openBrace ? object(depth + 1) : array(depth + 1)
  }

  function object(depth: number): SecretJson {
    const members = new Map<string, SecretJson>()
    separated(openBrace, closeBrace, () => {
      if (next() !== quote) throw notJson()
      const name = text().toString()
      if (name === '__proto__') throw refusal('A member must not be called __proto__.')
      if (members.has(name)) throw refusal('An object in the request body contains the same member twice.')
      take(colon)
      members.set(name, value(depth))
    })
    return Object.fromEntries(members)
  }

  function array(depth: number): SecretJson {
    const elements: SecretJson[] = []
    separated(openBracket, closeBracket, () => elements.push(value(depth)))
    return elements
  }

  function separated(open: number, close: number, one: () => void): void {
    take(open)
    if (next() !== close) {
      one()
      while (next() === comma) {
        at += 1
        one()
      }
    }
    take(close)
  }

  /** Unescaped in its own place, which is never too short: no escape is shorter than what it stands for. */
  function text(): Buffer {
    at += 1
    const from = at
    let end = at
    for (let byte = body[at]; byte !== quote; byte = body[at]) {
      if (byte === undefined || byte < 0x20) throw notJson()
      at += 1
      if (byte === backslash) end += escaped(end)
      else {
        body[end] = byte
        end += 1
      }
    }
    body.fill(0, end, at)
    at += 1
    return body.subarray(from, end)
  }

  /** Writes what an escape stands for; returns how many bytes that has. */
  function escaped(to: number): number {
    const kind = body[at] ?? 0
    at += 1
    if (kind !== code('u')) {
      const byte = escapes[kind]
      if (byte === undefined) throw notJson()
      body[to] = byte
      return 1
    }
    const unit = hexUnit()
    if (isHigh(unit) && body[at] === backslash && body[at + 1] === code('u')) {
      const before = at
      at += 2
      const low = hexUnit()
      if (isLow(low)) return body.write(String.fromCharCode(unit, low), to)
      at = before
    }
    return body.write(String.fromCharCode(unit), to)
  }

  /** Four hexadecimal digits. */
  function hexUnit(): number {
    let unit = 0
    for (const end = at + 4; at < end; at += 1) {
      const digit = hexDigit(body[at])
      if (digit < 0) throw notJson()
      unit = unit * 16 + digit
    }
    return unit
  }

  function literalOrNumber(): boolean | null | number {
    const literal = literals.find(({ text: written }) =>
      body.subarray(at, at + written.length).equals(written),
    )
    if (!literal) return number()
    at += literal.text.length
    return literal.value
  }

  function number(): number {
    const from = at
    if (body[at] === code('-')) at += 1
    const isZero = body[at] === code('0')
    digits()
    if (isZero && at > from + (body[from] === code('-') ? 2 : 1)) throw notJson()
    if (body[at] === code('.')) {
      at += 1
      digits()
    }
    if (((body[at] ?? 0) | 0x20) === code('e')) {
      at += 1
      if (body[at] === code('+') || body[at] === code('-')) at += 1
      digits()
    }
    return at - from > maxNumberLength ? Number.NaN : Number(body.toString('latin1', from, at))
  }
  function digits(): void {
    if (!isDigit(body[at])) throw notJson()
    while (isDigit(body[at])) at += 1
  }

  return { next, value }
}

/** The first half of a pair of UTF-16, and the second. */
const isHigh = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit < 0xe000
