import { isUtf8 } from 'node:buffer'
import { type Cursor, code, next, notJson, quote, refusal, take } from './json-cursor.ts'
import { readText } from './secret-json-text.ts'

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
  const cursor: Cursor = { body, at: start }
  if (next(cursor) === undefined) throw refusal('The request body is empty.')
  const value = readValue(cursor, 0)
  if (next(cursor) !== undefined) throw notJson()
  return value
}

const byteOrderMark = Buffer.from('\ufeff')

const [openBrace, closeBrace, openBracket, closeBracket] = [code('{'), code('}'), code('['), code(']')]
const [comma, colon] = [code(','), code(':')]

const literals = [
  { text: Buffer.from('true'), value: true },
  { text: Buffer.from('false'), value: false },
  { text: Buffer.from('null'), value: null },
] as const
const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39

function readValue(cursor: Cursor, depth: number): SecretJson {
  const first = next(cursor)
  if (first === quote) return readText(cursor)
  if (first !== openBrace && first !== openBracket) return literalOrNumber(cursor)
  if (depth === deepest)
    throw refusal(`The request body is nested too deeply. The limit is ${deepest} levels.`)
  return first === openBrace ? readObject(cursor, depth + 1) : readArray(cursor, depth + 1)
}

function readObject(cursor: Cursor, depth: number): SecretJson {
  const members = new Map<string, SecretJson>()
  separated(cursor, openBrace, closeBrace, () => {
    if (next(cursor) !== quote) throw notJson()
    const name = readText(cursor).toString()
    if (name === '__proto__') throw refusal('A member must not be called __proto__.')
    if (members.has(name)) throw refusal('An object in the request body contains the same member twice.')
    take(cursor, colon)
    members.set(name, readValue(cursor, depth))
  })
  return Object.fromEntries(members)
}

function readArray(cursor: Cursor, depth: number): SecretJson {
  const elements: SecretJson[] = []
  separated(cursor, openBracket, closeBracket, () => elements.push(readValue(cursor, depth)))
  return elements
}

function separated(cursor: Cursor, open: number, close: number, one: () => void): void {
  take(cursor, open)
  if (next(cursor) !== close) {
    one()
    while (next(cursor) === comma) {
      cursor.at += 1
      one()
    }
  }
  take(cursor, close)
}

function literalOrNumber(cursor: Cursor): boolean | null | number {
  const literal = literals.find(({ text: written }) =>
    cursor.body.subarray(cursor.at, cursor.at + written.length).equals(written),
  )
  if (!literal) return readNumber(cursor)
  cursor.at += literal.text.length
  return literal.value
}

function readNumber(cursor: Cursor): number {
  const from = cursor.at
  if (cursor.body[cursor.at] === code('-')) cursor.at += 1
  const isZero = cursor.body[cursor.at] === code('0')
  digits(cursor)
  if (isZero && cursor.at > from + (cursor.body[from] === code('-') ? 2 : 1)) throw notJson()
  if (cursor.body[cursor.at] === code('.')) {
    cursor.at += 1
    digits(cursor)
  }
  if (((cursor.body[cursor.at] ?? 0) | 0x20) === code('e')) {
    cursor.at += 1
    if (cursor.body[cursor.at] === code('+') || cursor.body[cursor.at] === code('-')) cursor.at += 1
    digits(cursor)
  }
  return cursor.at - from > maxNumberLength
    ? Number.NaN
    : Number(cursor.body.toString('latin1', from, cursor.at))
}

function digits(cursor: Cursor): void {
  if (!isDigit(cursor.body[cursor.at])) throw notJson()
  while (isDigit(cursor.body[cursor.at])) cursor.at += 1
}
