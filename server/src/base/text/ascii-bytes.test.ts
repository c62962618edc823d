import assert from 'node:assert/strict'
import { test } from 'node:test'
import { digitAt } from '@tonegate/protocol/decimal-digits'
import { asAscii } from '@tonegate/protocol/readable-digits'
import fc from 'fast-check'
import { writeAsAscii } from './ascii-bytes.ts'

const written = (text: string) => writeAsAscii(Buffer.from(text)).toString()

test('every decimal digit that Unicode knows has its value', () => {
  let digits = 0
  for (let point = 0; point <= 0x10ffff; point += 1) {
    const isDigit = /^\p{Nd}$/u.test(String.fromCodePoint(point))
    assert.equal(digitAt(point) !== undefined, isDigit, point.toString(16))
    if (isDigit) digits += 1
  }
  assert.ok(digits >= 680, `${digits}`)
  for (const row of [
    '0123456789',
    '٠١٢٣٤٥٦٧٨٩',
    '۰۱۲۳۴۵۶۷۸۹',
    '०१२३४५६७८९',
    '০১২৩৪৫৬৭৮৯',
    '๐๑๒๓๔๕๖๗๘๙',
    '０１２３４５６７８９',
    '𞥐𞥑𞥒𞥓𞥔𞥕𞥖𞥗𞥘𞥙',
    '𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗',
  ]) {
    assert.deepEqual(
      [...row].map((digit) => digitAt(digit.codePointAt(0) ?? 0)),
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
      row,
    )
  }
})

test('digits and separators become those of ASCII, and what is not seen goes', () => {
  assert.equal(written('４１１１　１１１１−１１１１ー１１１１'), '4111 1111-1111-1111')
  assert.equal(written('\u200f٠٩؍٢٨\u2069'), '09/28')
  assert.equal(written('１２／３０'), '12/30')
  assert.equal(written('１２。３０'), '12.30')
  assert.equal(written('Zażółć 12é'), 'Zażółć 12é')
})

test('it is done in the place of the bytes, and nothing is left behind them', () => {
  const bytes = Buffer.from('４１１１')
  const ascii = writeAsAscii(bytes)
  assert.equal(ascii.buffer, bytes.buffer)
  assert.equal(bytes.toString('latin1'), '4111'.padEnd(12, '\0'))
})

test('bytes are read as texts are', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      assert.equal(written(text), asAscii(text).text)
    }),
    { numRuns: 2_000 },
  )
})
