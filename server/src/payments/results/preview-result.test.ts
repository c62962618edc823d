import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keypadConfiguration } from '../test-payments.ts'
import { outcomes, previewResult } from './preview-result.ts'
import { resultTemplateNames } from './result-template.ts'

const { flow } = keypadConfiguration

test('a preview has the result of a payment of the configuration, its own keys among it', () => {
  const resultKeys = { OrderNumber: '{{paymentData.MerchantReferenceCode}}', Paid: '{{order.amount}}' }
  const data = previewResult({ ...keypadConfiguration, resultKeys }, { outcome: 'approved' })
  const { decision, paymentOutcome, cardLast4, Amount, Currency, OrderNumber, Paid, City } = data
  assert.deepEqual(
    { decision, paymentOutcome, cardLast4, Amount, Currency, OrderNumber, Paid, City },
    {
      decision: 'ACCEPT',
      paymentOutcome: 'approved',
      cardLast4: '1111',
      Amount: '1240',
      Currency: 'GBP',
      OrderNumber: 'order-1001',
      Paid: '12.40',
      City: 'Wroclaw',
    },
  )
})

for (const outcome of outcomes) {
  test(`a preview of ${outcome} in every template and currency says so`, () => {
    for (const resultTemplate of resultTemplateNames) {
      for (const defaultCurrency of ['GBP', 'JPY', 'KWD']) {
        const configuration = { ...keypadConfiguration, resultTemplate, defaultCurrency }
        const data = previewResult(configuration, { outcome })
        assert.equal(data.paymentOutcome, outcome)
        assert.equal(data.Currency, defaultCurrency)
        assert.equal(data.declineReason !== '', outcome === 'declined')
      }
    }
  })
}

test('a preview follows what the flow is for', () => {
  const preview = (purpose: 'charge' | 'authorise' | 'tokenise') =>
    previewResult(
      { ...keypadConfiguration, resultTemplate: 'stripe', flow: { ...flow, purpose } },
      { outcome: 'approved' },
    )
  assert.equal(preview('charge').status, 'succeeded')
  assert.equal(preview('authorise').status, 'requires_capture')
  assert.equal(preview('charge').cardToken, undefined)
  assert.equal(preview('tokenise').cardToken, 'example-token')
})

test('a preview takes what the program would send and what the gateway would answer', () => {
  const data = previewResult(
    { ...keypadConfiguration, resultTemplate: 'connector' },
    { outcome: 'approved', paymentData: { Amount: '5', Shelf: 'B7' }, details: { ticket: 'T-1' } },
  )
  assert.equal(data.ticket, 'T-1')
  assert.equal(data.Shelf, 'B7')
  assert.equal(data.Amount, '500')
  assert.equal(data.City, undefined)
})
