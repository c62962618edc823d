import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Guid } from '../base/guid.ts'
import type { CaptureResult, DeclineReason } from '../vault/capture-result.ts'
import { paymentResultData } from './result-template.ts'
import { approved, paymentData } from './test-payments.ts'

const guid = '018f3b2e-1c2d-7000-8000-1234567890ab' as Guid
const order = { amountMinor: 1240, currency: 'GBP', reference: 'order-1' }

const declined = (declineReason: DeclineReason): CaptureResult => ({
  ...approved(guid),
  outcome: 'declined',
  charge: { gatewayReference: 'ref-2', declineReason },
})

test('an approved payment in CyberSource’s words, with the normalised set', () => {
  assert.deepEqual(paymentResultData('cybersource', { result: approved(guid), order, paymentData }), {
    ...paymentData,
    decision: 'ACCEPT',
    reasonCode: '100',
    requestID: 'ref-1',
    requestToken: 'ref-1',
    MerchantReferenceCode: 'order-1',
    transactionType: 'sale',
    Amount: '1240',
    Currency: 'GBP',
    paymentOutcome: 'approved',
    cardBrand: 'visa',
    cardLast4: '1111',
    authorisationCode: 'A12345',
    gatewayReference: 'ref-1',
    declineReason: '',
  })
})

test('an approved payment in Orbital’s words, as a real store reads it', () => {
  const sent = { MerchantID: '700000', CustomerRefNum: 'c-1', OrderID: 'order-1', Amount: '$12.40' }
  const result = paymentResultData('orbital', { result: approved(guid), order, paymentData: sent })
  assert.deepEqual(result, {
    CustomerRefNum: 'c-1',
    ApprovalStatus: '1',
    RespCode: '00',
    HostRespCode: '100',
    FraudStatusCode: 'A000',
    AutoDecisionResponse: 'A',
    CustomerRefNumOut: 'c-1',
    MerchantID: '700000',
    TxRefIdx: '0',
    TxRefNum: 'ref-1',
    CardBrandOut: 'VI',
    OrderID: 'order-1',
    OrderIDOut: 'order-1',
    fullExpiry: '1230',
    Amount: '1240',
    Currency: 'GBP',
    paymentOutcome: 'approved',
    cardBrand: 'visa',
    cardLast4: '1111',
    authorisationCode: 'A12345',
    gatewayReference: 'ref-1',
    declineReason: '',
  })
})

for (const [reason, reasonCode, respCode, hostRespCode] of [
  ['do-not-honour', '203', '05', '530'],
  ['insufficient-funds', '204', '05', '521'],
  ['expired-card', '202', '33', '522'],
  ['invalid-card-number', '231', '14', '201'],
  ['invalid-security-code', '211', '05', '531'],
  ['lost-or-stolen', '205', '04', '502'],
  ['limit-exceeded', '210', '05', '509'],
  ['card-not-supported', '232', '12', '606'],
  ['suspected-fraud', '481', '05', '596'],
] as const) {
  test(`declined because of ${reason}, in either gateway’s codes`, () => {
    const paid = { result: declined(reason), order, paymentData }
    const cybersource = paymentResultData('cybersource', paid)
    assert.equal(cybersource.decision, 'REJECT')
    assert.equal(cybersource.reasonCode, reasonCode)
    const orbital = paymentResultData('orbital', paid)
    assert.equal(orbital.ApprovalStatus, '0')
    assert.equal(orbital.RespCode, respCode)
    assert.equal(orbital.HostRespCode, hostRespCode)
    assert.equal(orbital.AutoDecisionResponse, 'D')
    for (const result of [cybersource, orbital]) {
      assert.equal(result.paymentOutcome, 'declined')
      assert.equal(result.declineReason, reason)
      assert.equal(result.authorisationCode, '')
    }
  })
}

for (const [outcome, decision, reasonCode, approvalStatus, autoDecision] of [
  ['review', 'REVIEW', '480', '1', 'R'],
  ['failed', 'ERROR', '150', '2', ''],
  ['unknown', 'ERROR', '250', '2', ''],
  ['cancelled', 'CANCEL', '', '2', ''],
] as const) {
  test(`the outcome ${outcome}, in either gateway’s codes; never as a decline`, () => {
    const paid = { result: { guid, end: 'success', outcome } as const, order, paymentData: {} }
    const cybersource = paymentResultData('cybersource', paid)
    assert.equal(cybersource.decision, decision)
    assert.equal(cybersource.reasonCode, reasonCode)
    const orbital = paymentResultData('orbital', paid)
    assert.equal(orbital.ApprovalStatus, approvalStatus)
    assert.equal(orbital.AutoDecisionResponse, autoDecision)
    for (const result of [cybersource, orbital]) {
      assert.equal(result.paymentOutcome, outcome)
      const { cardBrand, cardLast4, authorisationCode, gatewayReference, declineReason } = result
      assert.deepEqual(
        { cardBrand, cardLast4, authorisationCode, gatewayReference, declineReason },
        { cardBrand: '', cardLast4: '', authorisationCode: '', gatewayReference: '', declineReason: '' },
      )
    }
  })
}

test('nobody can send a result of his own, in whatever case', () => {
  const sent = {
    DECISION: 'REJECT',
    paymentoutcome: 'approved',
    amount: '1',
    AuthorisationCode: 'mine',
    Note: 'n',
  }
  const result = paymentResultData('cybersource', {
    result: declined('do-not-honour'),
    order,
    paymentData: sent,
  })
  const names = Object.keys(result).map((name) => name.toLowerCase())
  assert.equal(new Set(names).size, names.length)
  assert.equal(result.paymentOutcome, 'declined')
  assert.equal(result.Note, 'n')
})

test('a card that was only verified is an authorisation of nothing', () => {
  const result = paymentResultData('cybersource', {
    result: approved(guid),
    order: { amountMinor: 0, currency: 'GBP' },
    paymentData: {},
  })
  assert.equal(result.transactionType, 'authorization')
  assert.equal(result.Amount, '0')
  assert.equal(result.MerchantReferenceCode, '')
})
