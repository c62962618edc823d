import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DoubleAnswer } from '../test-double.ts'
import { askedBefore, testRequest } from '../test-request.ts'
import { formOf, startStripe } from './double/test-start-stripe.ts'

const challengeReturnUrl = 'https://nam.pay.example.com/pay/1/2/challenge'

for (const purpose of ['charge', 'authorise'] as const) {
  test(`a part of what was ordered (${purpose}) is released, and the payment declined`, async (t) => {
    const { stripe, gateway, clock, moved } = await startStripe(t)
    stripe.approvesPart(700)
    const request = testRequest({ purpose })
    const answer = await gateway.authorise(request)
    assert.deepEqual(answer, {
      status: 'declined',
      reason: 'insufficient-funds',
      gatewayReference: stripe.intents()[0]?.id,
      gatewayCode: 'partially_authorized',
    })
    assert.deepEqual(moved(), {})
    const { voided, refunded } = stripe.ledger.counted
    assert.deepEqual([voided, refunded], purpose === 'charge' ? [0, 1] : [1, 0])
    assert.deepEqual(await gateway.reconcile(askedBefore(request, clock.now())), answer)
  })

  test(`a part (${purpose}) whose release is lost is found, and released once`, async (t) => {
    const { stripe, gateway, clock, moved } = await startStripe(t)
    stripe.approvesPart(700)
    stripe.misbehave('closes', { of: /(cancel|refunds)$/ })
    const request = testRequest({ purpose })
    await assert.rejects(gateway.authorise(request))
    const found = await gateway.reconcile(askedBefore(request, clock.now()))
    assert.ok(found?.status === 'declined' && found.gatewayCode === 'partially_authorized')
    assert.deepEqual(moved(), {})
    const { voided, refunded } = stripe.ledger.counted
    assert.equal(voided + refunded, 1)
  })

  test(`a part (${purpose}) that Stripe does not release stays open until it does`, async (t) => {
    const { stripe, gateway, clock, moved } = await startStripe(t)
    stripe.approvesPart(700)
    const refusal = { status: 400, body: { error: { type: 'invalid_request_error' } } }
    stripe.misbehave(() => refusal, { of: /(cancel|refunds)$/, carriesOut: false })
    const request = testRequest({ purpose })
    await assert.rejects(gateway.authorise(request), { name: 'UnclearAnswer' })
    const found = await gateway.reconcile(askedBefore(request, clock.now()))
    assert.equal(found?.status, 'declined')
    assert.deepEqual(moved(), {})
  })

  test(`a part (${purpose}) of which no answer came is found and released`, async (t) => {
    for (const searchIsBehind of [false, true]) {
      const { stripe, gateway, clock, moved } = await startStripe(t, { searchIsBehind })
      stripe.approvesPart(700)
      stripe.misbehave('closes')
      const request = testRequest({ purpose })
      await assert.rejects(gateway.authorise(request))
      const found = await gateway.reconcile(askedBefore(request, clock.now()))
      assert.equal(found?.status, 'declined')
      assert.deepEqual(moved(), {})
    }
  })
}

test('a part that is approved of after the customer has been to the bank is released', async (t) => {
  const { stripe, gateway, moved } = await startStripe(t)
  const request = testRequest({ channel: 'ecommerce', challengeReturnUrl, pan: '4000002760003184' })
  await gateway.authorise(request)
  const answer = stripe.atTheBank('confirms')
  stripe.approvesPart(700)
  const { idempotencyKey, signal } = request
  const completed = await gateway.completeChallenge?.({ idempotencyKey, answer, signal })
  assert.ok(completed?.status === 'declined' && completed.reason === 'insufficient-funds')
  assert.deepEqual(moved(), {})
})

test('an answer that alone speaks of a part releases nothing: the intent is read once more', async (t) => {
  const { stripe, gateway, moved } = await startStripe(t)
  for (const [at, card] of [
    { partial_authorization: { status: 'partially_authorized' } },
    { amount_authorized: 700 },
  ].entries()) {
    stripe.misbehave((answer) => withCharge(answer, { payment_method_details: { card } }))
    const answer = await gateway.authorise(testRequest({ idempotencyKey: `key-${at}` }))
    assert.ok(answer.status === 'approved' && answer.amount?.amountMinor === 1240)
  }
  assert.equal(Object.keys(moved()).length, 2)
})

test('an approval of the whole says so, whatever else Stripe calls it', async (t) => {
  const { stripe, gateway } = await startStripe(t)
  for (const [at, status] of ['fully_authorized', 'not_requested', 'declined', 'of_next_year'].entries()) {
    const card = { amount_authorized: 1240, partial_authorization: { status } }
    stripe.misbehave((answer) => withCharge(answer, { payment_method_details: { card } }))
    assert.equal((await gateway.authorise(testRequest({ idempotencyKey: `key-${at}` }))).status, 'approved')
  }
})

test('an intent whose charge is another one, or came to nothing, is no approval', async (t) => {
  for (const purpose of ['charge', 'authorise'] as const) {
    const { stripe, gateway, clock } = await startStripe(t)
    const request = testRequest({ purpose })
    for (const wrong of [
      { currency: 'usd' },
      { payment_intent: 'pi_other' },
      { status: 'pending' },
      { status: 'failed' },
      { paid: false },
      { captured: purpose !== 'charge' },
    ]) {
      stripe.misbehave((answer) => withCharge(answer, wrong))
      await assert.rejects(gateway.authorise(request), { name: 'UnclearAnswer' }, JSON.stringify(wrong))
      stripe.misbehave((answer) => withCharge(answer, wrong), { of: /payment_intents\/pi_/ })
      await assert.rejects(gateway.reconcile(askedBefore(request, clock.now())), { name: 'UnclearAnswer' })
    }
    assert.equal((await gateway.reconcile(askedBefore(request, clock.now())))?.status, 'approved')
  }
})

test('the sum that is named is the one that is held or taken, of the intent and its charge, not the one that was asked for', async (t) => {
  for (const [purpose, member, charged] of [
    ['charge', 'amount_received', 'amount_captured'],
    ['authorise', 'amount_capturable', 'amount'],
  ] as const) {
    const { stripe, gateway } = await startStripe(t)
    const named = async (change: (answer: DoubleAnswer) => DoubleAnswer) => {
      stripe.misbehave(change)
      const answer = await gateway.authorise(testRequest({ purpose }))
      return 'amount' in answer && answer.amount?.amountMinor
    }
    assert.equal(await named((answer) => withIntent(answer, { [member]: 700 })), 700)
    assert.equal(await named((answer) => withIntent(answer, { [member]: 700, latest_charge: 'ch_1' })), 700)
    assert.equal(await named((answer) => withCharge(answer, { [charged]: 700 })), 700)
    assert.equal(await named((answer) => withIntent(answer, { amount: 700 })), 1240)
    assert.equal(await named((answer) => answer), 1240)
    stripe.misbehave((answer) => withIntent(answer, { [member]: undefined }))
    await assert.rejects(gateway.authorise(testRequest({ purpose })), { name: 'UnclearAnswer' })
  }
})

test('no request allows a part, nor more than was ordered', async (t) => {
  const { stripe, gateway } = await startStripe(t)
  for (const purpose of ['charge', 'authorise', 'verify', 'tokenise'] as const) {
    await gateway.authorise(testRequest({ purpose, idempotencyKey: purpose }))
  }
  const names = stripe.asked.flatMap(({ body }) => [...formOf(body).keys()])
  assert.ok(!names.some((name) => /partial|overcapture|multicapture|incremental|extended/.test(name)))
})

const withIntent = ({ status, body }: DoubleAnswer, changes: object): DoubleAnswer => ({
  status,
  body: { ...(body as object), ...changes },
})

function withCharge({ status, body }: DoubleAnswer, changes: object): DoubleAnswer {
  const intent = body as { readonly latest_charge: object }
  return { status, body: { ...intent, latest_charge: { ...intent.latest_charge, ...changes } } }
}
