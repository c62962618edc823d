import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { holdsCardNumber } from './find-card-number.ts'

/** Appends the digit that makes a number pass the Luhn check. */
function withCheckDigit(digits: string): string {
  let sum = 0
  ;[...digits].reverse().forEach((digit, at) => {
    const value = at % 2 === 0 ? Number(digit) * 2 : Number(digit)
    sum += value > 9 ? value - 9 : value
  })
  return `${digits}${(10 - (sum % 10)) % 10}`
}

const digit = fc.constantFrom(...'0123456789')
const prefixes = ['4', '51', '2221', '34', '37', '36', '6011', '65', '3528', '620', '5018', '2200', '6759']

/** A card number of 13 to 19 digits of a known brand. */
const cardNumber = fc
  .record({
    prefix: fc.constantFrom(...prefixes),
    length: fc.integer({ min: 13, max: 19 }),
    tail: fc.array(digit, { minLength: 19, maxLength: 19 }),
  })
  .map(({ prefix, length, tail }) => withCheckDigit(`${prefix}${tail.join('')}`.slice(0, length - 1)))

const words = fc.constantFrom('', 'card ', 'no. ', 'PAN:', 'x', 'Visa/', '(', 'é', '日本')

test('a card number is found, with separators between any digits and words around it', () => {
  const separators = fc.array(fc.constantFrom('', '', '', ' ', '-', '.', ' - ', '\u00a0', '–', '\u200b'), {
    minLength: 19,
    maxLength: 19,
  })
  fc.assert(
    fc.property(cardNumber, separators, words, words, (number, between, before, after) => {
      const spread = [...number].map((each, at) => (at === 0 ? each : `${between[at]}${each}`)).join('')
      assert.ok(holdsCardNumber(`${before}${spread}${after}`), spread)
    }),
    { numRuns: 3000 },
  )
})

test('a card number among other groups of digits is found', () => {
  fc.assert(
    fc.property(
      cardNumber,
      fc.constantFrom(' 12/30 123', ' 12 30', ' 1230', '=30121010', '^SMITH', ' 2026-01-15'),
      (number, rest) => {
        assert.ok(holdsCardNumber(`${number}${rest}`))
        assert.ok(holdsCardNumber(`7 ${number}${rest}`))
      },
    ),
  )
})

test('a number that fails the Luhn check is none', () => {
  fc.assert(
    fc.property(cardNumber, fc.integer({ min: 1, max: 9 }), (number, change) => {
      const last = (Number(number.at(-1)) + change) % 10
      assert.ok(!holdsCardNumber(`${number.slice(0, -1)}${last}`))
    }),
  )
})

test('a number of fewer than 13 digits is none, whatever it is', () => {
  fc.assert(
    fc.property(fc.array(digit, { maxLength: 12 }), (digits) => {
      assert.ok(!holdsCardNumber(digits.join('')))
      assert.ok(!holdsCardNumber(digits.join(' ')))
    }),
  )
})

test('a number of a range that no brand has is none', () => {
  for (const start of ['1', '0', '7', '8', '90']) {
    assert.ok(!holdsCardNumber(withCheckDigit(`${start}${'0123456789012345'}`.slice(0, 15))))
  }
})

test('telephone numbers with a plus, names of things and dates pass', () => {
  for (const text of [
    '+48500000000',
    '+48 500 000 000',
    '+1 (415) 555-2671',
    '2026-01-15 09:30:00',
    '20260115093000',
    '192.168.100.200',
    '1767000000000',
    'Hubska 52',
    '50-348',
    '',
  ]) {
    assert.ok(!holdsCardNumber(text), text)
  }
})

test('a GUID and other hexadecimal names pass', () => {
  const hex = fc.constantFrom(...'0123456789012345678901234567890123456789abcdef')
  const characters = fc.array(hex, { minLength: 32, maxLength: 32 }).map((list) => list.join(''))
  fc.assert(
    fc.property(characters, (text) => {
      const guid = text.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
      assert.ok(!holdsCardNumber(guid), guid)
      assert.ok(!holdsCardNumber(`order ${guid.toUpperCase()}`), guid)
      if (/[a-f]/.test(text)) assert.ok(!holdsCardNumber(text), text)
    }),
    { numRuns: 3000 },
  )
})

test('digits of other scripts are digits', () => {
  const scripts = ['٠', '０', '०', '𝟎'].map((zero) => zero.codePointAt(0) ?? 0)
  for (const zero of scripts) {
    const text = [...'4111111111111111'].map((each) => String.fromCodePoint(zero + Number(each))).join('')
    assert.ok(holdsCardNumber(text), text)
  }
})

test('any text is looked at without an error', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => void holdsCardNumber(text)))
})
