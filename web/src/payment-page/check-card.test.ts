import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkField } from './check-card.ts'

const card = { pan: '4111111111111111', expiry: '1230', securityCode: '123' }
const rules = { brands: [], securityCode: 'required', now: Date.UTC(2026, 0, 15) } as const

test('a card that is right has nothing wrong with it', () => {
  for (const name of ['pan', 'expiry', 'securityCode'] as const) {
    assert.equal(checkField(name, card, rules), undefined)
  }
})

test('what is wrong is called as the server calls it', () => {
  for (const [name, digits, error] of [
    ['pan', '', 'missing-card-number'],
    ['pan', '4111111111111112', 'invalid-card-number'],
    ['pan', '41111111', 'invalid-card-number'],
    ['expiry', '', 'missing-expiry-date'],
    ['expiry', '1225', 'invalid-date'],
    ['expiry', '1330', 'invalid-date'],
    ['expiry', '12', 'invalid-date'],
    ['securityCode', '', 'missing-security-code'],
    ['securityCode', '12', 'invalid-security-code'],
    ['securityCode', '1234', 'invalid-security-code'],
  ] as const) {
    assert.equal(checkField(name, { ...card, [name]: digits }, rules), error, `${name} ${digits}`)
  }
  assert.equal(checkField('pan', card, { ...rules, brands: ['mastercard'] }), 'invalid-card-type')
  const amex = { ...card, pan: '378282246310005' }
  assert.equal(checkField('securityCode', amex, rules), 'invalid-security-code')
})

test('a security code may be empty where it is not needed, and is checked where it is not', () => {
  for (const securityCode of ['optional', 'never'] as const) {
    const spared = { ...rules, securityCode }
    assert.equal(checkField('securityCode', { ...card, securityCode: '' }, spared), undefined)
    assert.equal(checkField('securityCode', { ...card, securityCode: '12' }, spared), 'invalid-security-code')
    assert.equal(checkField('pan', { ...card, pan: '' }, spared), 'missing-card-number')
  }
})
