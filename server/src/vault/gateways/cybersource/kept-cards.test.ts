import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type KeptCardRequest, NotSent } from '../../model/gateway.ts'
import { askedBefore, testRequest } from '../test-request.ts'
import { startCybersource } from './double/test-start.ts'

function keptRequest(token: string, changes: Partial<KeptCardRequest> = {}): KeptCardRequest {
  const { card: _, ...request } = testRequest({ idempotencyKey: 'later' })
  return { ...request, token, initiator: 'customer', ...changes }
}

async function start(t: Parameters<typeof startCybersource>[0], settings: object = {}) {
  const started = await startCybersource(t, settings)
  const kept = await started.gateway.authorise(testRequest({ purpose: 'tokenise' }))
  assert.ok(kept.status === 'approved' && kept.token)
  const { authoriseKept } = started.gateway
  assert.ok(authoriseKept)
  const processing = () => JSON.parse(String(started.asked.at(-1)?.body)).processingInformation
  return { ...started, token: kept.token, authoriseKept, processing }
}

for (const [initiator, channel, agreement, indicator] of [
  ['customer', 'moto', 'unscheduled', 'MOTO'],
  ['customer', 'ecommerce', 'recurring', 'internet'],
  ['merchant', 'moto', 'unscheduled', 'internet'],
  ['merchant', 'moto', 'recurring', 'recurring'],
] as const) {
  test(`a kept card is charged for the ${initiator} (${channel}, ${agreement}), and found`, async (t) => {
    const { token, authoriseKept, asked, ledger, gateway, clock, processing } = await start(t, { agreement })
    const request = keptRequest(token, { initiator, channel })
    const answer = await authoriseKept(request)
    assert.equal(answer.status, 'approved')
    assert.deepEqual(processing(), {
      capture: true,
      commerceIndicator: indicator,
      authorizationOptions: {
        partialAuthIndicator: false,
        initiator: { type: initiator, storedCredentialUsed: true },
      },
    })
    const { paymentInformation } = JSON.parse(String(asked.at(-1)?.body))
    assert.deepEqual(paymentInformation, { paymentInstrument: { id: token } })
    assert.deepEqual(ledger.moved(), { later: { currency: 'GBP', held: 0, taken: 1240 } })
    const found = await gateway.reconcile(askedBefore({ ...testRequest(), ...request }, clock.now()))
    assert.equal(found?.status, 'approved')
  })
}

test('a kept card is authorised, and asked for twice charged once', async (t) => {
  const { token, authoriseKept, ledger } = await start(t)
  const request = keptRequest(token, { purpose: 'authorise' })
  const answer = await authoriseKept(request)
  assert.ok(answer.status === 'approved' && !answer.captured)
  await assert.rejects(authoriseKept(request), { name: 'UnclearAnswer' })
  assert.deepEqual(ledger.moved(), { later: { currency: 'GBP', held: 1240, taken: 0 } })
})

test('a card that CyberSource does not keep pays nothing', async (t) => {
  const { authoriseKept, ledger } = await start(t)
  const answer = await authoriseKept(keptRequest('token-of-nobody'))
  assert.deepEqual(answer, { status: 'error', gatewayCode: 'INVALID_DATA' })
  assert.deepEqual(ledger.moved(), {})
})

test('a card that is kept is not kept a second time', async (t) => {
  const { token, authoriseKept, asked } = await start(t)
  await assert.rejects(authoriseKept(keptRequest(token, { purpose: 'tokenise' })), NotSent)
  assert.equal(asked.length, 1)
})

test('what stands on the statement goes along with every payment', async (t) => {
  const { token, authoriseKept, asked } = await start(t, { statementDescriptor: 'HARBOUR BOOKS' })
  await authoriseKept(keptRequest(token))
  for (const { body } of asked) {
    const { merchantInformation } = JSON.parse(String(body))
    assert.deepEqual(merchantInformation, { merchantDescriptor: { name: 'HARBOUR BOOKS' } })
  }
})
