import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Guid } from '../../../base/guid.ts'
import { keypadConfiguration } from '../../test-payments.ts'
import { initialValues } from '../initial-values.ts'
import { chargeOf, mismatchOf, sentCallbackValues } from './read-callback.ts'

const settings = { amount: 'order.amount', currency: 'order.currency' }
const ordered = { amount_minor: 1240, currency: 'GBP' } as const

function doubt(amount: string, amounts: 'minor' | 'major') {
  const body = Buffer.from(`{"order":{"amount":${amount},"currency":"GBP"}}`)
  return mismatchOf(sentCallbackValues(body, 'json'), { ...settings, amounts }, ordered)
}

test('an amount that is a JSON number is believed by its value, and a text as it is written', () => {
  for (const amount of ['1240', '1240.0', '1240.00', '1.24E3', '"1240"'])
    assert.equal(doubt(amount, 'minor'), undefined, amount)
  for (const amount of ['12.40', '12.4', '12.400', '1.24e1', '"12.40"'])
    assert.equal(doubt(amount, 'major'), undefined, amount)
  for (const amount of ['"1240.0"', '12.40', '"1.24E3"', '12400', '-1240'])
    assert.equal(doubt(amount, 'minor'), 'amount', amount)
  for (const amount of ['"12.400"', '1240', '12.41', '-12.40'])
    assert.equal(doubt(amount, 'major'), 'amount', amount)
})

test('what a callback says is told as it was written, line breaks and numbers', () => {
  const body = Buffer.from(
    '{"id":"T\\n1","message":"Declined\\nCall the bank","rate":1.10,"large":12345678901234567890,"cvv":123.0,"x":4.111111111111111e15,"z":63040000000000000000e-1}',
  )
  const { gatewayReference, details } = chargeOf(sentCallbackValues(body, 'json'), {
    transactionId: 'id',
    authorisationCode: 'code',
    details: ['message', 'rate', 'large', 'cvv', 'x', 'z'],
  })
  assert.equal(gatewayReference, 'T 1')
  assert.deepEqual(details, {
    message: 'Declined\nCall the bank',
    rate: '1.10',
    large: '12345678901234567890',
  })
})

test('a provider is given texts on one line, and numbers as they were written', () => {
  const values = initialValues(
    { street: '{{paymentData.Street1}}', rate: '{{paymentData.Rate}}', reference: '{{reference}}' },
    {
      sessionGuid: '01890000-0000-7000-8000-000000000001' as Guid,
      accountId: 7,
      agentId: 'agent7',
      callGuid: null,
      kind: 'digital',
      configuration: keypadConfiguration,
      order: { amountMinor: 1240, currency: 'GBP', reference: 'order\n1' },
      paymentData: { Street1: '1 Market Street\r\nSuite 300', Rate: '1.10' },
    },
    'https://example.com/',
  )
  assert.deepEqual(values, { street: '1 Market Street Suite 300', rate: '1.10', reference: 'order 1' })
})
