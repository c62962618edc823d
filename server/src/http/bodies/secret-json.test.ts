import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { codePoint } from '../../../test/harness/test-code-point.ts'
import { Problem } from '../../base/problem.ts'
import { parseJsonBody } from './json-body.ts'
import { parseSecretJson } from './secret-json.ts'

const read = (text: string) => parseSecretJson(Buffer.from(text))

/** The same with texts for bytes; numbers are compared apart. */
function plain(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return value.toString()
  if (typeof value === 'string') return value.toWellFormed()
  if (typeof value === 'number') return 'a number'
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name.toWellFormed(), plain(each)]))
}

function assertReadAlike(text: string): void {
  let expected: unknown
  try {
    expected = parseJsonBody(Buffer.from(text))
  } catch (error) {
    assert.ok(error instanceof Problem)
    assert.throws(() => read(text), { code: 'invalid-request' }, text)
    return
  }
  assert.deepEqual(plain(read(text)), plain(expected), text)
}

test('every JSON document is read as the reader of other bodies reads it', () => {
  const json = fc.jsonValue({ stringUnit: codePoint }).map((value) => JSON.stringify(value, null, 1))
  fc.assert(
    fc.property(
      json.filter((text) => !text.includes('__proto__')),
      (text) => assertReadAlike(text.toWellFormed()),
    ),
    { numRuns: 2000 },
  )
})

test('every number of up to seven characters is read as JSON.parse reads it, or refused', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...'0123456789-+.eE'), minLength: 1, maxLength: 7 }),
      (text) => {
        try {
          assert.equal(read(text), JSON.parse(text))
        } catch (error) {
          assert.throws(() => JSON.parse(text), text)
          assert.ok(error instanceof Problem)
        }
      },
    ),
    { numRuns: 5000 },
  )
})

test('any text at all is read so, or refused', () => {
  const pieces = fc.constantFrom(
    ...[
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '"',
      '\\',
      '"a"',
      '"b"',
      '1',
      '0',
      '-',
      '.5',
      'e1',
      'E+2',
      'null',
      'true',
      ' ',
    ],
    ...['\n', '\\u0061', '\\uD83D', '\\uDE00', '\\n', '\\x', 'x', '\t', '"__proto__"', '{"a":', '"\\u00'],
  )
  fc.assert(
    fc.property(
      fc.array(pieces, { maxLength: 14 }).map((list) => list.join('')),
      assertReadAlike,
    ),
    { numRuns: 5000 },
  )
})

test('a text is bytes of the body, unescaped, and gone when the body is overwritten', () => {
  const body = Buffer.from('{"keys":"41\\u0031\\u0031#*", "rest":[1]}')
  const { keys } = parseSecretJson(body) as { readonly keys: Buffer }
  assert.equal(keys.toString(), '4111#*')
  assert.equal(body.includes('0031'), false, 'nothing of how it was written is left')
  body.fill(0)
  assert.ok(keys.every((byte) => byte === 0))
})

test('a number that could be a card’s is not read', () => {
  assert.deepEqual(read('{"keys":4111111111111111,"gap":1234567}'), { keys: Number.NaN, gap: 1_234_567 })
})

test('what is not UTF-8, too deep or nothing is refused', () => {
  for (const body of [
    Buffer.from([0x22, 0xc3, 0x28, 0x22]),
    Buffer.from(''),
    Buffer.from('['.repeat(33) + ']'.repeat(33)),
  ]) {
    assert.throws(() => parseSecretJson(body), { code: 'invalid-request' })
  }
  assert.deepEqual(
    read(`\ufeff${'['.repeat(32)}${']'.repeat(32)}`),
    JSON.parse('['.repeat(32) + ']'.repeat(32)),
  )
})
