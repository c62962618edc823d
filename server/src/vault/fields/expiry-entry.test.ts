import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Digits } from '../model/digits.ts'
import {
  becomeMonth,
  becomeMonthAndYear,
  endsExpiry,
  isWholeExpiry,
  maxExpiryDigits,
} from './expiry-entry.ts'

const november2026 = Date.UTC(2026, 10, 15)

function keyedIn(text: string): Digits {
  const digits = new Digits(maxExpiryDigits)
  for (const digit of text) digits.push(Number(digit))
  return digits
}

for (const [text, read] of [
  ['1230', '1230'],
  ['122030', '1230'],
  ['012027', '0127'],
  ['930', '0930'],
  ['92030', '0930'],
  ['130', '0130'],
  ['199', '0199'],
] as const) {
  test(`${text} is ${read}`, () => {
    const digits = keyedIn(text)
    assert.ok(isWholeExpiry(digits))
    becomeMonthAndYear(digits)
    assert.equal(digits.unsafeText(), read)
  })
}

for (const text of [
  '',
  '1',
  '12',
  '123',
  '128',
  '093',
  '12030',
  '121930',
  '12203',
  '9193',
  '1330',
  '132030',
]) {
  test(`${text || 'nothing'} is no expiry date, for it can be meant otherwise or not at all`, () => {
    assert.equal(isWholeExpiry(keyedIn(text)), false)
  })
}

for (const [text, ends] of [
  ['12', false],
  ['930', false],
  ['1230', true],
  ['1330', true],
  ['1220', false],
  ['12203', false],
  ['122030', true],
  ['9203', false],
  ['92030', true],
  ['1203', true],
] as const) {
  test(`${text} ${ends ? 'ends by itself' : 'may go on'} in 2026`, () => {
    assert.equal(endsExpiry(keyedIn(text), november2026), ends)
  })
}

test('in a year in which 20 is to come 1220 ends by itself', () => {
  assert.equal(endsExpiry(keyedIn('1220'), Date.UTC(2115, 0, 1)), true)
})

test('a month that a key has ended has two digits; one digit is none where it may be left over', () => {
  for (const [text, from, month] of [
    ['9', 'one-digit', '09'],
    ['12', 'one-digit', '12'],
    ['12', 'two-digits', '12'],
  ] as const) {
    const digits = keyedIn(text)
    assert.equal(becomeMonth(digits, from), true)
    assert.equal(digits.unsafeText(), month)
  }
  for (const text of ['', '0', '13', '00', '123'])
    assert.equal(becomeMonth(keyedIn(text), 'one-digit'), false)
  assert.equal(becomeMonth(keyedIn('9'), 'two-digits'), false)
})

test('what is written anew leaves nothing of what was keyed in', () => {
  const digits = keyedIn('122030')
  const buffer = digits.unsafeBytes()
  becomeMonthAndYear(digits)
  assert.equal(buffer.toString('latin1'), '1230\0\0')
})
