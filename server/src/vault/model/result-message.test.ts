import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Guid } from '../../base/guid.ts'
import { flow } from '../test-vault.ts'
import { faultInVariable, resultVariables } from './result-variables.ts'

const launch = {
  tenant: 7,
  flow,
  order: { amountMinor: 1240, currency: 'GBP', reference: 'order-1' },
  initialValues: { caseNumber: 'C-1', none: null },
  entry: 'keypad',
  caller: 'no-call',
} as const

const approved = {
  guid: 'session-1' as Guid,
  end: 'success',
  outcome: 'approved',
  card: { brand: 'visa', last4: '1111', expiry: '1230' },
  charge: { gatewayReference: 'T-1', authorisationCode: '831000' },
} as const

test('the variables of the result message have the names that the flow gives them', () => {
  const message = {
    PaymentStatus: '{{transactionResult}}',
    Reference: '{{orderReference}}/{{initialValues.caseNumber}}',
    Card: '{{#cardLast4}}{{cardType}} ending {{cardLast4}}{{/cardLast4}}{{^cardLast4}}a card{{/cardLast4}}',
    Amount: '{{orderAmountMajor}} {{orderCurrency}}',
    Declined: '{{declineReason}}',
  }
  assert.deepEqual(resultVariables(message, approved, { ...launch, flow: { ...flow, showLast4: true } }), {
    PaymentStatus: 'SUCCESS',
    Reference: 'order-1/C-1',
    Card: 'visa ending 1111',
    Amount: '12.40 GBP',
    Declined: '',
  })
})

test('the last four digits are not told where the flow does not show them, and the expiry date never', () => {
  const message = { Last4: '{{cardLast4}}' }
  const hidden = { ...launch, flow: { ...flow, showLast4: false } }
  assert.deepEqual(resultVariables(message, approved, hidden), { Last4: '' })
  for (const name of ['cardExpiry', 'cardToken', 'gateway.avs']) {
    assert.match(faultInVariable(`{{${name}}}`) ?? '', /unknown value/)
  }
  assert.match(faultInVariable('{{#cardType}}') ?? '', /./)
  assert.equal(faultInVariable('{{transactionResult}} {{initialValues.anything}}'), undefined)
})
