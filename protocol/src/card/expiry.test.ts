import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Digits } from '../../../server/src/vault/model/digits.ts'
import { checkExpiry } from './expiry.ts'

function expiry(text: string): Digits {
  const digits = new Digits(4)
  for (const digit of text) digits.push(Number(digit))
  return digits
}

const august2026 = Date.UTC(2026, 7, 15)
const two = (number: number) => String(number).padStart(2, '0')

for (const [text, error] of [
  ['0826', undefined],
  ['0926', undefined],
  ['0127', undefined],
  ['1246', undefined],
  ['0726', 'invalid-date'],
  ['1225', 'invalid-date'],
  ['0147', 'invalid-date'],
  ['0099', 'invalid-date'],
  ['0030', 'invalid-date'],
  ['1330', 'invalid-date'],
  ['123', 'invalid-date'],
  ['', 'invalid-date'],
] as const) {
  test(`in August 2026 ${text || 'nothing'} is ${error ?? 'right'}`, () => {
    assert.equal(checkExpiry(expiry(text), august2026), error)
  })
}

test('a card is good until its month has ended everywhere on Earth', () => {
  assert.equal(checkExpiry(expiry('1226'), Date.UTC(2027, 0, 1, 11, 59)), undefined)
  assert.equal(checkExpiry(expiry('1226'), Date.UTC(2027, 0, 1, 12)), 'invalid-date')
})

test('the years go on after a century has ended', () => {
  assert.equal(checkExpiry(expiry('0104'), Date.UTC(2098, 5, 1)), undefined)
  assert.equal(checkExpiry(expiry('0197'), Date.UTC(2098, 5, 1)), 'invalid-date')
})

test('an expiry is right exactly from this month to twenty years ahead', () => {
  const months = fc.integer({ min: 1, max: 12 })
  fc.assert(
    fc.property(months, fc.integer({ min: 0, max: 99 }), months, (month, year, today) => {
      const ahead = 2000 + year - 2026
      const right = ahead >= 0 && ahead <= 20 && (ahead > 0 || month >= today)
      const error = checkExpiry(expiry(two(month) + two(year)), Date.UTC(2026, today - 1, 15))
      assert.equal(error === undefined, right)
    }),
    { numRuns: 1000 },
  )
})
