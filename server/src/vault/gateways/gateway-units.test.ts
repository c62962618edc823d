import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fromGatewayUnits, toGatewayUnits } from './gateway-units.ts'

const amountMinor = fc.integer({ min: 0, max: 999_999_999_999 })
const currency = fc.constantFrom('EUR', 'JPY', 'KWD', 'ISK', 'MGA')

test('a sum that can be said in a gateway’s units comes back as it was', () => {
  fc.assert(
    fc.property(amountMinor, currency, fc.integer({ min: 0, max: 3 }), (minor, code, exponent) => {
      const money = { amountMinor: minor, currency: code }
      const units = toGatewayUnits(money, exponent)
      if (units !== undefined) assert.deepEqual(fromGatewayUnits(units, code, exponent), money)
    }),
  )
})

test('a fraction of a gateway’s unit cannot be said, nor can a sum be lost in a big one', () => {
  assert.equal(toGatewayUnits({ amountMinor: 1250, currency: 'EUR' }, 0), undefined)
  assert.equal(toGatewayUnits({ amountMinor: 1200, currency: 'EUR' }, 0), 12)
  assert.equal(toGatewayUnits({ amountMinor: Number.MAX_SAFE_INTEGER, currency: 'JPY' }, 2), undefined)
})

test('a fraction of our minor unit equals no sum of ours', () => {
  assert.deepEqual(fromGatewayUnits(1245, 'ISK', 2), { amountMinor: 12.45, currency: 'ISK' })
})
