import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { codePoint } from '../../../test/harness/test-code-point.ts'
import { Problem } from '../../base/problem.ts'
import { parseJsonBody } from './json-body.ts'

const read = (text: string) => parseJsonBody(Buffer.from(text))

function assertRefused(text: string | Buffer, detail: RegExp): void {
  assert.throws(
    () => parseJsonBody(Buffer.from(text)),
    (error) => error instanceof Problem && error.code === 'invalid-request' && detail.test(error.message),
  )
}

const withoutProto = (json: string) => !json.includes('__proto__')

test('every JSON document is read as JSON.parse reads it', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 12 }).filter(withoutProto), (json) => {
      assert.deepEqual(read(json), JSON.parse(json))
    }),
    { numRuns: 2000 },
  )
})

test('every JSON document with any text in names and values, pretty or not, is read as JSON.parse reads it', () => {
  const value = fc.jsonValue({ stringUnit: codePoint }).map((each) => JSON.stringify(each, null, 2))
  fc.assert(
    fc.property(value.filter(withoutProto), (json) => {
      // What is not well-formed Unicode does not survive UTF-8, on either side.
      const text = json.toWellFormed()
      assert.deepEqual(read(text), JSON.parse(text))
    }),
    { numRuns: 2000 },
  )
})

test('any text at all is read as JSON.parse reads it, or refused', () => {
  const pieces = fc.constantFrom(
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
    'null',
    ' ',
    '\\u0061',
  )
  fc.assert(
    fc.property(
      fc.array(pieces, { maxLength: 14 }).map((list) => list.join('')),
      (text) => {
        let expected: unknown
        try {
          expected = JSON.parse(text)
        } catch {
          return assertRefused(text, /not valid JSON|empty/)
        }
        try {
          assert.deepEqual(read(text), expected)
        } catch (error) {
          assert.ok(error instanceof Problem && error.message.includes('same member twice'), text)
        }
      },
    ),
    { numRuns: 5000 },
  )
})

test('a member that is written twice in one object is refused, at any depth', () => {
  for (const text of [
    '{"a":1,"a":1}',
    '{"a":1,"\\u0061":2}',
    '[[{"b":{"a":[],"c":":","a":{}}}]]',
    '{"7":1,"7":2}',
    '{"":1,"":2}',
    '{"é":1,"é":2}',
  ]) {
    assertRefused(text, /same member twice/)
  }
})

test('a member may have the name of one in another object', () => {
  assert.deepEqual(read('[{"a":1},{"a":{"a":2}}]'), [{ a: 1 }, { a: { a: 2 } }])
})

test('names and values may hold quotes, colons and brackets', () => {
  const value = { 'a":{"': '\\":[[', '[:]': ['{', '\\', '"'] }
  assert.deepEqual(read(JSON.stringify(value)), value)
})

test('__proto__ is refused, however it is written', () => {
  assertRefused('{"__proto__":{"admin":true}}', /__proto__/)
  assertRefused('{"a":[{"\\u005f_proto__":1}]}', /__proto__/)
  assert.deepEqual(read('{"a":"__proto__"}'), { a: '__proto__' })
})

test('32 levels are read, 33 are refused', () => {
  const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)
  assert.deepEqual(read(nested(32)), JSON.parse(nested(32)))
  assertRefused(nested(33), /limit is 32 levels/)
  assertRefused(`${'{"a":'.repeat(33)}1${'}'.repeat(33)}`, /limit is 32 levels/)
  assertRefused('['.repeat(60_000), /limit is 32 levels/)
})

test('what is not UTF-8, not JSON or nothing is refused', () => {
  assertRefused(Buffer.from([0x22, 0xc3, 0x28, 0x22]), /must be UTF-8/)
  assertRefused(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), /must be UTF-8/)
  assertRefused('{', /not valid JSON/)
  assertRefused("{'a':1}", /not valid JSON/)
  assertRefused('NaN', /not valid JSON/)
  assertRefused('', /empty/)
  assertRefused(' \n', /empty/)
})

test('a byte order mark is passed over', () => {
  assert.deepEqual(read('\ufeff{"a":1}'), { a: 1 })
})
