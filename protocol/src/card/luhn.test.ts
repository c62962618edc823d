import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { passesLuhn } from './luhn.ts'

const bytes = (digits: readonly number[]) => Uint8Array.from(digits, (digit) => digit + 0x30)

const digits = fc.array(fc.nat(9), { minLength: 12, maxLength: 18 })

/** The check digit is the one that works. */
function complete(digits: readonly number[]): number[] {
  const check = Array.from({ length: 10 }, (_, digit) => digit).filter((digit) =>
    passesLuhn(bytes([...digits, digit])),
  )
  assert.equal(check.length, 1, 'exactly one check digit fits')
  return [...digits, ...check]
}

test('numbers that are known to be right pass, and nothing at all does not', () => {
  for (const number of ['4111111111111111', '378282246310005', '30569309025904', '6799990100000000019']) {
    assert.ok(passesLuhn(Buffer.from(number)))
  }
  assert.ok(!passesLuhn(Buffer.alloc(0)))
})

test('every number has one check digit, and every single wrong digit is found', () => {
  fc.assert(
    fc.property(digits, fc.nat(), fc.integer({ min: 1, max: 9 }), (number, position, change) => {
      const right = complete(number)
      const at = position % right.length
      const wrong = right.map((digit, index) => (index === at ? (digit + change) % 10 : digit))
      assert.ok(passesLuhn(bytes(right)))
      assert.ok(!passesLuhn(bytes(wrong)))
    }),
  )
})

test('every transposition of neighbours is found, but for 09 and 90', () => {
  fc.assert(
    fc.property(digits, fc.nat(), (number, position) => {
      const right = complete(number)
      const at = position % (right.length - 1)
      const [one = 0, two = 0] = right.slice(at, at + 2)
      fc.pre(one !== two)
      const swapped = right.with(at, two).with(at + 1, one)
      assert.equal(passesLuhn(bytes(swapped)), one + two === 9 && one * two === 0)
    }),
  )
})
