import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NotSent } from '../../model/gateway.ts'
import { testRequest } from '../test-request.ts'
import { startCybersource } from './double/test-start.ts'

for (const [status, body] of [
  [502, { status: 'SERVER_ERROR', reason: 'SYSTEM_ERROR' }],
  [502, { status: 'SERVER_ERROR', reason: 'SERVER_TIMEOUT' }],
  [201, { id: '7', status: 'STATUS_OF_TOMORROW' }],
  [201, { status: 'AUTHORIZED' }],
  [400, { status: 'INVALID_REQUEST', reason: 'DUPLICATE_REQUEST' }],
  [400, { status: 'INVALID_REQUEST', reason: 'PROCESSOR_UNAVAILABLE' }],
  [400, { error: 'x' }],
] as const) {
  test(`after ${status} with ${JSON.stringify(body)} nobody says what became of the money`, async (t) => {
    const { gateway, misbehave } = await startCybersource(t)
    misbehave(() => ({ status, body }))
    await assert.rejects(gateway.authorise(testRequest()), (error: Error) => {
      assert.ok(!(error instanceof NotSent))
      return error.name === 'UnclearAnswer'
    })
  })
}

for (const [reason, expected] of [
  ['MISSING_FIELD', { status: 'error', gatewayCode: 'MISSING_FIELD' }],
  ['INVALID_MERCHANT_CONFIGURATION', { status: 'error', gatewayCode: 'INVALID_MERCHANT_CONFIGURATION' }],
  ['INVALID_CARD', { status: 'declined', reason: 'invalid-card-number', gatewayCode: 'INVALID_CARD' }],
  [
    'CARD_TYPE_NOT_ACCEPTED',
    { status: 'declined', reason: 'card-not-supported', gatewayCode: 'CARD_TYPE_NOT_ACCEPTED' },
  ],
] as const) {
  test(`a request that is refused as ${reason} has moved nothing`, async (t) => {
    const { gateway, misbehave, ledger } = await startCybersource(t)
    misbehave(() => ({ status: 400, body: { status: 'INVALID_REQUEST', reason } }), { carriesOut: false })
    assert.deepEqual(await gateway.authorise(testRequest()), expected)
    assert.deepEqual(ledger.moved(), {})
  })
}
