import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import type { Digits } from '../model/digits.ts'
import { type GatewayAnswer, NotSent } from '../model/gateway.ts'
import { approval, press, settle, startVault, testGateway, wholeCard } from '../test-vault.ts'

const card = { brand: 'visa', last4: '1111', expiry: '1230' }
const never = () => new Promise<GatewayAnswer>(() => {})

for (const [answer, end, outcome, charge] of [
  [
    { status: 'declined', reason: 'insufficient-funds', gatewayReference: 'r', gatewayCode: '51' },
    'success',
    'declined',
    { gatewayReference: 'r', declineReason: 'insufficient-funds', gatewayCode: '51' },
  ],
  [
    { status: 'review', gatewayReference: 'r', captured: false },
    'success',
    'review',
    { gatewayReference: 'r', captured: false },
  ],
  [{ status: 'error', gatewayCode: '96' }, 'payment-connector-error', 'failed', { gatewayCode: '96' }],
] as const) {
  test(`the answer ${answer.status} ends the session as ${end}, ${outcome}`, async (t) => {
    const { open, results, attempts, row } = await startVault(t, {
      gateway: testGateway({ answers: async () => answer }),
    })
    const session = await open()
    press(session, `${wholeCard}1`)
    await settle()
    assert.deepEqual(results, [{ guid: session.guid, end, outcome, card, charge }])
    const [attempt] = await attempts(session.guid)
    assert.deepEqual(JSON.parse(attempt?.answer ?? ''), answer)
    assert.equal((await row(session.guid))?.state, 'ended')
  })
}

test('the attempt is on disk, and the card number off it, before the gateway is asked', async (t) => {
  const seen: unknown[] = []
  const gateway = testGateway({
    async answers({ idempotencyKey }) {
      const [attempt] = await vault.attempts(session.guid)
      seen.push(attempt?.idempotency_key === idempotencyKey, attempt?.amount_minor, attempt?.answered_at)
      seen.push(Buffer.from((await vault.row(session.guid))?.sealed_fields ?? []).length > 0)
      return approval
    },
  })
  const vault = await startVault(t, { gateway })
  const session = await vault.open()
  press(session, wholeCard)
  await settle()
  const before = (await vault.row(session.guid))?.sealed_fields
  await session.pay()
  assert.deepEqual(seen, [true, 1240, null, true])
  assert.ok(before, 'the card number was kept, sealed, until then')
  const { sealed_fields, sealed_launch, result, refresh_tokens } = { ...(await vault.row(session.guid)) }
  assert.deepEqual([sealed_fields, sealed_launch, result, refresh_tokens], [null, null, null, ''])
})

test('the digits are overwritten as soon as the gateway has them', async (t) => {
  const held: Digits[] = []
  const buffers: Buffer[] = []
  const gateway = testGateway({
    answers({ card: { pan, expiry, securityCode } }) {
      held.push(pan, expiry, ...(securityCode ? [securityCode] : []))
      buffers.push(...held.map((digits) => digits.unsafeBytes()))
      return never()
    },
  })
  const { open } = await startVault(t, { gateway })
  const session = await open()
  press(session, `${wholeCard}1`)
  await settle()
  assert.equal(session.view().state, 'processing')
  assert.equal(buffers.length, 3)
  for (const buffer of buffers) assert.ok(buffer.every((byte) => byte === 0))
  for (const digits of held) assert.throws(() => digits.unsafeText(), /wiped/)
  assert.equal(inspect({ held }), '{ held: [ [digits], [digits], [digits] ] }')
})

test('whoever watches is told that the payment is being processed before its gateway answers, and once how it ended', async (t) => {
  let answer = (_: GatewayAnswer) => {}
  const gateway = testGateway({ answers: () => new Promise((resolve) => (answer = resolve)) })
  const { open } = await startVault(t, { gateway })
  const session = await open()
  press(session, wholeCard)
  const seen: string[] = []
  session.subscribe(({ state }) => seen.push(state))
  session.press('1')
  await settle()
  assert.deepEqual([...new Set(seen)], ['processing'])
  answer(approval)
  await settle()
  assert.deepEqual([...new Set(seen)], ['processing', 'ended'])
  assert.equal(seen.filter((state) => state === 'ended').length, 1)
})

test('paying twice charges once', async (t) => {
  const gateway = testGateway()
  const { open, results } = await startVault(t, { gateway })
  const session = await open()
  press(session, wholeCard)
  session.press('1')
  await Promise.all([session.pay(), session.pay()])
  await assert.rejects(session.pay())
  assert.equal(gateway.asked.length, 1)
  assert.equal(results.length, 1)
})

test('a gateway gets the order as it was launched, its reference on one line, and none where there is none', async (t) => {
  const gateway = testGateway()
  const { open } = await startVault(t, { gateway })
  const sum = { amountMinor: 1240, currency: 'GBP' }
  for (const order of [{ ...sum, reference: 'order\n1' }, sum]) {
    const session = await open({}, { order })
    press(session, wholeCard)
    await session.pay()
  }
  assert.deepEqual(
    gateway.asked.map(({ request }) => request.order),
    [{ ...sum, reference: 'order 1' }, sum],
  )
})

test('the key of a charge follows from the session alone', async (t) => {
  const gateway = testGateway()
  const { open } = await startVault(t, { gateway })
  const session = await open()
  press(session, wholeCard)
  await session.pay()
  assert.equal(gateway.asked[0]?.request.idempotencyKey, `${session.guid}-1`)
})

test('what could not be sent failed, for certain', async (t) => {
  for (const answers of [
    () => Promise.reject(new NotSent('no connection')),
    () => {
      throw new NotSent('no connection')
    },
  ]) {
    const gateway = testGateway({ answers })
    const { open, results } = await startVault(t, { gateway })
    const session = await open()
    press(session, wholeCard)
    await session.pay()
    assert.equal(results[0]?.end, 'payment-connector-error')
    assert.equal(results[0]?.outcome, 'failed')
    assert.deepEqual(results[0]?.charge, { gatewayCode: 'not-sent' })
    assert.deepEqual(gateway.reconciled, [])
  }
})

test('a gateway that fails after it was asked leaves the outcome unknown, unless reconciling tells', async (t) => {
  for (const [known, outcome] of [
    [undefined, 'unknown'],
    [approval, 'approved'],
  ] as const) {
    const gateway = testGateway({
      answers: () => Promise.reject(new TypeError('4111111111111111 was refused')),
      known: async () => known,
    })
    const { open, results, lines } = await startVault(t, { gateway })
    const session = await open()
    press(session, wholeCard)
    await session.pay()
    assert.equal(results[0]?.outcome, outcome)
    assert.deepEqual(gateway.reconciled, [`${session.guid}-1`])
    assert.ok(!lines.join('').includes('4111111111'), 'what a gateway throws is not logged')
  }
})

test('no answer in time is unknown, and a late answer is a second result', async (t) => {
  let answer = (_: GatewayAnswer) => {}
  const gateway = testGateway({ answers: () => new Promise((resolve) => (answer = resolve)) })
  const { open, clock, results, attempts, row } = await startVault(t, { gateway })
  const session = await open({ gatewayTimeoutSeconds: 10 })
  press(session, wholeCard)
  const paid = session.pay()
  await clock.advance(9_999)
  assert.deepEqual(results, [])
  await clock.advance(1)
  await paid
  const unknown = { guid: session.guid, end: 'payment-connector-error', outcome: 'unknown', card }
  assert.deepEqual(results, [unknown])
  assert.equal((await attempts(session.guid))[0]?.answered_at, null)
  await clock.advance(5_000)
  answer(approval)
  await settle()
  const charge = { gatewayReference: 'reference-1', authorisationCode: 'A1B2C3', captured: true }
  assert.deepEqual(results, [unknown, { ...unknown, outcome: 'approved', charge, correction: 'reconciled' }])
  assert.equal((await attempts(session.guid))[0]?.answered_at, clock.now())
  const { result, sealed_fields } = { ...(await row(session.guid)) }
  assert.deepEqual([result, sealed_fields], [null, null])
  await clock.advance(3_600_000)
  assert.deepEqual(gateway.reconciled, [], 'nobody looks for it any more')
})

test('an answer that comes after the outcome was found changes nothing', async (t) => {
  let answer = (_: GatewayAnswer) => {}
  const gateway = testGateway({
    answers: () => new Promise((resolve) => (answer = resolve)),
    known: async () => approval,
  })
  const { open, clock, results, attempts } = await startVault(t, { gateway })
  const session = await open({ gatewayTimeoutSeconds: 10 })
  press(session, `${wholeCard}1`)
  await clock.advance(40_000)
  answer({ status: 'declined', reason: 'do-not-honour' })
  await settle()
  assert.deepEqual(
    results.map(({ outcome }) => outcome),
    ['unknown', 'approved'],
  )
  assert.deepEqual(JSON.parse((await attempts(session.guid))[0]?.answer ?? ''), approval)
})

test('an unknown outcome is looked for until it is found, and reported once', async (t) => {
  let known: GatewayAnswer | undefined
  const gateway = testGateway({ answers: never, known: async () => known })
  const { open, clock, results } = await startVault(t, { gateway })
  const session = await open({ gatewayTimeoutSeconds: 10 })
  press(session, `${wholeCard}1`)
  await clock.advance(10_000)
  await clock.advance(29_999)
  assert.equal(gateway.reconciled.length, 0)
  await clock.advance(60_001)
  assert.equal(gateway.reconciled.length, 2)
  known = approval
  await clock.advance(3_600_000)
  await clock.advance(24 * 3_600_000)
  assert.deepEqual(
    results.map(({ outcome }) => outcome),
    ['unknown', 'approved'],
  )
  assert.equal(gateway.reconciled.length, 3)
})

test('an outcome that nobody ever knows is given up after three days', async (t) => {
  const gateway = testGateway({ answers: never })
  const { open, clock } = await startVault(t, { gateway })
  const session = await open()
  press(session, `${wholeCard}1`)
  await clock.advance(80 * 3_600_000)
  const tries = gateway.reconciled.length
  assert.ok(tries > 70 && tries < 100, `${tries} tries`)
  await clock.advance(24 * 3_600_000)
  assert.equal(gateway.reconciled.length, tries)
})

test('a result that is not taken is reported again until it is, and never overtakes a newer one', async (t) => {
  let answer = (_: GatewayAnswer) => {}
  const gateway = testGateway({ answers: () => new Promise((resolve) => (answer = resolve)) })
  const { open, clock, results, takeResultsBy, row } = await startVault(t, { gateway })
  const refused: string[] = []
  takeResultsBy(async ({ outcome }) => {
    refused.push(outcome)
    throw new Error('not at home')
  })
  const session = await open({ gatewayTimeoutSeconds: 10 })
  press(session, `${wholeCard}1`)
  await clock.advance(12_000)
  assert.deepEqual(refused, ['unknown', 'unknown'])
  assert.equal(JSON.parse((await row(session.guid))?.result ?? '').outcome, 'unknown')
  answer(approval)
  await settle()
  takeResultsBy(async () => {})
  await clock.advance(120_000)
  assert.deepEqual(
    results.map(({ outcome }) => outcome),
    ['approved'],
  )
  assert.equal((await row(session.guid))?.result, null)
})

test('a newer result waits until the one before it has been taken', async (t) => {
  let answer = (_: GatewayAnswer) => {}
  const gateway = testGateway({ answers: () => new Promise((resolve) => (answer = resolve)) })
  const { open, clock, results, takeResultsBy, row } = await startVault(t, { gateway })
  const gate = Promise.withResolvers<void>()
  takeResultsBy(() => gate.promise)
  const session = await open({ gatewayTimeoutSeconds: 10 })
  press(session, `${wholeCard}1`)
  await clock.advance(10_000)
  answer(approval)
  await settle()
  assert.deepEqual(results, [])
  gate.resolve()
  await settle()
  assert.deepEqual(
    results.map(({ outcome }) => outcome),
    ['unknown', 'approved'],
  )
  assert.equal((await row(session.guid))?.result, null)
})

test('a gateway that hangs is waited for no longer than a quarter of an hour', async (t) => {
  const gateway = testGateway({ answers: never })
  const { open, clock } = await startVault(t, { gateway })
  press(await open(), `${wholeCard}1`)
  await settle()
  const { signal } = gateway.asked[0]?.request ?? {}
  await clock.advance(14 * 60_000)
  assert.equal(signal?.aborted, false)
  await clock.advance(60_000)
  assert.equal(signal?.aborted, true)
})

test('a payment that a gateway has not heard of after twenty minutes never arrived, and failed', async (t) => {
  const gateway = testGateway({ answers: never, known: async () => ({ status: 'not-found' }) })
  const { open, clock, results } = await startVault(t, { gateway })
  const session = await open({ gatewayTimeoutSeconds: 10 })
  press(session, `${wholeCard}1`)
  await clock.advance(19 * 60_000)
  assert.deepEqual(
    results.map(({ outcome }) => outcome),
    ['unknown'],
  )
  await clock.advance(30 * 60_000)
  assert.equal(results.at(-1)?.outcome, 'failed')
  assert.equal(results.at(-1)?.charge?.gatewayCode, 'not-found')
})
