import assert from 'node:assert/strict'
import { test } from 'node:test'
import { amountDetails, amountIn } from './cybersource-amounts.ts'

for (const [currency, amountMinor, text] of [
  ['GBP', 1240, '12.40'],
  ['GBP', 5, '0.05'],
  ['GBP', 0, '0.00'],
  ['JPY', 1240, '1240'],
  ['KWD', 1240, '1.240'],
  ['HUF', 1045, '10.45'],
] as const) {
  test(`${amountMinor} minor units of ${currency} are written ${text}, and read back`, () => {
    const written = amountDetails({ amountMinor, currency })
    assert.deepEqual(written, { totalAmount: text, currency })
    assert.deepEqual(amountIn(written, 'totalAmount'), { amountMinor, currency })
  })
}

test('an amount is read as it may be written, and one that cannot be is not guessed', () => {
  assert.deepEqual(amountIn({ totalAmount: '400', currency: 'USD' }, 'totalAmount'), {
    amountMinor: 40_000,
    currency: 'USD',
  })
  assert.deepEqual(amountIn({ authorizedAmount: '1.5', currency: 'USD' }, 'authorizedAmount'), {
    amountMinor: 150,
    currency: 'USD',
  })
  assert.deepEqual(amountIn({ totalAmount: '12.00', currency: 'JPY' }, 'totalAmount'), {
    amountMinor: 12,
    currency: 'JPY',
  })
  assert.equal(amountIn({ currency: 'USD' }, 'totalAmount'), undefined)
  for (const totalAmount of ['12.405', '-1', '1e3', '12,40', '1 000']) {
    assert.throws(() => amountIn({ totalAmount, currency: 'USD' }, 'totalAmount'), { name: 'UnclearAnswer' })
  }
})
