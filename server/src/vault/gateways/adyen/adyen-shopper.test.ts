import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testSender } from '../test-request.ts'
import { shopperOf } from './adyen-shopper.ts'

const address = { Street1: 'Kruppstr. 1', City: 'Essen', Postcode: '45128', Country: 'DE' }
const addressOf = (more: Readonly<Record<string, string>>) =>
  shopperOf({ initialValues: { ...address, ...more } }).billingAddress

test('a postal code of the United States has five digits: of ZIP+4 the ZIP code goes along', () => {
  const us = { Country: 'US', State: 'TX' }
  for (const Postcode of ['73301-1234', '73301', '73301 1234', '733011234']) {
    assert.equal(addressOf({ ...us, Postcode })?.postalCode, '73301')
  }
  for (const Postcode of ['7330', '73301-12', 'SW1A 1AA', '733011', '73301-12345']) {
    assert.equal(addressOf({ ...us, Postcode }), undefined, Postcode)
  }
})

test('a state is two characters, or is left out; where a country needs it, the address is', () => {
  assert.equal(addressOf({ State: 'NW' })?.stateOrProvince, 'NW')
  assert.equal(addressOf({ State: 'de-nw' })?.stateOrProvince, 'NW')
  const written = addressOf({ State: 'Nordrhein-Westfalen' })
  assert.ok(written && !('stateOrProvince' in written))
  for (const Country of ['US', 'CA']) {
    assert.equal(addressOf({ Country, State: 'tx', Postcode: '73301' })?.stateOrProvince, 'TX')
    for (const State of ['Texas', '', 'T', 'TEX', 'T-', 'DE-TX']) {
      assert.equal(addressOf({ Country, State, Postcode: '73301' }), undefined, State)
    }
  }
})

test('an address goes along whole or not at all, with a postal code of ten characters at most', () => {
  for (const name of Object.keys(address)) assert.equal(addressOf({ [name]: '' }), undefined, name)
  assert.equal(addressOf({ Postcode: '1234567890' })?.postalCode, '1234567890')
  assert.equal(addressOf({ Postcode: '12345678901' }), undefined)
})

test('a telephone number goes along with its country, and without what stands between its digits', () => {
  for (const [sent, told] of [
    ['+49 171 123 45-67', '+491711234567'],
    ['+49 (0)171 1234567', '+491711234567'],
    ['0171 1234567', undefined],
    ['+49 17', undefined],
  ] as const) {
    const { telephoneNumber } = shopperOf({ initialValues: { CustomerPhoneNumber: sent } })
    assert.equal(telephoneNumber, told, sent)
  }
})

test('the browser goes along where all of it is known, and the address that the card came from', () => {
  const { browserInfo, shopperIP } = shopperOf({ initialValues: {}, ...testSender })
  assert.deepEqual([browserInfo, shopperIP], [testSender.browser, '203.0.113.7'])
  for (const name of Object.keys(testSender.browser)) {
    const { browserInfo: part } = shopperOf({
      initialValues: {},
      clientAddress: '::ffff:203.0.113.7',
      browser: { ...testSender.browser, [name]: undefined },
    })
    assert.equal(part === undefined, name !== 'javaScriptEnabled', name)
  }
  const mapped = shopperOf({ initialValues: {}, clientAddress: '::ffff:203.0.113.7' })
  assert.deepEqual(mapped, { shopperIP: '203.0.113.7' })
  assert.deepEqual(shopperOf({ initialValues: {} }), {})
})

test('names that are longer than Adyen takes are left out', () => {
  const named = (FirstName: string) =>
    shopperOf({ initialValues: { FirstName, Surname: 'Smith' } }).shopperName
  assert.deepEqual(named('J'.repeat(80)), { firstName: 'J'.repeat(80), lastName: 'Smith' })
  assert.equal(named('J'.repeat(81)), undefined)
})
