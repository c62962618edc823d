import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { Digits } from './digits.ts'

function typed(text: string, capacity = 19): Digits {
  const digits = new Digits(capacity)
  for (const digit of text) digits.push(Number(digit))
  return digits
}

test('no more digits are taken than there is room for, and nothing but digits', () => {
  const digits = typed('123', 4)
  for (const digit of [10, -1, 1.5, Number.NaN]) assert.equal(digits.push(digit), false)
  assert.equal(digits.push(4), true)
  assert.equal(digits.push(5), false)
  assert.equal(digits.count, 4)
  assert.equal(digits.unsafeText(), '1234')
})

test('clearing overwrites the buffer, and typing can begin again', () => {
  const digits = typed('4111111111111111')
  const buffer = digits.unsafeBytes()
  digits.clear()
  assert.ok(buffer.every((byte) => byte === 0))
  assert.equal(digits.count, 0)
  digits.push(5)
  assert.equal(digits.unsafeText(), '5')
})

test('wiped digits are gone for good', () => {
  const digits = typed('4111111111111111')
  const buffer = digits.unsafeBytes()
  digits.wipe()
  assert.ok(buffer.every((byte) => byte === 0))
  assert.equal(digits.push(4), false)
  assert.throws(() => digits.unsafeText(), /wiped/)
  assert.equal(digits.last4(), '')
})

test('nothing shows the digits by accident', () => {
  const digits = typed('4111111111111111')
  const shown = [
    JSON.stringify({ digits }),
    inspect(digits, { showHidden: true, depth: 9 }),
    `${digits}`,
    inspect({ ...digits }),
    Object.keys(digits).join(),
  ]
  for (const text of shown) assert.ok(!text.includes('1'), text)
})

test('the last four are told of a whole card number only', () => {
  assert.equal(typed('4111111111111234').last4(), '1234')
  assert.equal(typed('411111111123').last4(), '')
  assert.equal(typed('123').last4(), '')
})
