import assert from 'node:assert/strict'
import { test } from 'node:test'
import { holdsSecurityCode, maskSecurityCodes } from './find-security-code.ts'

for (const [name, value] of [
  ['cvv', '123'],
  ['CVV2', '1234'],
  ['card.cvc', '123'],
  ['cardSecurityCode', ' 123 '],
  ['security_code', '１２３'],
  ['verificationNumber', '123'],
  ['note', 'cvv=123'],
  ['note', 'CVC: 1234, thank you'],
  ['note', 'the security code is 123'],
  ['note', '{"cardCode":"123"}'],
  ['note', '{\\"cvv\\":\\"123\\"}'],
  ['note', 'cvv%3D123&x=1'],
  ['note', 'CVV2 123'],
  ['cvv', '١٢٣'],
  ['note', 'cvv=１２３'],
  ['note', 'cvc: ۱۲۳۴ و'],
] as const) {
  test(`${value} of ${name} is a security code`, () => {
    assert.ok(holdsSecurityCode(name, value))
    if (name === 'note') assert.match(maskSecurityCodes(value), /\*{3}/)
    if (name === 'note') assert.doesNotMatch(maskSecurityCodes(value), /123|\p{Nd}{3}/u)
  })
}

for (const [name, value] of [
  ['cvcResult', '1'],
  ['cvv', 'M'],
  ['cvc_check', 'pass'],
  ['cvv', '12345'],
  ['cvv', ''],
  ['reasonCode', '100'],
  ['code', '123'],
  ['note', '123'],
  ['note', 'cvv ok, 12.40 EUR, order 123'],
  ['note', 'cvv=12345'],
] as const) {
  test(`${value || 'nothing'} of ${name} is none`, () => {
    assert.ok(!holdsSecurityCode(name, value))
    assert.equal(maskSecurityCodes(value), value)
  })
}
