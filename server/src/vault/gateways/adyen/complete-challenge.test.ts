import assert from 'node:assert/strict'
import { test } from 'node:test'
import { askedBefore, testFollowUp, testRequest } from '../test-request.ts'
import {
  anotherProcess,
  approved,
  challengeReturnUrl,
  ecommerce,
  jsonOf,
  key,
  signal,
  startAdyen,
  whole,
} from './double/test-start-adyen.ts'

test('the customer’s bank is asked, and only what comes after moves money', async (t) => {
  const { adyen, gateway, moved } = await startAdyen(t)
  const answer = await gateway.authorise(testRequest(ecommerce))
  assert.deepEqual(answer, {
    status: 'challenge',
    challenge: { url: `${adyen.url}/threeDS2.shtml`, method: 'get', fields: { redirectData: 'abc' } },
  })
  const { returnUrl, shopperInteraction } = jsonOf(adyen.asked[0]?.body)
  assert.deepEqual([returnUrl, shopperInteraction], [challengeReturnUrl, 'Ecommerce'])
  assert.deepEqual(moved(), {})
  const completed = await gateway.completeChallenge?.({
    idempotencyKey: key,
    answer: { redirectResult: 'redirect-1!confirms', other: 'x' },
    signal,
  })
  assert.equal(approved(completed).captured, true)
  assert.deepEqual(jsonOf(adyen.asked[1]?.body), { details: { redirectResult: 'redirect-1!confirms' } })
  assert.deepEqual(moved(), { [key]: { currency: 'GBP', held: 0, taken: 1240 } })
})

test('a bank that is asked by a form is asked by that form', async (t) => {
  const { adyen, gateway } = await startAdyen(t)
  adyen.misbehave(({ body }) => ({
    status: 200,
    body: {
      ...(body as object),
      action: {
        type: 'redirect',
        method: 'POST',
        url: 'https://acs.bank.example/ask?of=1',
        data: { PaReq: 'x'.repeat(3000), MD: 'y', TermUrl: challengeReturnUrl },
      },
    },
  }))
  const answer = await gateway.authorise(testRequest(ecommerce))
  assert.deepEqual(answer, {
    status: 'challenge',
    challenge: {
      url: 'https://acs.bank.example/ask?of=1',
      fields: { PaReq: 'x'.repeat(3000), MD: 'y', TermUrl: challengeReturnUrl },
    },
  })
})

for (const [what, answer] of [
  ['whom the bank does not know', { redirectResult: 'redirect-1!refuses' }],
  ['who does not come back', 'abandoned'],
  ['who comes back without an answer', { x: 'y' }],
  ['who comes back with an answer of somebody else', { redirectResult: 'redirect-9!confirms' }],
] as const) {
  test(`a customer ${what} has not paid`, async (t) => {
    const { gateway, moved } = await startAdyen(t)
    await gateway.authorise(testRequest(ecommerce))
    const completed = await gateway.completeChallenge?.({ idempotencyKey: key, answer, signal })
    assert.ok(completed?.status === 'declined')
    assert.equal(completed.reason, 'authentication-failed')
    assert.deepEqual(moved(), {})
  })
}

test('the bank’s yes for one payment approves no other, and is not lost to its own', async (t) => {
  const { gateway, moved, clock } = await startAdyen(t)
  const order = { amountMinor: 99_900, currency: 'GBP', reference: 'order-2' }
  await gateway.authorise(testRequest(ecommerce))
  const other = testRequest({ ...ecommerce, order, idempotencyKey: 'other' })
  await gateway.authorise(other)
  const complete = (idempotencyKey: string, answer: Record<string, string> | 'abandoned') =>
    gateway.completeChallenge?.({ idempotencyKey, answer, signal })
  const declined = await complete('other', { redirectResult: 'redirect-1!confirms' })
  assert.deepEqual(declined, {
    status: 'declined',
    reason: 'authentication-failed',
    gatewayCode: 'another-payment',
  })
  assert.deepEqual(moved(), { [key]: { currency: 'GBP', held: 0, taken: 1240 } })
  assert.equal((await gateway.reconcile(askedBefore(other, clock.now())))?.status, 'at-bank')
  const found = await gateway.reconcile(askedBefore(testRequest(ecommerce), clock.now()))
  assert.deepEqual(approved(found).amount, { amountMinor: 1240, currency: 'GBP' })
  assert.equal((await complete(key, 'abandoned'))?.status, 'approved', 'its money has moved')
})

test('a form that brings back another MD is not handed in', async (t) => {
  const { adyen, gateway } = await startAdyen(t)
  adyen.misbehave(({ body }) => ({
    status: 200,
    body: {
      ...(body as object),
      action: { type: 'redirect', method: 'POST', url: 'https://acs.bank.example', data: { MD: 'own' } },
    },
  }))
  await gateway.authorise(testRequest(ecommerce))
  const answer = { MD: 'another', PaRes: 'x', redirectResult: 'redirect-1!confirms' }
  const completed = await gateway.completeChallenge?.({ idempotencyKey: key, answer, signal })
  assert.equal(completed?.status, 'declined')
  assert.equal(adyen.asked.length, 1)
})

test('what names no payment, another one or no sum is not believed after the bank', async (t) => {
  for (const change of [{ merchantReference: undefined }, { amount: undefined }]) {
    const { adyen, gateway } = await startAdyen(t)
    await gateway.authorise(testRequest(ecommerce))
    adyen.misbehave(({ status, body }) => ({ status, body: { ...(body as object), ...change } }))
    const answer = { redirectResult: 'redirect-1!confirms' }
    await assert.rejects(async () => gateway.completeChallenge?.({ idempotencyKey: key, answer, signal }), {
      name: 'UnclearAnswer',
    })
  }
  const { adyen, gateway } = await startAdyen(t)
  const { gatewayReference } = approved(await gateway.authorise(testRequest()))
  const amount = { amountMinor: 300, currency: 'GBP' }
  for (const change of [
    { paymentPspReference: 'another' },
    { reference: 'another' },
    { amount: { value: 301, currency: 'GBP' } },
  ]) {
    adyen.misbehave(({ status, body }) => ({ status, body: { ...(body as object), ...change } }))
    await assert.rejects(gateway.refund(testFollowUp(gatewayReference, { kind: 'refund', amount })), {
      name: 'UnclearAnswer',
    })
  }
})

test('where nobody can be asked, a card whose bank wants to ask is declined', async (t) => {
  const { gateway, moved } = await startAdyen(t)
  const answer = await gateway.authorise(testRequest({ channel: 'ecommerce', pan: ecommerce.pan }))
  assert.ok(answer.status === 'declined')
  assert.equal(answer.reason, 'authentication-failed')
  assert.deepEqual(moved(), {})
})

test('what the customer came back with is handed in again when its answer was lost', async (t) => {
  const { adyen, gateway, clock, moved } = await startAdyen(t)
  const request = testRequest(ecommerce)
  await gateway.authorise(request)
  adyen.misbehave('closes')
  const answer = { redirectResult: 'redirect-1!confirms' }
  await assert.rejects(async () => gateway.completeChallenge?.({ idempotencyKey: key, answer, signal }))
  const found = await gateway.reconcile(askedBefore(request, clock.now()))
  assert.equal(approved(found).captured, true)
  assert.deepEqual(moved(), { [key]: { currency: 'GBP', held: 0, taken: 1240 } })
})

test('where Adyen does not remember what was handed in, nobody is said not to have paid', async (t) => {
  const { adyen, gateway, clock, moved } = await startAdyen(t, { keepsAnswers: false })
  const request = testRequest(ecommerce)
  await gateway.authorise(request)
  adyen.misbehave('closes')
  const answer = { redirectResult: 'redirect-1!confirms' }
  await assert.rejects(async () => gateway.completeChallenge?.({ idempotencyKey: key, answer, signal }))
  await assert.rejects(gateway.reconcile(askedBefore(request, clock.now())), { name: 'UnclearAnswer' })
  assert.deepEqual(moved(), { [key]: { currency: 'GBP', held: 0, taken: 1240 } })
})

const asked = { purpose: 'charge', order: { amountMinor: 1240, currency: 'GBP' } } as const

test('a payment whose customer was at the bank is completed by the next process', async (t) => {
  const started = await startAdyen(t)
  const request = testRequest(ecommerce)
  await started.gateway.authorise(request)
  const next = anotherProcess(t, started)
  const found = await next.reconcile(askedBefore(request, started.clock.now()))
  assert.deepEqual(found, { status: 'at-bank' })
  const answer = { redirectResult: 'redirect-1!confirms' }
  const completed = approved(await next.completeChallenge?.({ idempotencyKey: key, answer, asked, signal }))
  assert.deepEqual([completed.captured, completed.amount], [true, whole])
  assert.deepEqual(started.moved(), { [key]: { currency: 'GBP', held: 0, taken: 1240 } })
})

test('a customer who does not come back to the next process has not paid, and Adyen is asked nothing', async (t) => {
  const started = await startAdyen(t)
  await started.gateway.authorise(testRequest(ecommerce))
  const next = anotherProcess(t, started)
  const completion = { idempotencyKey: key, answer: 'abandoned', asked, signal } as const
  const completed = await next.completeChallenge?.(completion)
  assert.deepEqual([completed?.status, completed?.gatewayCode], ['declined', 'abandoned'])
  assert.equal(started.adyen.asked.length, 1)
  assert.deepEqual(started.moved(), {})
  await assert.rejects(
    async () => next.completeChallenge?.({ idempotencyKey: key, answer: 'abandoned', signal }),
    { name: 'UnclearAnswer' },
    'it was told of no payment',
  )
})

test('what was handed in by the process before is handed in again, and answered as it was', async (t) => {
  const started = await startAdyen(t)
  const request = testRequest(ecommerce)
  await started.gateway.authorise(request)
  started.adyen.misbehave('closes')
  const answer = { redirectResult: 'redirect-1!confirms', other: 'x' }
  await assert.rejects(async () =>
    started.gateway.completeChallenge?.({ idempotencyKey: key, answer, signal }),
  )
  const before = { ...askedBefore(request, started.clock.now()), cameBack: answer }
  approved(await anotherProcess(t, started).reconcile(before))
  const next = anotherProcess(t, started)
  approved(await next.completeChallenge?.({ idempotencyKey: key, answer, asked, signal }))
  assert.deepEqual(started.moved(), { [key]: { currency: 'GBP', held: 0, taken: 1240 } })
})

test('of what may have been handed in before, a refusal counts where Adyen has looked at the key', async (t) => {
  for (const keepsAnswers of [true, false]) {
    const started = await startAdyen(t, { keepsAnswers })
    await started.gateway.authorise(testRequest(ecommerce))
    const answer = { redirectResult: 'redirect-9!confirms' }
    const complete = async () =>
      anotherProcess(t, started).completeChallenge?.({ idempotencyKey: key, answer, asked, signal })
    if (keepsAnswers) assert.equal((await complete())?.status, 'declined')
    else await assert.rejects(complete, { name: 'UnclearAnswer' })
  }
})
