import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DeclineReason, SessionResult } from '@tonegate/protocol/outcome'
import type { Guid } from '../../base/guid.ts'
import { approved, paymentData } from '../test-payments.ts'
import { paymentResultData, resultTemplateNames } from './result-template.ts'

const guid = '018f3b2e-1c2d-7000-8000-1234567890ab' as Guid
const order = { amountMinor: 1240, currency: 'GBP', reference: 'order-1' }

const declined = (declineReason: DeclineReason): SessionResult => ({
  ...approved(guid),
  outcome: 'declined',
  charge: { gatewayReference: 'ref-2', declineReason },
})

test('an approved payment in CyberSource’s words, with the normalised set', () => {
  assert.deepEqual(
    paymentResultData({ resultTemplate: 'cybersource' }, { result: approved(guid), order, paymentData }),
    {
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
    },
  )
})

test('an approved payment in Orbital’s words, as a real store reads it', () => {
  const sent = { MerchantID: '700000', CustomerRefNum: 'c-1', OrderID: 'order-1', Amount: '$12.40' }
  const result = paymentResultData(
    { resultTemplate: 'orbital' },
    { result: approved(guid), order, paymentData: sent },
  )
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
    const cybersource = paymentResultData({ resultTemplate: 'cybersource' }, paid)
    assert.equal(cybersource.decision, 'REJECT')
    assert.equal(cybersource.reasonCode, reasonCode)
    const orbital = paymentResultData({ resultTemplate: 'orbital' }, paid)
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
    const cybersource = paymentResultData({ resultTemplate: 'cybersource' }, paid)
    assert.equal(cybersource.decision, decision)
    assert.equal(cybersource.reasonCode, reasonCode)
    const orbital = paymentResultData({ resultTemplate: 'orbital' }, paid)
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
  const result = paymentResultData(
    { resultTemplate: 'cybersource' },
    {
      result: declined('do-not-honour'),
      order,
      paymentData: sent,
    },
  )
  const names = Object.keys(result).map((name) => name.toLowerCase())
  assert.equal(new Set(names).size, names.length)
  assert.equal(result.paymentOutcome, 'declined')
  assert.equal(result.Note, 'n')
})

test('a card that was only verified is an authorisation of nothing', () => {
  const result = paymentResultData(
    { resultTemplate: 'cybersource' },
    {
      result: approved(guid),
      order: { amountMinor: 0, currency: 'GBP' },
      paymentData: {},
    },
  )
  assert.equal(result.transactionType, 'authorization')
  assert.equal(result.Amount, '0')
  assert.equal(result.MerchantReferenceCode, '')
})

const captured = { captured: true } as const

for (const [template, outcome, declineReason, expected] of [
  ['stripe', 'approved', undefined, { status: 'succeeded', code: '', decline_code: '', id: 'ref-3' }],
  [
    'stripe',
    'declined',
    'insufficient-funds',
    { status: 'requires_payment_method', code: 'card_declined', decline_code: 'insufficient_funds' },
  ],
  ['stripe', 'unknown', undefined, { status: 'processing' }],
  ['stripe', 'failed', undefined, { status: 'requires_payment_method' }],
  ['stripe', 'cancelled', undefined, { status: 'canceled' }],
  [
    'adyen',
    'approved',
    undefined,
    {
      resultCode: 'Authorised',
      refusalReason: '',
      refusalReasonCode: '',
      pspReference: 'ref-3',
      merchantReference: 'order-1',
      authCode: 'A12345',
      cardSummary: '1111',
      paymentMethod: 'visa',
    },
  ],
  [
    'adyen',
    'declined',
    'expired-card',
    { resultCode: 'Refused', refusalReason: 'Expired Card', refusalReasonCode: '6' },
  ],
  ['adyen', 'unknown', undefined, { resultCode: 'Pending' }],
  ['adyen', 'failed', undefined, { resultCode: 'Error' }],
  ['adyen', 'cancelled', undefined, { resultCode: 'Cancelled' }],
] as const) {
  test(`what a gateway did not say itself, in the words of ${template}: ${outcome} ${declineReason ?? ''}`, () => {
    const charge = {
      ...captured,
      gatewayReference: 'ref-3',
      authorisationCode: 'A12345',
      ...(declineReason && { declineReason }),
    }
    const result = paymentResultData(
      { resultTemplate: template },
      { result: { ...approved(guid), outcome, charge }, order, paymentData: {} },
    )
    for (const [name, text] of Object.entries(expected)) assert.equal(result[name], text, name)
  })
}

test('money that is only held is said to be so', () => {
  const result = { ...approved(guid), charge: { gatewayReference: 'ref-3', captured: false } }
  const paid = { result, order, paymentData: {} }
  assert.equal(paymentResultData({ resultTemplate: 'stripe' }, paid).status, 'requires_capture')
  assert.equal(paymentResultData({ resultTemplate: 'cybersource' }, paid).transactionType, 'authorization')
})

test('a gateway’s own words are taken before those that are worked out', () => {
  const details = {
    decision: 'REJECT',
    reasonCode: '233',
    requestToken: 'token-9',
    ccAuthReply_avsCode: 'Y',
    somethingElse: 'x',
  }
  const refused = declined('do-not-honour')
  const result = { ...refused, charge: { ...refused.charge, details } }
  const { somethingElse, ...data } = paymentResultData(
    { resultTemplate: 'cybersource' },
    { result, order, paymentData: {} },
  )
  assert.equal(somethingElse, undefined)
  const { decision, reasonCode, requestID, requestToken, ccAuthReply_avsCode } = data
  assert.deepEqual(
    { decision, reasonCode, requestID, requestToken, ccAuthReply_avsCode },
    {
      decision: 'REJECT',
      reasonCode: '233',
      requestID: 'ref-2',
      requestToken: 'token-9',
      ccAuthReply_avsCode: 'Y',
    },
  )
})

for (const [resultTemplate, details, expected] of [
  ['cybersource', { decision: 'ACCEPT', reasonCode: '100' }, { decision: 'CANCEL', reasonCode: '' }],
  ['stripe', { status: 'succeeded', id: 'pi_1' }, { status: 'canceled', id: 'pi_1' }],
  ['adyen', { resultCode: 'Authorised' }, { resultCode: 'Cancelled' }],
  ['orbital', {}, { ApprovalStatus: '2', AutoDecisionResponse: '' }],
  ['connector', { verdict: 'yes' }, { verdict: 'yes' }],
] as const) {
  test(`what was voided afterwards is cancelled, though ${resultTemplate} had approved it`, () => {
    const result: SessionResult = {
      ...approved(guid),
      outcome: 'cancelled',
      correction: 'voided',
      charge: { ...approved(guid).charge, details },
    }
    const data = paymentResultData({ resultTemplate }, { result, order, paymentData })
    assert.equal(data.paymentOutcome, 'cancelled')
    for (const [name, text] of Object.entries(expected)) assert.equal(data[name], text, name)
  })
}

test('what the merchant’s own gateway answered is passed on as it is, below the normalised set', () => {
  const details = { approvalTicket: 'T-1', PAYMENTOUTCOME: 'approved', amount: '9', Surname: 'Jones' }
  const result = { ...declined('do-not-honour'), charge: { details } }
  const data = paymentResultData({ resultTemplate: 'connector' }, { result, order, paymentData })
  assert.equal(data.approvalTicket, 'T-1')
  assert.equal(data.paymentOutcome, 'declined')
  assert.equal(data.Amount, '1240')
  assert.equal(data.Surname, 'Jones')
  assert.equal(data.PAYMENTOUTCOME, undefined)
  assert.equal(data.amount, undefined)
})

test('a token that stands for the card is told where one was made, and nowhere else', () => {
  const paid = (token: { token?: string }) => ({
    result: { ...approved(guid), charge: { ...approved(guid).charge, ...token } },
    order,
    paymentData,
  })
  for (const resultTemplate of resultTemplateNames) {
    assert.equal(paymentResultData({ resultTemplate }, paid({ token: 'tok_1' })).cardToken, 'tok_1')
    assert.ok(!('cardToken' in paymentResultData({ resultTemplate }, paid({}))))
  }
})
