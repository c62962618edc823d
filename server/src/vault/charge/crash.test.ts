import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GatewayAnswer } from '../model/gateway.ts'
import type { CrashPoint } from '../test-mortal.ts'
import { approval, press, settle, startVault, testGateway, visa, wholeCard } from '../test-vault.ts'

const outcomesOf = (results: readonly { outcome: string }[]) => results.map(({ outcome }) => outcome)

/** A vault whose gateway outlives it: what was charged there is known there. */
async function startPayment(t: Parameters<typeof startVault>[0]) {
  const ledger = new Map<string, GatewayAnswer>()
  const gateway = testGateway({
    async answers({ idempotencyKey }) {
      ledger.set(idempotencyKey, approval)
      return approval
    },
    known: async (key) => ledger.get(key),
  })
  const vault = await startVault(t, { gateway })
  const session = await vault.open()
  press(session, wholeCard)
  await settle()
  return { ...vault, gateway, ledger, session, guid: session.guid, current: () => vault.vault }
}

/** What must be true wherever the process died, once the next one has run for a while. */
async function assertSettled(payment: Awaited<ReturnType<typeof startPayment>>, outcome: string) {
  const { guid, gateway, row, results, current } = payment
  assert.ok(gateway.asked.length <= 1, 'the gateway was asked once at most')
  assert.equal(current().find(guid), undefined, 'the session has ended')
  const { state, sealed_launch, sealed_fields, result } = { ...(await row(guid)) }
  assert.equal(state, 'ended')
  assert.deepEqual([sealed_launch, result], [null, null])
  if (outcome !== 'unknown') assert.equal(sealed_fields, null)
  assert.ok(results.length > 0)
  for (const each of results) assert.equal(each.outcome, outcome)
  assert.deepEqual(results.at(-1)?.card, { brand: 'visa', last4: '1111', expiry: '1230' })
}

test('dying before the attempt is written loses nothing: the card is still there, but for its code', async (t) => {
  const payment = await startPayment(t)
  const { session, crashAt, restart, gateway, guid, find, results } = payment
  crashAt({ write: 1, when: 'before' })
  session.press('1')
  await restart()
  assert.equal(gateway.asked.length, 0)
  assert.deepEqual(gateway.reconciled, [])
  assert.deepEqual(results, [])
  const again = find(guid)
  const { pan, expiry, securityCode } = again.view().fields
  assert.deepEqual([pan.state, expiry.state, securityCode.state], ['complete', 'complete', 'asked'])
  press(again, '123#1')
  await settle()
  assert.equal(gateway.asked[0]?.pan, visa)
  await assertSettled(payment, 'approved')
})

for (const [line, point] of [
  ['after the attempt was written', { write: 1, when: 'after' }],
  ['before the gateway has the request', { gateway: 'before' }],
] as const satisfies [string, CrashPoint][]) {
  test(`dying ${line} is unknown: it is reconciled and never sent again`, async (t) => {
    const payment = await startPayment(t)
    const { session, crashAt, restart, gateway, guid, clock, ledger, results } = payment
    crashAt(point)
    session.press('1')
    await restart()
    assert.equal(gateway.asked.length, 0)
    await assertSettled(payment, 'unknown')
    assert.deepEqual(gateway.reconciled, [`${guid}-1`])
    ledger.set(`${guid}-1`, approval)
    await clock.advance(30_000)
    assert.deepEqual(outcomesOf(results), ['unknown', 'approved'])
  })
}

for (const [line, point] of [
  ['with the answer under way', { gateway: 'after' }],
  ['before the answer is written', { write: 2, when: 'before' }],
  ['after the answer was written', { write: 2, when: 'after' }],
  ['before the result is taken', { report: 'before' }],
  ['after the result was taken', { report: 'after' }],
  ['before the result is forgotten', { write: 3, when: 'before' }],
  ['after the result was forgotten', { write: 3, when: 'after' }],
] as const satisfies [string, CrashPoint][]) {
  test(`dying ${line} charges once and reports what became of it`, async (t) => {
    const payment = await startPayment(t)
    const { session, crashAt, restart, gateway } = payment
    crashAt(point)
    session.press('1')
    await restart()
    assert.equal(gateway.asked.length, 1)
    await assertSettled(payment, 'approved')
    await restart()
    await assertSettled(payment, 'approved')
    assert.ok(payment.results.length <= 2, 'it is not reported for ever')
  })
}

test('dying right after keys that came all at once leaves no card number on disk', async (t) => {
  const payment = await startPayment(t)
  const session = await payment.open()
  payment.crashAt({ gateway: 'after' })
  press(session, `${wholeCard}1`)
  await payment.restart()
  const result = payment.results.find(({ guid }) => guid === session.guid)
  assert.equal(result?.outcome, 'approved')
  assert.deepEqual(result?.card, { brand: 'visa', last4: '1111', expiry: '1230' })
})

test('a session that was processing when the process died shows that until its gateway has answered', async (t) => {
  let reconciled = (_: GatewayAnswer | undefined) => {}
  const gateway = testGateway({ known: () => new Promise((resolve) => (reconciled = resolve)) })
  const { open, crashAt, restart, find, results } = await startVault(t, { gateway })
  const session = await open()
  press(session, wholeCard)
  await settle()
  crashAt({ gateway: 'after' })
  session.press('1')
  await restart()
  const view = find(session.guid).view()
  assert.equal(view.state, 'processing')
  assert.equal(view.brand, 'visa')
  assert.equal(view.last4, '1111')
  assert.deepEqual(view.fields.pan, { state: 'complete', digits: 16, attemptsLeft: 3 })
  assert.equal(find(session.guid).press('1'), 'ignored')
  reconciled(approval)
  await settle()
  assert.deepEqual(outcomesOf(results), ['approved'])
})

test('a gateway that does not answer after a restart either leaves the outcome unknown', async (t) => {
  const gateway = testGateway({ known: () => new Promise(() => {}) })
  const { open, crashAt, restart, results, clock } = await startVault(t, { gateway })
  const session = await open()
  press(session, wholeCard)
  await settle()
  crashAt({ gateway: 'after' })
  session.press('1')
  await restart()
  await clock.advance(30_000)
  assert.deepEqual(outcomesOf(results), ['unknown'])
})

for (const [line, point, expected] of [
  ['before the unknown outcome is reported', { report: 'before' }, ['unknown', 'approved']],
  ['while the late answer is waited for', undefined, ['unknown', 'approved']],
] as const) {
  test(`dying ${line} reports it, and then what became of the payment`, async (t) => {
    const ledger = new Map<string, GatewayAnswer>()
    const gateway = testGateway({
      answers: () => new Promise(() => {}),
      known: async (key) => ledger.get(key),
    })
    const { open, crashAt, restart, results, clock, row } = await startVault(t, { gateway })
    const session = await open()
    press(session, wholeCard)
    await settle()
    if (point) crashAt(point)
    session.press('1')
    await clock.advance(30_000)
    ledger.set(`${session.guid}-1`, approval)
    await restart()
    await clock.advance(30_000)
    assert.deepEqual(outcomesOf(results), expected)
    assert.deepEqual(results.at(-1)?.card, { brand: 'visa', last4: '1111', expiry: '1230' })
    assert.equal((await row(session.guid))?.sealed_fields, null)
  })
}

test('dying between a late answer’s row and its report reports it at the next start', async (t) => {
  let answer = (_: GatewayAnswer) => {}
  const gateway = testGateway({ answers: () => new Promise((resolve) => (answer = resolve)) })
  const { open, crashAt, restart, results, clock } = await startVault(t, { gateway })
  const session = await open()
  press(session, `${wholeCard}1`)
  await clock.advance(30_000)
  assert.deepEqual(outcomesOf(results), ['unknown'])
  crashAt({ write: 1, when: 'after' })
  answer(approval)
  await restart()
  assert.deepEqual(outcomesOf(results), ['unknown', 'approved'])
  assert.equal(gateway.reconciled.length, 0, 'the answer was on disk')
})

for (const when of ['before', 'after'] as const) {
  test(`dying ${when} a cancellation is written leaves all of it or nothing, never half`, async (t) => {
    const payment = await startPayment(t)
    const { session, crashAt, restart, guid, results, row, current } = payment
    crashAt({ write: 1, when })
    void session.cancel()
    await restart()
    const { state, sealed_launch, sealed_fields } = { ...(await row(guid)) }
    if (when === 'before') {
      assert.equal(state, 'open')
      assert.ok(current().find(guid))
      assert.deepEqual(results, [])
    } else {
      assert.deepEqual([state, sealed_launch, sealed_fields], ['ended', null, null])
      assert.deepEqual(outcomesOf(results), ['cancelled'])
    }
  })
}

test('an attempt that cannot be written is not sent, and the payment can be taken again', async (t) => {
  const { session, failWrites, gateway, results, guid, row } = await startPayment(t)
  failWrites(1)
  await assert.rejects(session.pay(), /disk is full/)
  assert.equal(gateway.asked.length, 0)
  assert.equal(session.view().state, 'confirming')
  await settle()
  assert.ok((await row(guid))?.sealed_fields, 'the card is kept as before')
  await session.pay()
  assert.deepEqual(outcomesOf(results), ['approved'])
  assert.equal(gateway.asked[0]?.securityCode, '123')
})

test('a card that was typed at the moment of an attempt that failed is kept all the same', async (t) => {
  const { open, failWrites, row } = await startVault(t)
  const session = await open()
  press(session, wholeCard)
  failWrites(1)
  await assert.rejects(session.pay(), /disk is full/)
  await settle()
  assert.ok((await row(session.guid))?.sealed_fields)
})

test('an answer that cannot be written is not shown, and written as soon as that is possible', async (t) => {
  const { session, failWrites, clock, results, guid, row, ledger } = await startPayment(t)
  const gate = Promise.withResolvers<void>()
  ledger.set = (key, answer) => {
    failWrites(2)
    gate.resolve()
    return Map.prototype.set.call(ledger, key, answer)
  }
  const paid = session.pay()
  await gate.promise
  await settle()
  assert.equal(session.view().state, 'processing')
  assert.equal((await row(guid))?.state, 'open')
  await clock.advance(1_000)
  assert.equal(session.view().state, 'processing')
  await clock.advance(1_000)
  await paid
  assert.equal((await row(guid))?.state, 'ended')
  assert.deepEqual(outcomesOf(results), ['approved'])
})

test('an answer that cannot be written before the process closes is found by the next one', async (t) => {
  const payment = await startPayment(t)
  const { session, failWrites, restart, ledger, current, results } = payment
  const gate = Promise.withResolvers<void>()
  ledger.set = (key, answer) => {
    failWrites(1_000)
    gate.resolve()
    return Map.prototype.set.call(ledger, key, answer)
  }
  const paid = assert.rejects(session.pay(), /disk is full/)
  await gate.promise
  await current().close()
  await paid
  assert.deepEqual(results, [])
  await restart()
  await assertSettled(payment, 'approved')
})
