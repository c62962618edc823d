import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createLog } from '../../base/log.ts'
import { type FollowUp, type FollowUpAnswer, sharedGateways } from '../model/gateway.ts'
import type { Flow } from '../model/launch.ts'
import { prepareVaultRows } from '../model/vault-rows.ts'
import { approval, press, settle, startVault, testGateway, wholeCard } from '../test-vault.ts'
import { moneyOf } from './approved-payment.ts'
import type { Wanted } from './decide-follow-up.ts'
import { createFollowUps, type FollowedUp } from './follow-up-payment.ts'
import { createGatewayCalls } from './gateway-calls.ts'

const done: FollowUpAnswer = { status: 'done' }

/** An approved payment of 12.40, and an operator who gives orders. */
async function startPayment(
  t: TestContext,
  { captured = true, late = false, flow = {} as Partial<Flow> } = {},
) {
  const asked: Omit<FollowUp, 'signal' | 'memory'>[] = []
  let answerLate = () => {}
  let answer: (order: FollowUp) => FollowUpAnswer | Promise<FollowUpAnswer> = () => done
  const follow = async (order: FollowUp) => {
    const { signal: _, memory: _memory, ...said } = order
    asked.push(said)
    return answer(order)
  }
  const gateway = {
    ...testGateway({
      answers: async () => {
        if (late) await new Promise<void>((resolve) => (answerLate = resolve))
        return { ...approval, captured, ...(flow.purpose === 'tokenise' && { token: 'card-1' }) }
      },
    }),
    capture: follow,
    void: follow,
    refund: follow,
  }
  const vault = await startVault(t, { gateway })
  const session = await vault.open(flow)
  press(session, `${wholeCard}1`)
  await settle()
  if (late) {
    answer = fails
    await vault.clock.advance(31_000)
    answerLate()
    await settle()
  }
  const { store, clock } = vault
  const log = createLog('silent')
  const calls = createGatewayCalls({ gateways: sharedGateways({ test: gateway }), clock, log })
  const operator = createFollowUps({ store, rows: prepareVaultRows(store), calls, clock })
  const { guid } = session
  return {
    vault,
    guid,
    asked,
    operator,
    capture: async (amountMinor?: number, repeat?: Wanted['repeat']) =>
      told(await operator.capture(guid, wantedOf(amountMinor, repeat))),
    refund: async (amountMinor?: number, repeat?: Wanted['repeat']) =>
      told(await operator.refund(guid, wantedOf(amountMinor, repeat))),
    left: async () => moneyOf(await operator.find(guid)).left,
    answerWith(next: (order: FollowUp) => FollowUpAnswer | Promise<FollowUpAnswer>) {
      answer = next
    },
  }
}

const wantedOf = (amountMinor?: number, repeat?: Wanted['repeat']): Wanted => ({
  ...(amountMinor !== undefined && { amountMinor }),
  ...(repeat && { repeat }),
})

/** Every order that was asked for with its sum and what became of it, the last one being what was wanted. */
const told = ({ earlier, order }: FollowedUp) =>
  [...earlier, ...(order ? [order] : [])].map(
    ({ amount, again, outcome }) =>
      `${amount.amountMinor} ${amount.currency} ${outcome.status}${again ? ' again' : ''}`,
  )

const fails = () => {
  throw new Error('no connection')
}

const keysOf = (asked: readonly Omit<FollowUp, 'signal' | 'memory'>[]) =>
  asked.map(({ idempotencyKey, amount }) => [idempotencyKey.slice(39), amount.amountMinor])

test('what was captured is refunded in parts, and never more than was captured', async (t) => {
  const { refund, asked, left } = await startPayment(t)
  assert.deepEqual(await refund(1000), ['1000 GBP done'])
  assert.equal(await left(), 240)
  await assert.rejects(
    refund(241),
    /between 0\.01 and 2\.40 GBP: 12\.40 GBP was captured, 10\.00 GBP was refunded/,
  )
  for (const wrong of [0, -1, 0.5, Number.NaN])
    await assert.rejects(refund(wrong), /between 0\.01 and 2\.40 GBP/)
  assert.deepEqual(await refund(), ['240 GBP done'])
  await assert.rejects(
    refund(),
    /Nothing is left to refund on this payment: 12\.40 GBP was captured, 12\.40 GBP/,
  )
  assert.deepEqual(keysOf(asked), [
    ['refund-1', 1000],
    ['refund-2', 240],
  ])
})

test('what was held is captured once, and then refunded', async (t) => {
  const { capture, refund, asked } = await startPayment(t, { captured: false })
  await assert.rejects(refund(), /Nothing is left to refund/)
  await assert.rejects(capture(1241), /between 0\.01 and 12\.40 GBP: 12\.40 GBP is authorised/)
  await assert.rejects(capture(0), /between 0\.01 and 12\.40 GBP/)
  assert.deepEqual(await capture(1200), ['1200 GBP done'])
  await assert.rejects(capture(), /already been captured/)
  await assert.rejects(refund(1201), /between 0\.01 and 12\.00 GBP/)
  assert.deepEqual(await refund(), ['1200 GBP done'])
  assert.deepEqual(keysOf(asked), [
    ['capture-1', 1200],
    ['refund-1', 1200],
  ])
})

test('an order that was not answered is asked for again with its key and its sum', async (t) => {
  const { refund, asked, answerWith, left } = await startPayment(t)
  answerWith(fails)
  assert.deepEqual(await refund(1000), ['1000 GBP not-known'])
  assert.equal(await left(), 240, 'what is under way may have been refunded')
  answerWith(() => done)
  assert.deepEqual(await refund(1000), ['1000 GBP done again'])
  assert.deepEqual(asked[0], asked[1])
  assert.deepEqual(await refund(), ['240 GBP done'])
})

test('another sum is another order: what is under way is asked for again first', async (t) => {
  const { refund, asked, answerWith } = await startPayment(t)
  answerWith(fails)
  await refund(300)
  assert.deepEqual(await refund(500), ['300 GBP not-known again'], 'nothing is begun')
  assert.deepEqual(await refund(), ['300 GBP not-known again'], 'all that is left is another sum too')
  answerWith(() => done)
  assert.deepEqual(await refund(500), ['300 GBP done again', '500 GBP done'])
  assert.deepEqual(keysOf(asked), [
    ['refund-1', 300],
    ['refund-1', 300],
    ['refund-1', 300],
    ['refund-1', 300],
    ['refund-2', 500],
  ])
  await assert.rejects(refund(441), /between 0\.01 and 4\.40 GBP/)
})

test('an order under way that turns out too big for the next one is told with the refusal', async (t) => {
  const { refund, answerWith } = await startPayment(t)
  answerWith(fails)
  await refund(1000)
  answerWith(() => done)
  await assert.rejects(
    refund(500),
    /^Problem: A refund of 10\.00 GBP that was under way is now complete\. The amount must be between 0\.01 and 2\.40 GBP/,
  )
})

test('a retry begins nothing, and another one is begun beside what is under way', async (t) => {
  const { refund, asked, answerWith } = await startPayment(t)
  await assert.rejects(refund(300, 'retry'), /No refund of this payment is under way/)
  answerWith(fails)
  await refund(300)
  await assert.rejects(refund(500, 'retry'), /Nothing of this amount is under way/)
  assert.deepEqual(await refund(300, 'another'), ['300 GBP not-known'])
  await assert.rejects(refund(641, 'another'), /between 0\.01 and 6\.40 GBP/)
  answerWith(() => done)
  assert.deepEqual(await refund(300, 'retry'), ['300 GBP done again'])
  assert.deepEqual(await refund(undefined, 'retry'), ['300 GBP done again'])
  await assert.rejects(refund(300, 'retry'), /No refund of this payment is under way/)
  assert.deepEqual(await refund(300), ['300 GBP done'], 'after an answer the same sum is a further one')
  assert.deepEqual(new Set(keysOf(asked).map(([key]) => key)), new Set(['refund-1', 'refund-2', 'refund-3']))
})

test('two at once of the same sum are one; of other sums each is exact, and never more than there is', async (t) => {
  const once = await startPayment(t)
  const gave = new Map<string, number>()
  const gateway = ({ idempotencyKey, amount }: FollowUp) => {
    assert.equal(gave.get(idempotencyKey) ?? amount.amountMinor, amount.amountMinor, 'a key has one sum')
    gave.set(idempotencyKey, amount.amountMinor)
    return done
  }
  const given = () => [...gave.values()].reduce((sum, each) => sum + each, 0)
  const hold = Promise.withResolvers<void>()
  once.answerWith(async (order) => {
    await hold.promise
    return gateway(order)
  })
  const both = Promise.all([once.refund(300), once.refund(300)])
  await settle()
  hold.resolve()
  assert.deepEqual((await both).flat().sort(), ['300 GBP done', '300 GBP done again'])
  assert.deepEqual([given(), await once.left()], [300, 940])
  assert.deepEqual(
    (await Promise.all([once.refund(200), once.refund(500)])).map((each) => each.at(-1)).sort(),
    ['200 GBP done', '500 GBP done'],
  )
  assert.deepEqual([given(), await once.left()], [1000, 240])
  const [first, second] = await Promise.allSettled([once.refund(240), once.refund(200)])
  assert.deepEqual([first?.status, second?.status], ['fulfilled', 'rejected'])
  assert.deepEqual([given(), await once.left()], [1240, 0])
})

test('what the gateway refused was not done, and its key is not used for another sum', async (t) => {
  const { refund, asked, answerWith, operator, guid } = await startPayment(t)
  answerWith(() => ({ status: 'refused', gatewayCode: '57' }))
  assert.deepEqual(await refund(1000), ['1000 GBP refused'])
  answerWith(() => done)
  assert.deepEqual(await refund(300), ['300 GBP done'])
  assert.deepEqual(keysOf(asked), [
    ['refund-1', 1000],
    ['refund-2', 300],
  ])
  const { orders } = await operator.find(guid)
  assert.deepEqual(
    orders.map(({ amountMinor, answer }) => [amountMinor, answer?.status]),
    [
      [1000, 'refused'],
      [300, 'done'],
    ],
  )
})

test('a capture that was refused is given again with a key of its own, one that is under way with its own', async (t) => {
  const { capture, asked, answerWith } = await startPayment(t, { captured: false })
  answerWith(() => ({ status: 'refused', gatewayCode: '57' }))
  await capture(800)
  answerWith(fails)
  assert.deepEqual(await capture(700), ['700 GBP not-known'])
  assert.deepEqual(await capture(1000), ['700 GBP not-known again'])
  await assert.rejects(capture(1000, 'retry'), /Nothing of this amount/)
  answerWith(() => done)
  await assert.rejects(
    capture(),
    /A capture of 7\.00 GBP that was under way is now complete\. .*already been captured/,
  )
  assert.deepEqual(keysOf(asked), [
    ['capture-1', 800],
    ['capture-2', 700],
    ['capture-2', 700],
    ['capture-2', 700],
  ])
})

test('the first answer to an order is the one that counts, and is told to all who asked', async (t) => {
  const { refund, answerWith, left } = await startPayment(t)
  const slow = Promise.withResolvers<FollowUpAnswer>()
  answerWith(() => slow.promise)
  const first = refund(300)
  await settle()
  answerWith(() => done)
  assert.deepEqual(await refund(300), ['300 GBP done again'])
  slow.resolve({ status: 'refused', gatewayCode: 'duplicate' })
  assert.deepEqual(await first, ['300 GBP done'])
  assert.equal(await left(), 940)
})

test('what an operator has captured is not voided by cancelling, and what was voided is not captured', async (t) => {
  const flow = { purpose: 'authorise', cancelAfterwards: 'void' } as const
  const captured = await startPayment(t, { captured: false, flow })
  await captured.capture()
  assert.equal(await captured.vault.vault.voidAuthorised(captured.guid), 'nothing')
  const voided = await startPayment(t, { captured: false, flow })
  assert.equal(await voided.vault.vault.voidAuthorised(voided.guid), 'voided')
  await assert.rejects(voided.capture(), /has been voided/)
  await assert.rejects(voided.refund(), /has been voided/)
})

test('a capture under way keeps cancelling from voiding, one that was refused does not', async (t) => {
  const flow = { purpose: 'authorise', cancelAfterwards: 'void' } as const
  const { vault, guid, capture, answerWith } = await startPayment(t, { captured: false, flow })
  answerWith(fails)
  await capture(800)
  assert.equal(await vault.vault.voidAuthorised(guid), 'nothing')
  answerWith(() => ({ status: 'refused', gatewayCode: '57' }))
  await capture(800)
  answerWith(() => done)
  assert.equal(await vault.vault.voidAuthorised(guid), 'voided')
})

test('a void under way keeps a capture from being begun, however the two meet', async (t) => {
  const flow = { purpose: 'authorise', cancelAfterwards: 'void' } as const
  const { vault, guid, capture, asked } = await startPayment(t, { captured: false, flow })
  const [voided, captured] = await Promise.allSettled([vault.vault.voidAuthorised(guid), capture()])
  assert.deepEqual([voided, captured.status], [{ status: 'fulfilled', value: 'voided' }, 'rejected'])
  assert.equal(asked.length, 1)
})

test('what the server reverses by itself is not asked for by an operator, and nothing is refunded beside it', async (t) => {
  const { vault, refund, asked, answerWith, left } = await startPayment(t, {
    late: true,
    flow: { lateApproval: 'void' },
  })
  await assert.rejects(refund(), /being voided\. The server keeps asking/)
  await assert.rejects(refund(100, 'another'), /being voided/)
  assert.equal(asked.length, 1)
  answerWith(({ idempotencyKey }) =>
    idempotencyKey.endsWith('void') ? { status: 'refused', gatewayCode: 'captured' } : fails(),
  )
  await vault.clock.advance(30_000)
  assert.equal(await left(), 0, 'all of it may have been refunded')
  await assert.rejects(
    refund(),
    /Nothing is left to refund.*a refund of 12\.40 GBP is under way and its gateway has not answered/,
  )
  answerWith(() => done)
  await vault.clock.advance(120_000)
  assert.equal(vault.results.at(-1)?.outcome, 'cancelled')
  await assert.rejects(refund(), /Nothing is left to refund/)
})

test('a card that was only kept has no money to be taken', async (t) => {
  const { capture, refund } = await startPayment(t, { captured: false, flow: { purpose: 'tokenise' } })
  await assert.rejects(capture(), /no amount: there is nothing to capture/)
  await assert.rejects(refund(), /nothing was captured/)
})

test('a payment whose gateway is gone is not asked for', async (t) => {
  const { operator, guid, vault } = await startPayment(t)
  assert.ok(operator)
  const calls = createGatewayCalls({
    gateways: sharedGateways({}),
    clock: vault.clock,
    log: createLog('silent'),
  })
  const { store, clock } = vault
  const without = createFollowUps({ store, rows: prepareVaultRows(store), calls, clock })
  await assert.rejects(without.refund(guid), /‘test’ of this payment no longer exists/)
  assert.deepEqual((await operator.find(guid)).orders, [])
})

test('what an order would do is told beforehand, and nothing is done', async (t) => {
  const { guid, operator, asked, refund } = await startPayment(t)
  const { payment, decided } = await operator.plan(guid, 'refund', { amountMinor: 240 })
  assert.deepEqual([payment.guid, decided.kind, decided.order.amountMinor], [guid, 'begin', 240])
  assert.equal((await operator.plan(guid, 'refund')).decided.order.amountMinor, 1240)
  await assert.rejects(operator.plan(guid, 'capture'), { code: 'not-possible-now' })
  await assert.rejects(operator.plan(guid, 'refund', { amountMinor: 1241 }), { code: 'amount-not-possible' })
  assert.deepEqual([asked, payment.orders], [[], []])
  await refund(240)
  assert.equal((await operator.plan(guid, 'refund')).decided.order.amountMinor, 1000)
})

test('a session without an approved payment has nothing to be captured', async (t) => {
  const vault = await startVault(t)
  const { guid } = await vault.open()
  const log = createLog('silent')
  const calls = createGatewayCalls({ gateways: sharedGateways({}), clock: vault.clock, log })
  const operator = createFollowUps({
    store: vault.store,
    rows: prepareVaultRows(vault.store),
    calls,
    clock: vault.clock,
  })
  await assert.rejects(operator.capture(guid), /no approved payment/)
})
