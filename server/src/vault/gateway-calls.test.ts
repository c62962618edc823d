import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../base/clock.ts'
import { createLog } from '../base/log.ts'
import { type FollowUp, sharedGateways } from './gateway.ts'
import { createGatewayCalls } from './gateway-calls.ts'
import { testRequest } from './gateways/test-request.ts'
import { approval, testGateway } from './test-vault.ts'

const sums = [0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]

function startCalls() {
  const followUps: FollowUp[] = []
  const take = async (order: FollowUp) => {
    followUps.push(order)
    return { status: 'done' } as const
  }
  const gateway = { ...testGateway(), capture: take, refund: take, void: take }
  const calls = createGatewayCalls({
    gateways: sharedGateways({ test: gateway }),
    clock: createMovableClock(),
    log: createLog('silent'),
  })
  return { ...gateway, calls, followUps, named: { name: 'test', gateway } }
}

test('where money is meant, no gateway is asked for less than the smallest sum', async () => {
  const { asked, calls, named } = startCalls()
  for (const purpose of ['charge', 'authorise'] as const) {
    for (const amountMinor of sums) {
      const request = testRequest({ purpose, order: { amountMinor, currency: 'GBP' } })
      const answer = await calls.authorise(named, request)
      assert.deepEqual(answer, { status: 'error', gatewayCode: 'not-sent' }, `${purpose} ${amountMinor}`)
    }
  }
  assert.deepEqual(asked, [])
})

test('a card is verified and kept for nothing', async () => {
  const { asked, calls, named } = startCalls()
  for (const purpose of ['verify', 'tokenise'] as const) {
    const request = testRequest({ purpose, order: { amountMinor: 0, currency: 'GBP' } })
    assert.deepEqual(await calls.authorise(named, request), approval)
  }
  assert.equal(asked.length, 2)
})

test('nothing is neither taken nor given back', async () => {
  const { calls, named, followUps } = startCalls()
  const order = (amountMinor: number) => ({
    ...{ idempotencyKey: 'key-2', gatewayReference: 'reference-1', paymentKey: 'key-1' },
    amount: { amountMinor, currency: 'GBP' },
    authorised: { amount: { amountMinor: 1240, currency: 'GBP' }, captured: false },
  })
  for (const kind of ['capture', 'refund'] as const) {
    for (const amountMinor of sums) {
      const answer = await calls.followUp(named, kind, order(amountMinor))
      assert.deepEqual(answer, { status: 'refused', gatewayCode: 'no-sum' }, `${kind} ${amountMinor}`)
    }
  }
  assert.deepEqual(followUps, [])
  assert.deepEqual(await calls.followUp(named, 'capture', order(1)), { status: 'done' })
})
