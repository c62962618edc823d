import assert from 'node:assert/strict'
import { test } from 'node:test'
import { askedBefore, testRequest } from '../test-request.ts'
import { jsonOf, key, startAdyen, told } from './double/test-start-adyen.ts'

test('a payment that is asked for again without its card is found where Adyen keeps answers', async (t) => {
  const { adyen, gateway, clock } = await startAdyen(t)
  const request = testRequest({ purpose: 'authorise' })
  const answer = await gateway.authorise(request)
  assert.deepEqual(await gateway.reconcile(askedBefore(request, clock.now())), answer)
  assert.deepEqual(jsonOf(adyen.asked[1]?.body).paymentMethod, { type: 'scheme' })
  assert.equal(adyen.ledger.counted.authorised, 1)
})

test('a payment that Adyen does not remember is not known, however long it is asked for', async (t) => {
  for (const keepsAnswers of [true, false]) {
    const { gateway, clock, adyen } = await startAdyen(t, { keepsAnswers })
    const asked = askedBefore(testRequest(), clock.now())
    if (!keepsAnswers) await gateway.authorise(testRequest())
    assert.equal(await gateway.reconcile(asked), undefined)
    await clock.leap(48 * 3_600_000)
    assert.equal(await gateway.reconcile(asked), undefined)
    assert.equal(adyen.ledger.counted.authorised, keepsAnswers ? 0 : 1)
  }
})

test('what bears another key or none, or names another payment, is not taken for the first answer', async (t) => {
  const { gateway, clock, adyen } = await startAdyen(t, { keepsAnswers: false })
  const asked = askedBefore(testRequest(), clock.now())
  const refused = { resultCode: 'Refused', refusalReasonCode: '8', merchantReference: key }
  const named = { ...refused, paymentMethod: { type: 'scheme', brand: 'visa' } }
  const own = { 'idempotency-key': key }
  for (const [headers, body] of [
    [{}, named],
    [{ 'idempotency-key': 'other' }, named],
    [own, { ...named, merchantReference: 'other' }],
    [own, { ...named, merchantReference: undefined }],
  ] as const) {
    adyen.misbehave(() => ({ status: 200, headers, body }))
    assert.equal(await gateway.reconcile(asked), undefined)
  }
  adyen.misbehave(() => ({ status: 200, headers: own, body: refused }))
  const found = await gateway.reconcile(asked)
  assert.equal(found?.status, 'declined', 'a refusal names no card, and is the first answer')
})

const _asked = { purpose: 'charge', order: { amountMinor: 1240, currency: 'GBP' } } as const

test('where a late approval is to be voided, what there may be is cancelled by our reference, once it is late', async (t) => {
  const { adyen, gateway, clock, moved } = await startAdyen(t, { keepsAnswers: false })
  const request = testRequest({ purpose: 'authorise' })
  await gateway.authorise(request)
  const asked = { ...askedBefore(request, clock.now()), lateApproval: 'void' } as const
  assert.equal(await gateway.reconcile(asked), undefined)
  await clock.leap(20 * 60_000)
  assert.equal(await gateway.reconcile({ ...asked, lateApproval: 'record' }), undefined)
  assert.deepEqual(told(adyen), ['AUTHORISATION true'])
  assert.equal(await gateway.reconcile(asked), undefined)
  assert.deepEqual(told(adyen), ['AUTHORISATION true', 'TECHNICAL_CANCEL true'])
  assert.deepEqual(moved(), {})
})
