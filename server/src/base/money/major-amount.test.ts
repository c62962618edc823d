import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { currencies } from './currencies.ts'
import { majorAmount } from './major-amount.ts'
import { readAmount } from './read-amount.ts'

test('an amount is written exactly, with all decimals of its currency', () => {
  for (const [amountMinor, currency, written] of [
    [1240, 'GBP', '12.40'],
    [1240, 'JPY', '1240'],
    [1240, 'KWD', '1.240'],
    [499000, 'HUF', '4990.00'],
    [1240, 'CLF', '0.1240'],
    [5, 'EUR', '0.05'],
    [0, 'EUR', '0.00'],
    [-0, 'EUR', '0.00'],
    [0, 'JPY', '0'],
    [-1240, 'EUR', '-12.40'],
    [-5, 'KWD', '-0.005'],
    [Number.MAX_SAFE_INTEGER, 'EUR', '90071992547409.91'],
    [Number.MAX_SAFE_INTEGER, 'JPY', '9007199254740991'],
  ] as const) {
    assert.equal(majorAmount({ amountMinor, currency }), written)
  }
})

test('what is written is read again as the same amount, in every currency', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...currencies),
      fc.integer({ min: 1, max: 999_999_999_999 }),
      (currency, minor) => {
        assert.deepEqual(readAmount(majorAmount({ amountMinor: minor, currency }), currency), { minor })
      },
    ),
    { numRuns: 3000 },
  )
})

test('a fraction of a minor unit is no amount', () => {
  assert.throws(() => majorAmount({ amountMinor: 12.5, currency: 'EUR' }), RangeError)
  assert.throws(() => majorAmount({ amountMinor: Number.NaN, currency: 'EUR' }), RangeError)
})
