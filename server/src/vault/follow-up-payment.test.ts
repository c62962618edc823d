import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createLog } from '../base/log.ts'
import { prepareCaptureRows } from './capture-rows.ts'
import { createFollowUps } from './follow-up-payment.ts'
import { type FollowUp, type FollowUpAnswer, sharedGateways } from './gateway.ts'
import { createGatewayCalls } from './gateway-calls.ts'
import type { Flow } from './launch.ts'
import { approval, press, settle, startVault, testGateway, wholeCard } from './test-vault.ts'

const done: FollowUpAnswer = { status: 'done' }

/** An approved payment of 12.40, and an operator who gives orders. */
async function startPayment(t: TestContext, { captured = true, flow = {} as Partial<Flow> } = {}) {
  const asked: Omit<FollowUp, 'signal'>[] = []
  let answer: () => FollowUpAnswer = () => done
  const follow = async ({ signal: _, ...order }: FollowUp) => {
    asked.push(order)
    return answer()
  }
  const gateway = {
    ...testGateway({ answers: async () => ({ ...approval, captured }) }),
    ...{ capture: follow, void: follow, refund: follow },
  }
  const vault = await startVault(t, { gateway })
  const capture = await vault.open(flow)
  press(capture, `${wholeCard}1`)
  await settle()
  const { store, clock } = vault
  const log = createLog('silent')
  const calls = createGatewayCalls({ gateways: sharedGateways({ test: gateway }), clock, log })
  const operator = createFollowUps({ store, rows: prepareCaptureRows(store), calls, clock })
  const { guid } = capture
  return {
    vault,
    guid,
    asked,
    capture: (amountMinor?: number) => operator.capture(guid, amountMinor),
    refund: (amountMinor?: number) => operator.refund(guid, amountMinor),
    answerWith(next: () => FollowUpAnswer) {
      answer = next
    },
  }
}

test('what was taken is given back in parts, and never more than was taken', async (t) => {
  const { refund, asked, guid } = await startPayment(t)
  assert.deepEqual(await refund(1000), done)
  await assert.rejects(refund(241), /between 1 and 240/)
  assert.deepEqual(await refund(), done)
  await assert.rejects(refund(), /no money of this payment to give back/)
  assert.deepEqual(
    asked.map(({ idempotencyKey, amount }) => [idempotencyKey, amount.amountMinor]),
    [
      [`${guid}-1-refund-1`, 1000],
      [`${guid}-1-refund-2`, 240],
    ],
  )
})

test('what was held is captured once, and then given back', async (t) => {
  const { capture, refund, asked } = await startPayment(t, { captured: false })
  await assert.rejects(refund(), /no money/)
  await assert.rejects(capture(1241), /between 1 and 1240/)
  await assert.rejects(capture(0), /between 1 and 1240/)
  assert.deepEqual(await capture(1200), done)
  await assert.rejects(capture(), /taken already/)
  await assert.rejects(refund(1201), /between 1 and 1200/)
  assert.deepEqual(await refund(), done)
  assert.deepEqual(
    asked.map(({ amount }) => amount.amountMinor),
    [1200, 1200],
  )
})

test('an order that was not answered is given again with its key and its amount', async (t) => {
  const { refund, asked, answerWith } = await startPayment(t)
  answerWith(() => {
    throw new Error('no connection')
  })
  assert.deepEqual(await refund(1000), { status: 'not-known' })
  answerWith(() => done)
  assert.deepEqual(await refund(1000), done)
  assert.deepEqual(asked[0], asked[1])
  assert.deepEqual(await refund(), done)
  assert.equal(asked[2]?.amount.amountMinor, 240)
})

test('what the gateway refused was not done', async (t) => {
  const { refund, answerWith } = await startPayment(t)
  answerWith(() => ({ status: 'refused', gatewayCode: '57' }))
  assert.deepEqual(await refund(), { status: 'refused', gatewayCode: '57' })
  answerWith(() => done)
  assert.deepEqual(await refund(), done)
})

test('what an operator has captured is not let go by cancelling, and what was let go is not captured', async (t) => {
  const flow = { purpose: 'authorise', cancelAfterwards: 'void' } as const
  const captured = await startPayment(t, { captured: false, flow })
  await captured.capture()
  assert.equal(await captured.vault.vault.letGoAuthorised(captured.guid), 'nothing')
  const letGo = await startPayment(t, { captured: false, flow })
  assert.equal(await letGo.vault.vault.letGoAuthorised(letGo.guid), 'voided')
  await assert.rejects(letGo.capture(), /let go/)
})

test('a session without an approved payment has nothing to be captured', async (t) => {
  const vault = await startVault(t)
  const { guid } = await vault.open()
  const log = createLog('silent')
  const calls = createGatewayCalls({ gateways: sharedGateways({}), clock: vault.clock, log })
  const operator = createFollowUps({
    store: vault.store,
    rows: prepareCaptureRows(vault.store),
    calls,
    clock: vault.clock,
  })
  await assert.rejects(operator.capture(guid), /no approved payment/)
})
