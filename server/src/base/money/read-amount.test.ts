import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { codePoint } from '../../../test/harness/test-code-point.ts'
import { currencies } from './currencies.ts'
import { exponentOf } from './currency-exponent.ts'
import { readAmount } from './read-amount.ts'

const minor = (text: string, currency: string) => {
  const read = readAmount(text, currency)
  return 'minor' in read ? read.minor : undefined
}

const currency = fc.constantFrom(...currencies)
const someMinor = fc.integer({ min: 1, max: 999_999_999_999 })

/** 123456 of two digits → units `1234`, decimals `56`. */
function split(amount: number, code: string) {
  const exponent = exponentOf(code)
  const digits = String(amount).padStart(exponent + 1, '0')
  return {
    units: digits.slice(0, digits.length - exponent),
    decimals: digits.slice(digits.length - exponent),
  }
}

const group = (units: string, sign: string) => units.replace(/\B(?=(?:\d{3})+$)/g, sign)

test('the contract’s amounts', () => {
  assert.equal(minor('12.40', 'GBP'), 1240)
  assert.equal(minor('$12.40', 'USD'), 1240)
  assert.equal(minor('1240', 'JPY'), 1240)
  assert.equal(minor('1.234', 'KWD'), 1234)
})

test('an amount of any currency is read as it was written, plain and grouped', () => {
  fc.assert(
    fc.property(
      currency,
      someMinor,
      fc.constantFrom('', ',', ' ', "'", '’', '\u00a0', '\u2007', '\u2009', '\u202f'),
      (code, amount, sign) => {
        const { units, decimals } = split(amount, code)
        const written = decimals === '' ? group(units, sign) : `${group(units, sign)}.${decimals}`
        const ambiguous = sign === ',' && decimals === '' && exponentOf(code) > 2
        assert.equal(minor(written, code), ambiguous ? undefined : amount, `${written} ${code}`)
      },
    ),
    { numRuns: 3000 },
  )
})

test('what Intl writes is read, with its sign and its grouping', () => {
  for (const code of currencies) {
    const exponent = exponentOf(code)
    const format = new Intl.NumberFormat('en', {
      style: 'currency',
      currency: code,
      minimumFractionDigits: exponent,
      maximumFractionDigits: exponent,
    })
    const written = format.format(1234.5 - (exponent === 0 ? 0.5 : 0))
    assert.equal(
      minor(written, code),
      1234 * 10 ** exponent + (exponent === 0 ? 0 : 5 * 10 ** (exponent - 1)),
      written,
    )
  }
})

test('nothing is ever read as another order of magnitude', () => {
  const decimalComma = fc.constantFrom('.', ' ', '')
  fc.assert(
    fc.property(currency, someMinor, decimalComma, (code, amount, sign) => {
      const { units, decimals } = split(amount, code)
      if (decimals === '') return
      const written = `${group(units, sign)},${decimals}`
      const read = minor(written, code)
      assert.ok(read === amount || read === undefined, `${written} ${code} was read as ${read}`)
      if (decimals.length !== 3 || group(units, sign) !== units) assert.equal(read, amount, written)
    }),
    { numRuns: 3000 },
  )
})

test('any text at all is read as a whole, positive number of minor units, or refused with a reason', () => {
  const pieces = fc.constantFrom(
    '1',
    '0',
    '234',
    '.',
    ',',
    ' ',
    "'",
    '-',
    '+',
    'e',
    '$',
    '€',
    'USD',
    'x',
    '\u00a0',
  )
  const text = fc.oneof(
    fc.string({ unit: codePoint }),
    fc.array(pieces, { maxLength: 9 }).map((list) => list.join('')),
  )
  fc.assert(
    fc.property(text, currency, (each, code) => {
      const read = readAmount(each, code)
      if ('wrong' in read) return assert.match(read.wrong, /^(is|has|cannot) /)
      assert.ok(Number.isSafeInteger(read.minor) && read.minor > 0 && read.minor < 1e12, each)
      const digits = each.replace(/\D/g, '').replace(/^0+/, '')
      const padding = '0'.repeat(exponentOf(code))
      assert.ok(`${digits}${padding}`.startsWith(String(read.minor).replace(/0+$/, '')), each)
    }),
    { numRuns: 5000 },
  )
})

test('a thousand and one and a bit are told apart, or refused', () => {
  assert.equal(minor('1,234', 'USD'), 123400)
  assert.equal(minor('1,234', 'JPY'), 1234)
  assert.equal(minor('1,234', 'KWD'), undefined)
  assert.equal(minor('1.234', 'EUR'), undefined)
  assert.equal(minor('1.234', 'JPY'), undefined)
  assert.equal(minor('1.234,56', 'EUR'), 123456)
  assert.equal(minor('1.234.567,89', 'EUR'), 123456789)
  assert.equal(minor('1.234.567', 'EUR'), 123456700)
  assert.equal(minor('1.234.000', 'JPY'), 1234000)
  assert.equal(minor('1.234.00', 'EUR'), undefined)
  assert.equal(minor('12,4', 'JPY'), undefined)
  assert.equal(minor('12,40', 'EUR'), 1240)
  assert.equal(minor('12,4', 'EUR'), 1240)
  assert.equal(minor('12.4', 'EUR'), 1240)
  assert.equal(minor('1,234,567', 'KWD'), 1234567000)
  assert.equal(minor('1,234.567', 'KWD'), 1234567)
  assert.equal(minor('0,123', 'USD'), undefined)
  assert.equal(minor('12 40', 'EUR'), undefined)
  assert.equal(minor('1 234,56', 'PLN'), 123456)
})

test('grouping as in India is read, where it is one', () => {
  assert.equal(minor('1,00,000.00', 'INR'), 10000000)
  assert.equal(minor('1,00,000', 'INR'), 10000000)
  assert.equal(minor('₹12,34,567.89', 'INR'), 123456789)
  assert.equal(minor('1,00,000.500', 'KWD'), 100000500)
  for (const text of ['1,00', '1,00,00', '1,00,0000', '100,00,000', '1.00.000', '1 00 000', '1,000,00,000'])
    assert.notEqual(minor(text, 'USD'), 10000000, text)
  for (const text of ['1,00,00', '1,00,0000', '100,00,000', '1.00.000', '1 00 000', '1,000,00,000'])
    assert.equal(minor(text, 'JPY'), undefined, text)
})

test('zeros behind the currency’s own decimals say nothing, where they cannot be a group', () => {
  assert.equal(minor('4990.00', 'JPY'), 4990)
  assert.equal(minor('4990.0', 'JPY'), 4990)
  assert.equal(minor('4990,00', 'JPY'), 4990)
  assert.equal(minor('¥4,990.00', 'JPY'), 4990)
  assert.equal(minor('12.4000', 'GBP'), 1240)
  assert.equal(minor('0.500', 'GBP'), 50)
  assert.equal(minor('1,234.500', 'USD'), 123450)
  assert.equal(minor('1240.000', 'USD'), 124000)
  assert.equal(minor('12.4000', 'KWD'), 12400)
  for (const text of ['12.000', '12,000.0001', '12.4050', '4990.50'])
    assert.equal(minor(text, 'JPY'), undefined, text)
  assert.equal(minor('12.400', 'USD'), undefined)
  assert.equal(minor('12.401', 'USD'), undefined)
  assert.equal(minor('12.4010', 'USD'), undefined)
  assert.equal(minor('12,4000', 'CLF'), 124000)
})

for (const text of [
  '0',
  '0.00',
  '-1',
  '−1',
  '(1)',
  '',
  ' ',
  'NaN',
  'Infinity',
  '1e3',
  '0x10',
  '1.2.3',
  '1..2',
  '12.',
  '.',
  ',',
  '12.405',
  '１２',
  '١٢',
  '12.40$$',
  '$12.40$',
  '1;2',
  '10000000000.00',
  '007',
  '+5',
  'twelve',
  'null',
]) {
  test(`${JSON.stringify(text)} is not an amount`, () => {
    assert.ok('wrong' in readAmount(text, 'USD'))
  })
}

test('a sign must fit the currency', () => {
  assert.equal(minor('$12', 'USD'), 1200)
  assert.equal(minor('$12', 'CLP'), 12)
  assert.equal(minor('$12', 'MXN'), 1200)
  assert.equal(minor('$12', 'PHP'), 1200)
  assert.equal(minor('US$ 12', 'USD'), 1200)
  assert.equal(minor('CA$12', 'CAD'), 1200)
  assert.equal(minor('12,40 €', 'EUR'), 1240)
  assert.equal(minor('EUR 12.40', 'EUR'), 1240)
  assert.equal(minor('12.40 eur', 'EUR'), 1240)
  assert.equal(minor('¥1,234', 'JPY'), 1234)
  assert.equal(minor('12,40 kr.', 'DKK'), 1240)
  assert.equal(minor('kr. 50', 'DKK'), 5000)
  assert.equal(minor('kr.50', 'DKK'), undefined)
  assert.equal(minor('kr .50', 'DKK'), undefined)
  assert.equal(minor('500 F CFA', 'XOF'), 500)
  assert.equal(minor('$.50', 'USD'), 50)
  assert.equal(minor('€12', 'GBP'), undefined)
  assert.equal(minor('$12', 'EUR'), undefined)
  assert.equal(minor('USD 12', 'CAD'), undefined)
})

test('marks of direction around an amount say nothing of it', () => {
  assert.equal(minor('\u200e$12.40\u200e', 'USD'), 1240)
  assert.equal(minor('\u202a1,240.00\u202c €', 'EUR'), 124000)
  assert.equal(minor('\u2066-12.40\u2069', 'USD'), undefined)
})
