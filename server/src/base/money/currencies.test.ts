import assert from 'node:assert/strict'
import { test } from 'node:test'
import { currencies } from './currencies.ts'
import { exponentOf } from './currency-exponent.ts'

/** List one of ISO 4217: what has no decimals, three or four; all others have two. */
const withOtherDecimals: Readonly<Record<number, readonly string[]>> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' '),
  3: ['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND'],
  4: ['CLF', 'UYW'],
}

test('decimals are those of ISO 4217', () => {
  const others = new Map(
    Object.entries(withOtherDecimals).flatMap(([exponent, codes]) =>
      codes.map((code) => [code, Number(exponent)] as const),
    ),
  )
  for (const code of others.keys()) assert.ok(currencies.has(code), code)
  for (const code of currencies) assert.equal(exponentOf(code), others.get(code) ?? 2, code)
})

test('every currency and fund of the list is known by its code alone', () => {
  assert.equal(currencies.size, 165)
  for (const code of currencies) assert.match(code, /^[A-Z]{3}$/)
  for (const code of 'VED VES MGA MRU SLE STN XCG ZWG BYN XAD USN CHE CHW BOV COU MXV UYI'.split(' ')) {
    assert.ok(currencies.has(code), code)
  }
})

test('what was withdrawn, and what nothing is paid in, is not', () => {
  const withdrawn = 'BGN HRK ANG CUC SLL ZWL VEF MRO STD BYR LTL LVL EEK SKK DEM ITL FRF TRL USS'.split(' ')
  const notMoney = 'XAU XAG XPT XPD XBA XBB XBC XBD XTS XXX XDR XSU XUA'.split(' ')
  for (const code of [...withdrawn, ...notMoney, '', 'usd', 'US', 'EURO'])
    assert.ok(!currencies.has(code), code)
})

test('what Intl knows beyond the list is withdrawn or nothing to pay in', () => {
  const known = 'ANG BGN CUC HRK SLL XDR XSU ZWL'.split(' ')
  const beyond = Intl.supportedValuesOf('currency').filter((code) => !currencies.has(code))
  assert.deepEqual(
    beyond.filter((code) => !known.includes(code)),
    [],
  )
})

test('money in a currency that was withdrawn of late can still be counted', () => {
  for (const code of ['BGN', 'HRK', 'ANG', 'SLL', 'ZWL']) assert.equal(exponentOf(code), 2, code)
})
