import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createLateCommit } from '../../../test/harness/test-late-commit.ts'
import { createLog } from '../../base/log.ts'
import type { Store } from '../../store/store.ts'
import { type FollowUp, type FollowUpKind, type Gateway, sharedGateways } from '../model/gateway.ts'
import type { Flow } from '../model/launch.ts'
import { prepareVaultRows } from '../model/vault-rows.ts'
import { createFindUnreported } from '../session/reports/unreported-result.ts'
import { startTwoVaults } from '../test-two-vaults.ts'
import { approval, press, settle, testGateway, wholeCard } from '../test-vault.ts'
import { createFollowUps } from './follow-up-payment.ts'
import { createGatewayCalls } from './gateway-calls.ts'

/** Two servers, the first of which commits late when the test says so, and a payment whose answer comes when it is given. */
async function startPayment(t: TestContext, { captured = true, flow = {} as Partial<Flow> } = {}) {
  const asked: [FollowUpKind, string, number][] = []
  const follow = (kind: FollowUpKind) => async (order: FollowUp) => {
    asked.push([kind, order.idempotencyKey.slice(39), order.amount.amountMinor])
    return { status: 'done' } as const
  }
  const answered = Promise.withResolvers<void>()
  const answers = () => answered.promise.then(() => ({ ...approval, captured }))
  const gateway: Gateway = {
    ...testGateway({ answers }),
    capture: follow('capture'),
    void: follow('void'),
    refund: follow('refund'),
    readNotifications: ({ body }) => JSON.parse(body.toString()),
  }
  let late: ReturnType<typeof createLateCommit> | undefined
  const wrap = (store: Store): Store => {
    late = createLateCommit(store)
    return late.store
  }
  const vaults = await startTwoVaults(t, { gateway, wrap })
  assert.ok(late)
  const { guid, here } = await vaults.session(flow)
  press(here, wholeCard)
  const paying = here.pay()
  await settle()
  const { clock, other } = vaults
  const calls = createGatewayCalls({
    gateways: sharedGateways({ test: gateway }),
    clock,
    log: createLog('silent'),
  })
  const console = (store: Store) => createFollowUps({ store, rows: prepareVaultRows(store), calls, clock })
  return {
    ...vaults,
    guid,
    asked,
    late,
    consoles: [console(late.store), console(other.store)] as const,
    answer: async () => {
      answered.resolve()
      await paying
    },
    tell: (about: string, key: string) => ({
      headers: {},
      body: Buffer.from(JSON.stringify([{ id: key, about, key, gatewayCode: 'E1' }])),
    }),
  }
}

const place = { tenant: 7, name: 'test' }

test('two consoles that refund at once give two orders, each of its own sum', async (t) => {
  const { guid, asked, late, answer, consoles } = await startPayment(t)
  await answer()
  const [one, other] = consoles
  const told = await late.during(
    () => one.refund(guid, { amountMinor: 700 }),
    () => other.refund(guid, { amountMinor: 540, repeat: 'another' }),
  )
  assert.deepEqual(
    told.map((each) => (each.status === 'fulfilled' ? each.value.order?.amount.amountMinor : each.reason)),
    [700, 540],
  )
  assert.deepEqual(asked.sort(), [
    ['refund', 'refund-1', 700],
    ['refund', 'refund-2', 540],
  ])
})

test('two consoles never refund more than was captured', async (t) => {
  const { guid, asked, late, answer, consoles } = await startPayment(t)
  await answer()
  const [one, other] = consoles
  const [first, second] = await late.during(
    () => one.refund(guid, { amountMinor: 1000 }),
    () => other.refund(guid, { amountMinor: 1000, repeat: 'another' }),
  )
  assert.equal(first.status, 'fulfilled')
  assert.match(String(second.status === 'rejected' && second.reason.message), /between 0\.01 and 2\.40 GBP/)
  assert.deepEqual(asked, [['refund', 'refund-1', 1000]])
})

test('what a console captures is not voided by the server that cancels meanwhile', async (t) => {
  const flow: Partial<Flow> = { purpose: 'authorise', cancelAfterwards: 'void' }
  const { guid, asked, late, answer, consoles, other } = await startPayment(t, { captured: false, flow })
  await answer()
  const [, voided] = await late.during(
    () => consoles[0].capture(guid),
    () => other.vault.voidAuthorised(guid),
  )
  assert.deepEqual(voided, { status: 'fulfilled', value: 'nothing' })
  assert.deepEqual(asked, [['capture', 'capture-1', 1240]])
})

for (const first of ['the answer', 'what is told'] as const) {
  test(`a capture that failed is told of at another server while the payment is answered: ${first} first`, async (t) => {
    const { clock, guid, late, answer, one, other, tell, ending } = await startPayment(t)
    const told = tell('capture-failed', `${guid}-1`)
    const isAnswerFirst = first === 'the answer'
    const taking = () => (isAnswerFirst ? other : one).vault.notifications.take(place, told)
    await (isAnswerFirst ? late.during(answer, taking) : late.during(taking, answer))
    await clock.advance(1_000)
    assert.deepEqual(await ending(guid).then((known) => known?.outcome), 'failed')
  })
}

test('a result that comes while an unreadable one is replaced is not replaced', async (t) => {
  const { guid, late, answer, one, other, row } = await startPayment(t)
  await answer()
  const rows = prepareVaultRows(one.store)
  const damage = { guid, ending: null, result: '{"end":' }
  await one.store.write((tx) => rows.replaceResult.run(tx, damage))
  const newer = { ...damage, result: JSON.stringify({ guid, end: 'success', outcome: 'failed' }) }
  const find = createFindUnreported({
    store: other.store,
    rows: prepareVaultRows(other.store),
    log: createLog('silent'),
  })
  const [, found] = await late.during(
    () => late.store.write((tx) => rows.replaceResult.run(tx, newer)),
    () => find(guid, 'whoever’s'),
  )
  assert.equal(found.status === 'fulfilled' && found.value?.json, newer.result)
  assert.equal((await row(guid))?.result, newer.result)
})
