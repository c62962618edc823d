import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readAddress } from './link-address.ts'

test('a card number makes no address, in whatever way it is written', () => {
  for (const text of [
    '4111111111111111@example.com',
    'card-4111.1111.1111.1111@example.com',
    'a@4111111111111111.com',
  ]) {
    assert.equal(readAddress('email', text), undefined, text)
  }
  for (const text of ['4111111111111111', '+4111111111111111', '+41 1111 1111 1111 1111']) {
    assert.equal(readAddress('sms', text), undefined, text)
  }
})

test('a telephone number and an address with digits in it stay what they are', () => {
  assert.equal(readAddress('sms', '0049 151 12345678'), '+4915112345678')
  assert.equal(readAddress('email', 'john.1795824000123@example.com'), 'john.1795824000123@example.com')
})
