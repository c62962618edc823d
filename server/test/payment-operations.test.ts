import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { adminOf, demoAdminOf } from './harness/test-admin.ts'
import { eventually } from './harness/test-eventually.ts'
import { startTestTonegate } from './harness/test-tonegate.ts'

/** A sandbox with a session that was paid, and one whose money is held. */
async function startPaid(t: TestContext) {
  const sandbox = await startTestTonegate(t)
  const admin = demoAdminOf(sandbox)
  const usual = JSON.parse(await admin(['configuration', 'show', '0']))
  const flow = { ...usual.flow, purpose: 'authorise' }
  await admin(['configuration', 'put', '-'], JSON.stringify({ ...usual, id: 50, flow }))
  const headers = { authorization: `Bearer ${await sandbox.token()}` }
  const status = async (guid: string) =>
    (await sandbox.send(`/globalpci/v1/session/${guid}`, { headers })).json
  const open = async (
    accountConfigurationId = 0,
    paymentData: object = { Amount: '12.40', Currency: 'USD' },
  ): Promise<string> =>
    (
      await sandbox.post(
        '/globalpci/v1/session',
        {
          agentId: 'agent7',
          accountConfigurationId,
          skipCallTransfer: true,
          paymentData,
        },
        headers,
      )
    ).json.sessionGuid
  async function enter(guid: string): Promise<string> {
    await sandbox.post(`/sandbox/sessions/${guid}/keys`, { keys: '4111111111111111#1230#123#1' })
    await eventually(async () => (await status(guid)).sessionState === 'Finished')
    return guid
  }
  return {
    operator: adminOf(sandbox),
    open,
    enter,
    pay: async (accountConfigurationId = 0) => enter(await open(accountConfigurationId)),
    status,
    order: (guid: string, kind: string, body: object | undefined = undefined, more: object = {}) =>
      sandbox.post(`/globalpci/v1/session/${guid}/${kind}`, body, { ...headers, ...more }),
    payment: (guid: string) => sandbox.send(`/globalpci/v1/session/${guid}/payment`, { headers }),
  }
}

test('a payment is refunded in parts, and then the rest of it', async (t) => {
  const { pay, order, payment } = await startPaid(t)
  const guid = await pay()
  const first = await order(guid, 'refund', { amount: '5.00' })
  assert.equal(first.status, 200, first.text)
  const { operation } = first.json
  assert.deepEqual([operation.type, operation.status, operation.amount], ['refund', 'succeeded', '5.00'])
  assert.equal(operation.requestedBy.kind, 'client')
  assert.match(operation.requestedOn, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
  const { operations, gatewayReference, ...left } = first.json.payment
  assert.deepEqual(left, {
    sessionGuid: guid,
    status: 'partially-refunded',
    currency: 'USD',
    authorizedAmount: '12.40',
    capturedAmount: '12.40',
    refundedAmount: '5.00',
    pendingRefundAmount: '0.00',
    refundableAmount: '7.40',
    gateway: 'sandbox',
  })
  const tooMuch = await order(guid, 'refund', { amount: '7.41' })
  assert.equal(tooMuch.status, 422)
  assert.equal(
    tooMuch.json.detail,
    'The amount must be between 0.01 and 7.40 USD: 12.40 USD was captured, 5.00 USD was refunded.',
  )
  const rest = await order(guid, 'refund')
  assert.deepEqual([rest.json.operation.amount, rest.json.payment.status], ['7.40', 'refunded'])
  const again = await order(guid, 'refund', { amount: '1.00' })
  assert.equal(again.status, 409)
  assert.match(again.json.detail, /^Nothing is left to refund on this payment/)
  assert.deepEqual((await payment(guid)).json, rest.json.payment)
  assert.equal(rest.json.payment.operations.length, 2)
})

test('a currency of three decimals is refunded to the last of them', async (t) => {
  const { open, enter, order } = await startPaid(t)
  const guid = await enter(await open(0, { Amount: '5.000', Currency: 'KWD' }))
  for (const wrong of ['1.2345', '1,234', '0.0001'])
    assert.equal((await order(guid, 'refund', { amount: wrong })).status, 400, wrong)
  assert.equal((await order(guid, 'refund', { amount: '5.001' })).status, 422)
  const part = (await order(guid, 'refund', { amount: '1.234' })).json
  assert.deepEqual([part.operation.amount, part.payment.refundableAmount], ['1.234', '3.766'])
  const rest = (await order(guid, 'refund')).json
  assert.deepEqual(
    [rest.operation.amount, rest.payment.refundedAmount, rest.payment.status],
    ['3.766', '5.000', 'refunded'],
  )
})

test('what is held is captured in part, once; or voided, once', async (t) => {
  const { pay, order } = await startPaid(t)
  const captured = await pay(50)
  const capture = await order(captured, 'capture', { amount: '10' })
  assert.deepEqual([capture.json.payment.status, capture.json.payment.capturedAmount], ['captured', '10.00'])
  const twice = await order(captured, 'capture')
  assert.deepEqual([twice.status, twice.json.detail], [409, 'This payment has already been captured.'])
  const late = await order(captured, 'void')
  assert.deepEqual(
    [late.status, late.json.detail],
    [409, 'This payment has been captured, so it cannot be voided. Refund it instead.'],
  )
  const voided = await pay(50)
  assert.equal((await order(voided, 'refund')).status, 409)
  const partly = await order(voided, 'void', { amount: '1.00' })
  assert.deepEqual([partly.status, partly.json.errors[0].path], [400, '/amount'])
  assert.equal((await order(voided, 'void')).json.payment.status, 'voided')
  for (const kind of ['void', 'capture', 'refund']) {
    const after = await order(voided, kind)
    assert.deepEqual([after.status, after.json.detail], [409, 'This payment has been voided.'], kind)
  }
})

test('the same key is one refund, and another key another one', async (t) => {
  const { pay, order, payment } = await startPaid(t)
  const guid = await pay()
  const key = (value: string) => ({ 'idempotency-key': value })
  const together = await Promise.all(
    Array.from({ length: 8 }, () => order(guid, 'refund', { amount: '2.00' }, key('one'))),
  )
  const answers = together.filter(({ status }) => status === 200)
  assert.ok(answers.length > 0)
  for (const { status } of together) assert.ok(status === 200 || status === 409, String(status))
  assert.equal((await order(guid, 'refund', { amount: '2.00' }, key('one'))).text, answers[0]?.text)
  assert.equal((await order(guid, 'refund', { amount: '3.00' }, key('one'))).status, 422)
  assert.equal((await payment(guid)).json.refundedAmount, '2.00')
  await order(guid, 'refund', { amount: '2.00' }, key('two'))
  assert.equal((await payment(guid)).json.refundedAmount, '4.00')
  const other = await pay()
  const elsewhere = await order(other, 'refund', { amount: '2.00' }, key('one'))
  assert.equal(elsewhere.status, 422, 'a key is for one session')
  assert.equal((await payment(other)).json.refundedAmount, '0.00')
})

test('a session that is open, or has no payment, and what is no amount are told as what they are', async (t) => {
  const { open, pay, order, payment } = await startPaid(t)
  const opened = await open()
  for (const answer of [await payment(opened), await order(opened, 'refund')]) {
    assert.equal(answer.status, 409)
    assert.equal(answer.json.detail, 'This session has no approved payment.')
  }
  const unknown = '01999999-0000-7000-8000-000000000000'
  assert.equal((await payment(unknown)).status, 404)
  assert.equal((await order(unknown, 'refund')).status, 404)
  const guid = await pay()
  for (const amount of ['5,00,0', 'five', '-1', '0', '1e3', '5.005', '€5', '']) {
    const { status, json } = await order(guid, 'refund', { amount: amount || 5 })
    assert.equal(status, 400, amount)
    assert.equal(json.errors[0].path, '/amount')
  }
  for (const body of [
    { amount: '' },
    { amout: '5.00' },
    { amount: '5.00', currency: 'USD' },
    ['5.00'],
    null,
  ]) {
    const { status, json } = await order(guid, 'refund', body as object)
    assert.deepEqual([status, json.errors?.length], [400, 1], JSON.stringify(body))
  }
  const card = await order(guid, 'refund', { amount: '4111111111111111' })
  assert.deepEqual([card.status, /4111/.test(card.text)], [400, false])
  assert.equal((await payment(guid)).json.refundedAmount, '0.00')
})

test('an operator’s refund and a program’s are of one payment', async (t) => {
  const { operator, pay, order, payment } = await startPaid(t)
  const guid = await pay()
  await order(guid, 'refund', { amount: '5.00' })
  await operator(['payment', 'refund', guid, '--amount', '2.40', '--yes', '--as', 'Ada Byron'])
  const { refundableAmount, operations } = (await payment(guid)).json
  assert.equal(refundableAmount, '5.00')
  const by = operations.map((each: { requestedBy: { kind: string } }) => each.requestedBy.kind)
  assert.deepEqual(by, ['client', 'operator'])
})
