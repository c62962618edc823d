import assert from 'node:assert/strict'
import { test } from 'node:test'
import { customerOf, fullNameOf } from './customer-of.ts'

test('a customer is read by the names that programs use, without regard to case', () => {
  const customer = customerOf({
    FirstName: ' John ',
    SURNAME: 'Smith',
    customerEmail: 'test@wp.pl',
    Street1: 'Hubska 52',
    city: 'Wroclaw',
    Zip: '50-348',
    Country: 'pl',
    CustomerPhoneNumber: '+48 500 000 000',
    MerchantReferenceCode: 'A-1001',
  })
  assert.deepEqual(customer, {
    firstName: 'John',
    lastName: 'Smith',
    email: 'test@wp.pl',
    phone: '+48 500 000 000',
    street: 'Hubska 52',
    city: 'Wroclaw',
    postalCode: '50-348',
    country: 'PL',
  })
  assert.equal(fullNameOf(customer), 'John Smith')
})

test('what a gateway might refuse a payment for is left out', () => {
  const customer = customerOf({
    Email: 'no address',
    Country: 'Poland',
    Phone: 'ask reception',
    City: null,
    Street1: '',
    Surname: 'x'.repeat(101),
  })
  assert.deepEqual(customer, {})
  assert.equal(fullNameOf(customer), undefined)
})

test('addresses are such as messages are sent to, where they are written otherwise than a gateway takes them', () => {
  for (const [phone, told] of [
    ['+48 500 000 000', '+48 500 000 000'],
    ['+49 (0)171 2345678', '+491712345678'],
    ['+49\u00a0171\u20112345678', '+491712345678'],
    ['0171 2345678', '0171 2345678'],
    ['+49 171 2345678 ext. 12', undefined],
  ] as const) {
    assert.equal(customerOf({ Phone: phone }).phone, told, phone)
  }
  assert.equal(customerOf({ Email: 'kunde@müller.de' }).email, 'kunde@xn--mller-kva.de')
})
