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
