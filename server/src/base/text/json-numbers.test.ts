import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { codePoint } from '../../../test/harness/test-code-point.ts'
import { numberAsWritten, parseJson, stringifyAsWritten } from './json-numbers.ts'

type Parsed = Readonly<Record<string, number>>

for (const written of [
  '1.10',
  '12345678901234567890',
  '1E2',
  '1e+2',
  '-0',
  '-0.0',
  '0.10',
  '100.0',
  '1e-7',
  '0.1234567890123456789',
  '1e999',
  '-1.50',
  '7',
  '0',
  '-7',
  '123456789012345',
]) {
  test(`${written} is told as it was written, wherever it stands`, () => {
    for (const json of [
      `{"a":${written}}`,
      `{ "a" :\n\t${written} }`,
      `{"b":"x","a":${written},"c":{"a":1}}`,
      `{"b":"\\",1.5","a":${written}}`,
    ]) {
      const object = parseJson(json) as Parsed
      assert.equal(object.a, Number(written), json)
      assert.equal(numberAsWritten(object, 'a', Number(written)), written, json)
    }
    const list = parseJson(`[0,${written}]`) as unknown as object
    assert.equal(numberAsWritten(list, '1', Number(written)), written)
  })
}

test('members of one name in two objects are told apart', () => {
  const { a, b } = parseJson('{"a":{"n":1.10},"b":{"n":1.100},"n":1.1}') as Record<string, Parsed>
  assert.equal(numberAsWritten(a as object, 'n', 1.1), '1.10')
  assert.equal(numberAsWritten(b as object, 'n', 1.1), '1.100')
})

test('what is read is what JSON.parse reads, and it is written as it was', () => {
  const number = fc
    .tuple(
      fc.constantFrom('', '-'),
      fc.bigInt({ min: 0n, max: 10n ** 25n }),
      fc.constantFrom('', '.0', '.10', 'e2', 'E-3'),
    )
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(fc.array(number), fc.array(fc.string({ unit: codePoint })), (numbers, texts) => {
      const members = numbers.map((each, at) => `"n${at}":${each}`)
      const json = `{"t":${JSON.stringify(texts)},"o":{${members.join(',')}}}`
      const value = parseJson(json)
      assert.deepEqual(value, JSON.parse(json))
      assert.equal(stringifyAsWritten(value), json)
    }),
  )
})

test('what was never parsed is written as JSON.stringify writes it', () => {
  assert.equal(stringifyAsWritten({ a: 1.1, b: [2, undefined], c: undefined }), '{"a":1.1,"b":[2,null]}')
  assert.equal(stringifyAsWritten(undefined), undefined)
  assert.equal(numberAsWritten({}, 'a', 1.1), '1.1')
})
