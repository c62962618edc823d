import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sandboxCards } from '../../../server/src/vault/gateways/sandbox-cards.ts'
import { brandOf } from './brand.ts'
import { passesLuhn } from './luhn.ts'

test('each test card is valid: brand, length and check digit', () => {
  for (const { pan, brand } of sandboxCards) {
    const found = brandOf(pan.slice(0, 8))
    assert.equal(found?.name, brand, pan)
    assert.ok(found?.lengths.includes(pan.length), pan)
    assert.ok(passesLuhn(Buffer.from(pan)), pan)
  }
})

test('a brand says its lengths, in rising order and from 13 to 19, and the length of its code', () => {
  assert.deepEqual(brandOf('4111'), { name: 'visa', lengths: [13, 16, 18, 19], codeDigits: 3 })
  assert.deepEqual(brandOf('37'), { name: 'american-express', lengths: [15], codeDigits: 4 })
  assert.deepEqual(brandOf('67599999')?.lengths, [13, 14, 15, 16, 17, 18, 19])
})

test('there is no brand for what is too short to tell, in no range, or too long to be looked at', () => {
  for (const prefix of ['', '4', '6', '3', '99999999', '411111111']) assert.equal(brandOf(prefix), undefined)
})

test('eight digits never leave two brands possible', () => {
  const prefix = fc.array(fc.nat(9), { minLength: 8, maxLength: 8 }).map((digits) => digits.join(''))
  fc.assert(
    fc.property(prefix, (digits) => {
      const brand = brandOf(digits)
      if (digits.startsWith('4') || digits.startsWith('6')) assert.ok(brand)
      if (brand) assert.ok(brand.lengths.length > 0)
    }),
  )
})
