import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readAmount } from './read-amount.ts'
import { sumText } from './sum-text.ts'

test('a sum is told in major units by ISO 4217, exactly', () => {
  for (const [amountMinor, currency, text] of [
    [1240, 'GBP', '12.40 GBP'],
    [5, 'GBP', '0.05 GBP'],
    [0, 'EUR', '0.00 EUR'],
    [1240, 'JPY', '1240 JPY'],
    [1240, 'KWD', '1.240 KWD'],
    [1240, 'HUF', '12.40 HUF'],
    [1240, 'IQD', '1.240 IQD'],
    [999_999_999_999_99, 'USD', '999999999999.99 USD'],
    [9_007_199_254_740_991, 'USD', '90071992547409.91 USD'],
  ] as const) {
    assert.equal(sumText({ amountMinor, currency }), text)
  }
})

test('what is told can be typed', () => {
  for (const currency of ['GBP', 'JPY', 'KWD', 'HUF']) {
    assert.deepEqual(readAmount(sumText({ amountMinor: 1240, currency }), currency), { minor: 1240 })
  }
})
