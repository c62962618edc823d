import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  paymentResultData,
  type ResultTemplateName,
} from '../../../server/src/payments/results/result-template.ts'
import { status } from '../test-servers.ts'
import { isResultOf, outcomeOf, resultByTemplate } from './results.ts'
import type { SessionStatus } from './types.ts'

const templates: readonly ResultTemplateName[] = ['cybersource', 'orbital', 'stripe', 'adyen', 'connector']

const resultOf = (resultTemplate: ResultTemplateName, outcome: 'approved' | 'unknown') =>
  paymentResultData(
    { resultTemplate, resultKeys: { OrderNumber: '{{paymentData.MerchantReferenceCode}}' } },
    {
      result: { guid: '019bc0fd-89c0-70e9-806c-2ddd634d6363', end: 'success', outcome },
      order: { amountMinor: 1240, currency: 'GBP', reference: 'order-1001' },
      paymentData: { MerchantReferenceCode: 'order-1001' },
    } as unknown as Parameters<typeof paymentResultData>[1],
  )

for (const template of templates) {
  for (const outcome of ['approved', 'unknown'] as const) {
    test(`a result of the template ${template} is told by its keys: ${outcome}`, () => {
      const result = resultByTemplate(resultOf(template, outcome))
      assert.equal(result.template, template)
      assert.deepEqual([result.data.paymentOutcome, result.data.OrderNumber], [outcome, 'order-1001'])
    })
  }
}

test('the type of a result follows its template', () => {
  const result = resultByTemplate(resultOf('cybersource', 'approved'))
  assert.ok(result.template === 'cybersource')
  const decision: string = result.data.decision
  assert.equal(decision, 'ACCEPT')
  const data = resultOf('stripe', 'approved')
  assert.ok(isResultOf('stripe', data) && !isResultOf('adyen', data))
  const paymentStatus: string = data.status
  assert.equal(paymentStatus, 'succeeded')
})

const session = (state: string, paymentResultData?: Record<string, string>) =>
  status(state, { ...(paymentResultData && { paymentResultData }) }) as SessionStatus

for (const [what, one, expected] of [
  ['open', session('InProgress', { paymentOutcome: 'approved' }), undefined],
  ['of Tonegate', session('Finished', { paymentOutcome: 'review', decision: 'ACCEPT' }), 'review'],
  ['of the original, by CyberSource', session('Finished', { decision: 'ACCEPT' }), 'approved'],
  ['of the original, by CyberSource, declined', session('Finished', { decision: 'REJECT' }), 'declined'],
  ['of the original, by Orbital', session('Finished', { ApprovalStatus: '1' }), 'approved'],
  ['of the original, by another gateway', session('Finished', { ok: 'yes' }), 'unknown'],
  ['that failed', session('Error', {}), 'unknown'],
  ['that nobody used', session('TimeOut'), 'failed'],
  ['that was cancelled', session('Cancelled', {}), 'cancelled'],
  ['whose result was removed', session('Finished'), undefined],
] as const) {
  test(`the outcome of a session ${what}`, () => assert.equal(outcomeOf(one), expected))
}
