import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Language, languages } from '@tonegate/protocol/languages'
import { currencies } from './currencies.ts'
import { exponentOf } from './currency-exponent.ts'
import { formatAmount } from './format-amount.ts'
import { readAmount } from './read-amount.ts'

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ')
const format = (
  amountMinor: number,
  currency: string,
  language: Language,
  display: 'symbol' | 'code' = 'symbol',
) => plain(formatAmount({ amountMinor, currency }, language, display))

const decimalSigns = { en: '.', de: ',', pl: ',' } as const

/** The number in a text, with what groups it taken out: `1.234,50 €` is `1234` and `50`. */
function numberIn(text: string, language: Language) {
  const [number = ''] = /\d[\d., ]*\d|\d/.exec(text) ?? []
  const [units = '', decimals = ''] = number.split(decimalSigns[language])
  return { units: units.replace(/[., ]/g, ''), decimals }
}

test('an amount has the decimals that it was read by, in every currency and language, by sign and by code', () => {
  for (const currency of currencies) {
    const exponent = exponentOf(currency)
    for (const amountMinor of [1, 499000, 123456789]) {
      const digits = String(amountMinor).padStart(exponent + 1, '0')
      const expected = {
        units: digits.slice(0, digits.length - exponent),
        decimals: digits.slice(digits.length - exponent),
      }
      for (const language of languages) {
        for (const display of ['symbol', 'code'] as const) {
          const text = format(amountMinor, currency, language, display)
          assert.deepEqual(numberIn(text, language), expected, text)
          if (display === 'code') assert.ok(text.includes(currency), text)
        }
      }
    }
  }
})

test('what is shown in English is read again as the same amount, in every currency', () => {
  for (const currency of currencies) {
    for (const minor of [1, 499000, 123456789]) {
      for (const display of ['symbol', 'code'] as const) {
        const text = format(minor, currency, 'en', display)
        assert.deepEqual(readAmount(text, currency), { minor }, text)
      }
    }
  }
})

test('amounts are written as each language writes them', () => {
  assert.equal(format(1240, 'GBP', 'en'), '£12.40')
  assert.equal(format(1240, 'JPY', 'en'), '¥1,240')
  assert.equal(format(124050, 'EUR', 'de'), '1.240,50 €')
  assert.equal(format(124050, 'EUR', 'pl'), '1240,50 €')
  assert.equal(format(1240, 'PLN', 'pl'), '12,40 zł')
  assert.equal(format(1240, 'EUR', 'en', 'code'), 'EUR 12.40')
  assert.equal(format(1234, 'IQD', 'en'), 'IQD 1.234')
})

test('currencies whose small change is not customary keep it', () => {
  assert.equal(format(499000, 'HUF', 'en'), 'HUF 4,990.00')
  assert.equal(format(499000, 'HUF', 'de'), '4.990,00 HUF')
  assert.equal(format(499050, 'HUF', 'pl'), '4990,50 HUF')
  assert.equal(format(12345678, 'CLF', 'en'), 'CLF 1,234.5678')
})

test('nothing, less than nothing, and more than a float can hold are exact', () => {
  assert.equal(format(0, 'EUR', 'en'), '€0.00')
  assert.equal(format(-1240, 'EUR', 'en'), '-€12.40')
  assert.equal(format(Number.MAX_SAFE_INTEGER, 'EUR', 'en'), '€90,071,992,547,409.91')
  assert.equal(format(Number.MAX_SAFE_INTEGER, 'JPY', 'de'), '9.007.199.254.740.991 ¥')
})
