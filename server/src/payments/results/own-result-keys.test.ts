import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SessionResult } from '@tonegate/protocol/outcome'
import fc from 'fast-check'
import type { Guid } from '../../base/guid.ts'
import { approved, paymentData } from '../test-payments.ts'
import { faultsInResultKeys } from './own-result-keys.ts'
import type { Paid } from './paid.ts'
import { paymentResultData } from './result-template.ts'

const guid = '018f3b2e-1c2d-7000-8000-1234567890ab' as Guid
const order = { amountMinor: 1240, currency: 'GBP', reference: 'order-1' }
const paid: Paid = { result: approved(guid), order, paymentData }

const resultWith = (resultKeys: Readonly<Record<string, string>>, of: Paid = paid) =>
  paymentResultData({ resultTemplate: 'cybersource', resultKeys }, of)

test('a configuration’s own keys are filled from what became of the payment', () => {
  const keys = {
    OrderNumber: '{{paymentData.MerchantReferenceCode}}',
    PaidMinor: '{{order.amountMinor}}',
    Paid: '{{order.amount}} {{order.currency}}',
    AuthCode: '{{charge.authorisationCode}}',
    Card: '{{card.brand}} {{card.last4}} {{card.expiryMonth}}/{{card.expiryYear}}',
    Verdict: '{{result.outcome}}{{#charge.declineReason}} ({{.}}){{/charge.declineReason}}',
    Avs: '{{details.avs}}',
    Fixed: 'A "text" & <more>',
  }
  assert.deepEqual(faultsInResultKeys(keys), [])
  const result = { ...approved(guid), charge: { ...approved(guid).charge, details: { avs: 'Y' } } }
  const data = resultWith(keys, { ...paid, result })
  assert.deepEqual(Object.fromEntries(Object.keys(keys).map((name) => [name, data[name]])), {
    OrderNumber: 'order-1',
    PaidMinor: '1240',
    Paid: '12.40 GBP',
    AuthCode: 'A12345',
    Card: 'visa 1111 12/2030',
    Verdict: 'approved',
    Avs: 'Y',
    Fixed: 'A "text" & <more>',
  })
})

for (const [amountMinor, currency, text] of [
  [5, 'GBP', '0.05'],
  [0, 'GBP', '0.00'],
  [1240, 'JPY', '1240'],
  [12_400, 'KWD', '12.400'],
  [123_456_789_012, 'EUR', '1234567890.12'],
] as const) {
  test(`an amount in major units: ${text} ${currency}`, () => {
    const keys = { Major: '{{order.amount}}' }
    assert.equal(resultWith(keys, { ...paid, order: { amountMinor, currency } }).Major, text)
  })
}

test('own keys win over what was sent and over the template’s, and never over the normalised set', () => {
  const data = resultWith({
    surname: 'own',
    DECISION: '{{result.outcome}}',
    Amount: '{{order.amount}}',
    cardbrand: 'mine',
  })
  assert.equal(data.surname, 'own')
  assert.equal(data.Surname, undefined)
  assert.equal(data.DECISION, 'approved')
  assert.equal(data.decision, undefined)
  assert.equal(data.Amount, '12.40')
  assert.equal(data.cardBrand, 'visa')
  assert.equal(data.cardbrand, undefined)
})

test('what is not known is empty: no card, no charge, no order, a value that is null', () => {
  const keys = { A: '[{{card.last4}}{{charge.token}}{{details.x}}{{order.amount}}{{paymentData.Note}}]' }
  const result: SessionResult = { guid, end: 'cancelled', outcome: 'cancelled' }
  assert.equal(resultWith(keys, { result, order: undefined, paymentData: { Note: null } }).A, '[]')
})

test('a card whose expiry is not known any more has none', () => {
  const result = { ...approved(guid), card: { brand: 'visa', last4: '1111', expiry: '' } }
  const keys = { A: '[{{card.expiryMonth}}{{card.expiryYear}}]' }
  assert.equal(resultWith(keys, { ...paid, result }).A, '[]')
})

test('a value ends after 4,096 characters', () => {
  const long = { ...paid, paymentData: { Note: 'x'.repeat(1024) } }
  assert.equal(resultWith({ A: '{{paymentData.Note}}'.repeat(5) }, long).A?.length, 4096)
})

const tooMany = 'x'.repeat(65)

for (const [keys, path, message] of [
  [{ A: '{{order.amontMinor}}' }, '/resultKeys/A', 'line 1: unknown value {{order.amontMinor}}'],
  [{ A: '{{card.pan}}' }, '/resultKeys/A', 'line 1: unknown value {{card.pan}}'],
  [{ A: '{{OrderID}}' }, '/resultKeys/A', 'line 1: unknown value {{OrderID}}'],
  [{ A: 'x\n{{#card}}' }, '/resultKeys/A', 'line 2: {{#card}} is not closed'],
  [{ A: '{{> b}}' }, '/resultKeys/A', 'line 1: {{>…}} is not supported: there are no other templates'],
  [{ 'a/b~c': '{{' }, '/resultKeys/a~1b~0c', 'line 1: {{ without }}'],
  [{ paymentoutcome: 'x' }, '/resultKeys/paymentoutcome', 'is already a key of every result'],
  [{ CardToken: 'x' }, '/resultKeys/CardToken', 'is already a key of every result'],
  [{ A: 'x', a: 'y' }, '/resultKeys/a', 'is given twice, in two spellings'],
  [{ '': 'x' }, '/resultKeys', 'must have a name of 1 to 64 characters'],
  [{ [tooMany]: 'x' }, '/resultKeys', 'must have a name of 1 to 64 characters'],
  [{ 'a\u0007': 'x' }, '/resultKeys', 'contains control characters'],
] as const) {
  test(`a wrong key is named with what is wrong: ${JSON.stringify(keys).slice(0, 60)}`, () => {
    assert.deepEqual(faultsInResultKeys(keys), [{ path, message }])
  })
}

test('whatever keys are let through, the result of any payment can be made with them', () => {
  const pieces = [
    '{{',
    '}}',
    '{{{',
    '#',
    '/',
    '^',
    '.',
    'order.amount',
    'card',
    'last4',
    'paymentData.x',
    ' ',
  ]
  const template = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((each) => each.join(''))
  const outcome = fc.constantFrom('approved', 'declined', 'review', 'cancelled', 'failed', 'unknown')
  let letThrough = 0
  fc.assert(
    fc.property(template, outcome, fc.boolean(), (text, became, known) => {
      if (faultsInResultKeys({ Key: text }).length > 0) return
      letThrough += 1
      const result = known
        ? { ...approved(guid), outcome: became }
        : { guid, end: 'timeout', outcome: became }
      const data = resultWith({ Key: text }, {
        result,
        order: known ? order : undefined,
        paymentData: {},
      } as Paid)
      assert.equal(typeof data.Key, 'string')
    }),
    { numRuns: 3000 },
  )
  assert.ok(letThrough > 100, `only ${letThrough} templates were let through`)
})

test('a key whose template cannot be read any more is empty, and the payment has its result', () => {
  const data = resultWith({ Key: '{{#card}}' })
  assert.equal(data.Key, '')
  assert.equal(data.paymentOutcome, 'approved')
})
