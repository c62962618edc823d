import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LinkChannel } from '@tonegate/protocol/view-state'
import { addressIn, countedAddress, maskedAddress, readAddress, wrongAddressIn } from './link-address.ts'

const read = (channel: LinkChannel, text: string) => {
  const found = readAddress(channel, text)
  return 'address' in found ? found.address : undefined
}

test('a card number makes no address, in whatever way it is written', () => {
  for (const text of [
    '4111111111111111@example.com',
    'card-4111.1111.1111.1111@example.com',
    'a@4111111111111111.com',
  ]) {
    assert.equal(read('email', text), undefined, text)
  }
  for (const text of ['4111111111111111', '+4111111111111111', '+41 1111 1111 1111 1111']) {
    assert.equal(read('sms', text), undefined, text)
  }
})

test('a telephone number and an address with digits in it stay what they are', () => {
  assert.equal(read('sms', '0049 151 12345678'), '+4915112345678')
  assert.equal(read('email', 'john.1795824000123@example.com'), 'john.1795824000123@example.com')
})

test('a text of more than 320 characters is no address', () => {
  assert.equal(read('sms', `${' '.repeat(400)}+48500000000`), undefined)
})

test('however a mailbox is written, messages to it have one count', () => {
  const counted = (text: string) => countedAddress('email', read('email', text) ?? text)
  for (const text of ['J.Kunde+shop@MÜLLER.de', 'jkunde@xn--mller-kva.de', '"j.kunde"@müller.de.']) {
    assert.equal(counted(text), 'jkunde@xn--mller-kva.de', text)
  }
})

test('an agent sees the end of a number, and of an e-mail address the domain', () => {
  assert.equal(maskedAddress('sms', '+491712345678'), '••• 678')
  assert.equal(maskedAddress('email', 'kunde@xn--mller-kva.de'), 'k•••@müller.de')
})

test('the customer’s address is the first that can be used; else it is said why none can', () => {
  const values = { CustomerPhoneNumber: '0171 2345678', Phone: '+49 (0)171 2345678', Email: 'john' }
  assert.equal(addressIn(values, 'sms'), '+491712345678')
  assert.equal(addressIn(values, 'email'), undefined)
  assert.match(wrongAddressIn(values, 'email') ?? '', /must be an email address/)
  assert.match(wrongAddressIn({ phone: '0171 2345678' }, 'sms') ?? '', /must begin with \+/)
  assert.equal(wrongAddressIn({ phone: null }, 'sms'), undefined)
})
