import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { entriesIn } from '../../audit/test-audit.ts'
import { createLog } from '../../base/log.ts'
import {
  Forged,
  type Gateway,
  type GatewayAnswer,
  type Notification,
  sharedGateways,
} from '../model/gateway.ts'
import { prepareVaultRows } from '../model/vault-rows.ts'
import { approval, press, settle, startVault, testGateway, visa, wholeCard } from '../test-vault.ts'
import { moneyOf } from './approved-payment.ts'
import { createFollowUps } from './follow-up-payment.ts'
import { createGatewayCalls } from './gateway-calls.ts'

const place = { tenant: 7, name: 'test' }

/** What was sent is what is told, where it says that it is genuine. */
const readNotifications: NonNullable<Gateway['readNotifications']> = ({ headers, body }) => {
  if (headers.signature !== 'genuine') throw new Forged('The signature is not right.')
  return JSON.parse(body.toString())
}

/** A vault whose gateway tells what the test has it tell. */
async function startTold(
  t: TestContext,
  {
    answers,
    asksBank,
    voids = 'done',
  }: {
    readonly answers?: () => Promise<GatewayAnswer>
    readonly asksBank?: true
    readonly voids?: 'done' | 'refused'
  } = {},
) {
  const state = { known: undefined as GatewayAnswer | undefined, completed: 0 }
  const plain = testGateway({
    answers: asksBank
      ? async () => ({ status: 'challenge', challenge: { url: 'https://bank.example', fields: {} } })
      : (answers ?? (() => new Promise(() => {}))),
    known: async () => state.known,
  })
  const done = async () => ({ status: 'done' }) as const
  const gateway: Gateway = {
    ...plain,
    readNotifications,
    capture: done,
    refund: done,
    void: async () => (voids === 'done' ? { status: voids } : { status: voids, gatewayCode: 'taken' }),
    async completeChallenge() {
      state.completed += 1
      return { status: 'declined', reason: 'authentication-failed' }
    },
  }
  const started = await startVault(t, { gateway, gateways: { other: gateway } })
  const tell = (notifications: readonly Partial<Notification>[], at = place, signature = 'genuine') =>
    started.vault.notifications.take(at, {
      headers: { signature },
      body: Buffer.from(
        JSON.stringify(notifications.map((each) => ({ about: 'payment', gatewayCode: 'CODE', ...each }))),
      ),
    })
  const pay = async (flow = {}) => {
    const session = await started.open({ gatewayTimeoutSeconds: 10, ...flow })
    press(session, `${wholeCard}1`)
    await settle()
    return session.guid
  }
  const outcomes = () => started.results.map(({ outcome }) => outcome)
  const rows = () => {
    const count = started.store.prepare((db, _: object) => db.selectFrom('gateway_notification').selectAll())
    return count.all(started.store.reader, {})
  }
  const followUps = () => {
    const { store, clock } = started
    const gateways = sharedGateways({ test: gateway })
    const calls = createGatewayCalls({ clock, log: createLog('silent'), gateways })
    return createFollowUps({ store, clock, calls, rows: prepareVaultRows(store) })
  }
  return { ...started, started, gateway: plain, state, tell, pay, outcomes, rows, followUps }
}

test('an outcome that is not known is looked for as soon as the gateway tells something', async (t) => {
  const { clock, pay, tell, outcomes, state } = await startTold(t)
  const guid = await pay()
  await clock.advance(10_000)
  await settle()
  assert.deepEqual(outcomes(), ['unknown'])
  await clock.advance(3_600_000)
  await settle()
  state.known = approval
  await tell([{ id: 'n-1', key: `${guid}-1` }])
  await clock.advance(0)
  await settle()
  assert.deepEqual(outcomes(), ['unknown', 'approved'])
})

test('what is told before our own answer has come neither doubles nor overtakes it', async (t) => {
  const { promise, resolve } = Promise.withResolvers<GatewayAnswer>()
  const { pay, tell, outcomes, state, gateway, attempts, clock } = await startTold(t, {
    answers: () => promise,
  })
  const guid = await pay()
  state.known = { status: 'declined', reason: 'do-not-honour' }
  await tell([{ id: 'n-1', key: `${guid}-1` }])
  await clock.advance(0)
  await settle()
  assert.deepEqual([outcomes(), gateway.reconciled.length], [[], 0])
  resolve(approval)
  await settle()
  assert.deepEqual(outcomes(), ['approved'])
  assert.equal((await attempts(guid)).length, 1)
})

test('an answer that never comes is looked for at once where something was told meanwhile', async (t) => {
  const { pay, tell, outcomes, state, clock } = await startTold(t)
  const guid = await pay()
  await tell([{ id: 'n-1', key: `${guid}-1` }])
  state.known = approval
  await clock.advance(10_000)
  await settle()
  await clock.advance(0)
  await settle()
  assert.deepEqual(outcomes(), ['unknown', 'approved'])
})

test('a customer at the bank is waited for no longer when the gateway has told what became of it', async (t) => {
  const { started, tell, outcomes, state } = await startTold(t, { asksBank: true })
  const session = await started.open({}, { entry: 'link' })
  void session.submitCard({ pan: visa, expiry: '1230', securityCode: '123' })
  await settle()
  assert.equal(session.view().challenged, true)
  await tell([{ id: 'n-1', key: `${session.guid}-1` }])
  await settle()
  assert.deepEqual([outcomes(), session.view().challenged], [[], true], 'nothing is known yet')
  state.known = approval
  await tell([{ id: 'n-2', key: `${session.guid}-1` }])
  await settle()
  assert.deepEqual([outcomes(), state.completed], [['approved'], 0])
  assert.equal(session.view().challenged, false)
})

test('a customer at the bank who cancels is not overtaken by what is told', async (t) => {
  const { started, tell, outcomes, state } = await startTold(t, { asksBank: true })
  const session = await started.open({}, { entry: 'link' })
  void session.submitCard({ pan: visa, expiry: '1230', securityCode: '123' })
  await settle()
  const cancelled = session.cancel()
  await tell([{ id: 'n-1', key: `${session.guid}-1` }])
  state.known = approval
  await cancelled
  await settle()
  assert.deepEqual([outcomes(), state.completed], [['cancelled'], 1])
})

test('what is forged is refused, and nothing of it is stored', async (t) => {
  const { pay, tell, rows, clock, gateway } = await startTold(t)
  const guid = await pay()
  await clock.advance(10_000)
  await assert.rejects(tell([{ id: 'n-1', key: `${guid}-1` }], place, 'forged'), {
    code: 'forged-notification',
  })
  assert.deepEqual([await rows(), gateway.reconciled.length], [[], 0])
})

test('what cannot be read is refused, and a gateway that tells nothing is not there', async (t) => {
  const { started, tell } = await startTold(t)
  await assert.rejects(
    started.vault.notifications.take(place, { headers: { signature: 'genuine' }, body: Buffer.from('{') }),
    { code: 'invalid-request' },
  )
  await assert.rejects(tell([], { tenant: 7, name: 'nobody' }), { code: 'not-found' })
  const silent = await startVault(t)
  await assert.rejects(silent.vault.notifications.admit(place), { code: 'not-found' })
})

test('payments of others are passed over and counted: unknown keys, other accounts, other gateways', async (t) => {
  const { pay, tell, rows, lines, clock, gateway } = await startTold(t)
  const guid = await pay()
  await clock.advance(10_000)
  await settle()
  const asked = gateway.reconciled.length
  const own = { id: 'n-1', key: `${guid}-1` }
  await tell([{ id: 'n-2', key: 'somebody-else' }, { id: 'n-3' }, { ...own, about: 'other' }])
  await tell([own], { tenant: 8, name: 'test' })
  await tell([own], { tenant: 7, name: 'other' })
  await clock.advance(0)
  await settle()
  assert.deepEqual([await rows(), gateway.reconciled.length], [[], asked])
  assert.ok(lines.some((line) => line.includes('"ofOthers":3')))
})

test('a notification counts once, however often it is told', async (t) => {
  const { pay, tell, rows, clock, gateway } = await startTold(t)
  const guid = await pay()
  await clock.advance(10_000)
  await settle()
  const before = gateway.reconciled.length
  const same = { id: 'n-1', key: `${guid}-1` }
  await Promise.all([tell([same, same]), tell([same])])
  await clock.advance(0)
  await settle()
  await tell([same])
  await clock.advance(0)
  await settle()
  assert.deepEqual([(await rows()).length, gateway.reconciled.length], [1, before + 1])
})

test('what was told before the process died is looked for by the next one', async (t) => {
  const { started, pay, tell, outcomes, state, clock } = await startTold(t)
  const guid = await pay()
  await clock.advance(10_000)
  await settle()
  started.crashAt({ write: 1, when: 'after' })
  void tell([{ id: 'n-1', key: `${guid}-1` }])
  await settle()
  state.known = approval
  await started.restart()
  await clock.advance(0)
  await settle()
  assert.deepEqual(outcomes(), ['unknown', 'approved'])
})

const approves = async (): Promise<GatewayAnswer> => approval
const holds = async (): Promise<GatewayAnswer> => ({ ...approval, captured: false })

test('a refund that fails afterwards is told, logged, and its sum can be refunded again', async (t) => {
  const { pay, tell, results, followUps, lines, store } = await startTold(t, { answers: approves })
  const guid = await pay()
  await followUps().refund(guid, { amountMinor: 1000 })
  await tell([{ id: 'n-1', about: 'refund-failed', key: `${guid}-1-refund-1`, gatewayCode: 'REFUND_FAILED' }])
  await settle()
  assert.deepEqual(
    results.map(({ outcome, failure }) => [outcome, failure]),
    [
      ['approved', undefined],
      [
        'approved',
        {
          what: 'refund-failed',
          order: `${guid}-1-refund-1`,
          amountMinor: 1000,
          currency: 'GBP',
          gatewayCode: 'REFUND_FAILED',
        },
      ],
    ],
  )
  assert.deepEqual(moneyOf(await followUps().find(guid)), {
    taken: 1240,
    givenBack: 0,
    underWay: 0,
    left: 1240,
  })
  assert.ok(
    lines.some((line) => line.includes('had accepted failed later') && line.includes('REFUND_FAILED')),
  )
  const audited = (await entriesIn(store)).filter(({ action }) => action.startsWith('payment.'))
  assert.deepEqual(
    audited.map(({ action, outcome, details }) => [action, outcome, details?.order, details?.amountMinor]),
    [
      ['payment.charge', undefined, `${guid}-1`, 1240],
      ['payment.outcome', 'approved', `${guid}-1`, undefined],
      ['payment.refund', undefined, `${guid}-1-refund-1`, 1000],
      ['payment.outcome', 'done', `${guid}-1-refund-1`, undefined],
      ['payment.outcome', 'failed', `${guid}-1-refund-1`, undefined],
    ],
  )
  const again = await followUps().refund(guid)
  assert.equal(again.order?.outcome.status, 'done')
})

test('a part that was released, and was not after all, is no approval', async (t) => {
  const part = { ...approval, amount: { amountMinor: 620, currency: 'GBP' } }
  const { pay, tell, results, outcomes } = await startTold(t, { answers: async () => part, voids: 'refused' })
  const guid = await pay({ lateApproval: 'void' })
  assert.deepEqual(outcomes().at(-1), 'cancelled')
  await tell([{ id: 'n-1', about: 'refund-failed', key: `${guid}-1-refund`, gatewayCode: 'X' }])
  await settle()
  const { outcome, correction, failure } = results.at(-1) ?? {}
  assert.deepEqual([outcome, correction, failure?.amountMinor], ['unknown', 'refund-failed', 620])
})

for (const word of ['part', 'release']) {
  test(`that a part of a declined payment was not released after all is said to the operator, once: ${word}`, async (t) => {
    const declined: GatewayAnswer = {
      status: 'declined',
      reason: 'do-not-honour',
      gatewayReference: 'reference-1',
    }
    const { pay, tell, lines, outcomes } = await startTold(t, { answers: async () => declined })
    const guid = await pay()
    const failed = {
      id: 'event-1',
      about: 'refund-failed',
      key: `${guid}-1-${word}`,
      gatewayCode: 'R01',
    } as const
    await tell([failed])
    await tell([failed])
    const said = lines
      .map((line) => JSON.parse(line))
      .filter(({ message }) => /could not refund a captured part/.test(message))
    assert.deepEqual(
      said.map(({ level, capture, gatewayCode }) => [level, capture, gatewayCode]),
      [[50, guid, 'R01']],
    )
    assert.deepEqual(outcomes(), ['declined'])
  })
}

test('a refund that failed is told once, also by another notification of the same', async (t) => {
  const { pay, tell, results, followUps } = await startTold(t, { answers: approves })
  const guid = await pay()
  await followUps().refund(guid)
  for (const id of ['n-1', 'n-2']) await tell([{ id, about: 'refund-failed', key: `${guid}-1-refund-1` }])
  await settle()
  assert.equal(results.length, 2)
})

test('a refund of which only the payment is told is the one that was done', async (t) => {
  const { pay, tell, followUps } = await startTold(t, { answers: approves })
  const guid = await pay()
  await followUps().refund(guid, { amountMinor: 1000 })
  await tell([{ id: 'n-1', about: 'refund-failed', key: `${guid}-1` }])
  assert.equal(moneyOf(await followUps().find(guid)).givenBack, 0)
})

test('a capture that fails afterwards leaves the money held, to be captured again', async (t) => {
  const { pay, tell, results, followUps } = await startTold(t, { answers: holds })
  const guid = await pay({ purpose: 'authorise' })
  await followUps().capture(guid)
  await tell([{ id: 'n-1', about: 'capture-failed', key: `${guid}-1-capture-1` }])
  await settle()
  assert.deepEqual([results.at(-1)?.outcome, results.at(-1)?.correction], ['approved', 'capture-failed'])
  assert.equal(moneyOf(await followUps().find(guid)).taken, 0)
  assert.equal((await followUps().capture(guid)).order?.outcome.status, 'done')
})

test('a capture that the gateway made by itself and that fails makes the payment a failed one', async (t) => {
  const { pay, tell, results, followUps } = await startTold(t, { answers: approves })
  const guid = await pay()
  await tell([{ id: 'n-1', about: 'capture-failed', key: `${guid}-1` }])
  await tell([{ id: 'n-2', about: 'capture-failed', key: `${guid}-1` }])
  await settle()
  assert.deepEqual(
    results.map(({ outcome }) => outcome),
    ['approved', 'failed'],
  )
  const payment = await followUps().find(guid)
  assert.deepEqual([payment.answer.captured, moneyOf(payment).taken], [false, 0])
  await assert.rejects(followUps().refund(guid), /nothing was captured/)
})

test('a failure that is told before the order’s own answer stands', async (t) => {
  const { started, pay, tell, followUps } = await startTold(t, { answers: holds })
  const guid = await pay({ purpose: 'authorise' })
  const rows = prepareVaultRows(started.store)
  await started.store.write((tx) =>
    rows.beginFollowUp.run(tx, {
      idempotency_key: `${guid}-1-capture-1`,
      attempt_key: `${guid}-1`,
      kind: 'capture',
      reason: 'operator',
      amount_minor: 1240,
      currency: 'GBP',
      requested_at: started.clock.now(),
      order_name: null,
      requested_by: '{"kind":"system"}',
    }),
  )
  await tell([{ id: 'n-1', about: 'capture-failed', key: `${guid}-1-capture-1` }])
  await started.store.write((tx) =>
    rows.answerFollowUp.run(tx, {
      idempotency_key: `${guid}-1-capture-1`,
      answered_at: started.clock.now(),
      answer: JSON.stringify({ status: 'done' }),
    }),
  )
  assert.equal(moneyOf(await followUps().find(guid)).taken, 0)
})

test('a capture that is told to have failed before the payment’s own answer counts when that is written', async (t) => {
  const { promise, resolve } = Promise.withResolvers<GatewayAnswer>()
  const { pay, tell, results } = await startTold(t, { answers: () => promise })
  const guid = await pay()
  await tell([{ id: 'n-1', about: 'capture-failed', key: `${guid}-1`, gatewayCode: 'CAPTURE_FAILED' }])
  resolve(approval)
  await settle()
  assert.deepEqual(
    results.map(({ outcome, failure }) => [outcome, failure?.gatewayCode]),
    [['failed', 'CAPTURE_FAILED']],
  )
})

test('nor is a payment approved that is found after its capture was told to have failed', async (t) => {
  for (const lateApproval of ['record', 'void'] as const) {
    const { pay, tell, outcomes, state, clock } = await startTold(t)
    const guid = await pay({ lateApproval })
    await clock.advance(10_000)
    await settle()
    state.known = approval
    await tell([{ id: 'n-1', about: 'capture-failed', key: `${guid}-1` }])
    await clock.advance(0)
    await settle()
    assert.deepEqual(outcomes(), ['unknown', 'failed'], lateApproval)
  }
})

test('what fails and is not ours, or is of another kind, changes nothing', async (t) => {
  const { pay, tell, results, followUps } = await startTold(t, { answers: approves })
  const guid = await pay()
  await followUps().refund(guid, { amountMinor: 1000 })
  await tell([{ id: 'n-1', about: 'capture-failed', key: `${guid}-1-refund-1` }])
  await tell([{ id: 'n-2', about: 'refund-failed', key: `${guid}-1-refund-9` }])
  await tell([{ id: 'n-3', about: 'refund-failed', key: `${guid}-1-refund-1` }], { tenant: 8, name: 'test' })
  await settle()
  assert.deepEqual([results.length, moneyOf(await followUps().find(guid)).givenBack], [1, 1000])
})

test('a failure and its report are one: a process that dies leaves both or none', async (t) => {
  for (const when of ['before', 'after'] as const) {
    const { started, pay, tell, results, followUps } = await startTold(t, { answers: approves })
    const guid = await pay()
    await followUps().refund(guid)
    started.crashAt({ write: 1, when })
    void tell([{ id: 'n-1', about: 'refund-failed', key: `${guid}-1-refund-1` }])
    await settle()
    await started.restart()
    const told = results.filter(({ failure }) => failure)
    const { givenBack } = moneyOf(await followUps().find(guid))
    assert.deepEqual([told.length, givenBack], when === 'before' ? [0, 1240] : [1, 0], when)
  }
})

test('what gateways told is forgotten after 90 days', async (t) => {
  const { started, pay, tell, rows } = await startTold(t, { answers: approves })
  const guid = await pay()
  await tell([{ id: 'n-1', key: `${guid}-1` }])
  assert.equal((await rows()).length, 1)
  await started.clock.leap(91 * 24 * 3_600_000)
  await settle()
  assert.deepEqual(await rows(), [])
})

test('a gateway that cannot be asked is told its own words again, by the next process too', async (t) => {
  const words: (string | undefined)[] = []
  const plain = testGateway({ answers: () => new Promise(() => {}) })
  const gateway: Gateway = {
    ...plain,
    readNotifications,
    async reconcile({ told }) {
      words.push(told)
      if (told === undefined) return undefined
      return told === 'yes' ? approval : { status: 'declined', reason: 'do-not-honour' }
    },
  }
  const started = await startVault(t, { gateway })
  const session = await started.open({ gatewayTimeoutSeconds: 10 })
  press(session, `${wholeCard}1`)
  await settle()
  const tell = (told: object) =>
    started.vault.notifications.take(place, {
      headers: { signature: 'genuine' },
      body: Buffer.from(
        JSON.stringify([{ about: 'payment', key: `${session.guid}-1`, gatewayCode: 'CODE', ...told }]),
      ),
    })
  await tell({ id: 'n-1', tells: 'no' })
  await tell({ id: 'n-2', tells: 'yes' })
  await tell({ id: 'n-3', tells: 'x'.repeat(501) })
  await started.restart()
  await settle()
  assert.deepEqual(words, ['no', 'yes'])
  assert.deepEqual(
    started.results.map(({ outcome }) => outcome),
    ['approved'],
  )
})
