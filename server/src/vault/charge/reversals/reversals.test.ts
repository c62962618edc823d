import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Guid } from '../../../base/guid.ts'
import { createTestTracer } from '../../../base/tracing/test-tracer.ts'
import type { FollowUp, FollowUpAnswer, GatewayAnswer } from '../../model/gateway.ts'
import type { Flow } from '../../model/launch.ts'
import { approval, press, settle, startVault, testGateway, wholeCard } from '../../test-vault.ts'

const done: FollowUpAnswer = { status: 'done' }
const refused: FollowUpAnswer = { status: 'refused', gatewayCode: 'already-captured' }

/** A gateway that answers a payment when the test lets it, and takes voids and refunds as the test says. */
function reversingGateway(
  answers: { readonly void?: FollowUpAnswer; readonly refund?: FollowUpAnswer } = {},
) {
  const asked: { readonly kind: string; readonly order: Omit<FollowUp, 'signal' | 'memory'> }[] = []
  let failures = 0
  let answer = (_: GatewayAnswer) => {}
  const followUp = (kind: 'void' | 'refund') => async (request: FollowUp) => {
    const { signal: _, memory: _memory, ...order } = request
    asked.push({ kind, order })
    if (failures > 0) {
      failures -= 1
      throw new Error('no connection')
    }
    return answers[kind] ?? done
  }
  const gateway = {
    ...testGateway({ answers: () => new Promise((resolve) => (answer = resolve)) }),
    void: followUp('void'),
    refund: followUp('refund'),
  }
  return {
    gateway,
    asked,
    answer: (given: GatewayAnswer) => answer(given),
    fail(times: number) {
      failures = times
    },
  }
}

/** A payment whose gateway has not answered in time. */
async function startUnanswered(
  t: TestContext,
  reversals = reversingGateway(),
  changes: Partial<Flow> = { lateApproval: 'void' },
) {
  const { tracer, spans } = createTestTracer()
  const vault = await startVault(t, { gateway: reversals.gateway, tracer })
  const session = await vault.open({ gatewayTimeoutSeconds: 10, ...changes })
  press(session, `${wholeCard}1`)
  await vault.clock.advance(10_000)
  assert.deepEqual(outcomes(vault), ['unknown'])
  return { ...reversals, vault, guid: session.guid, spans }
}

const outcomes = ({ results }: Awaited<ReturnType<typeof startVault>>) =>
  results.map(({ outcome }) => outcome)

test('an approval that comes too late is voided, and the result says so', async (t) => {
  const { vault, guid, asked, answer } = await startUnanswered(t)
  answer({ ...approval, captured: false })
  await settle()
  const { card, ...result } = { ...vault.results.at(-1) }
  assert.deepEqual(result, {
    guid,
    end: 'payment-connector-error',
    outcome: 'cancelled',
    charge: { gatewayReference: 'reference-1', authorisationCode: 'A1B2C3', captured: false },
    correction: 'voided',
  })
  assert.deepEqual(asked, [
    {
      kind: 'void',
      order: {
        idempotencyKey: `${guid}-1-void`,
        gatewayReference: 'reference-1',
        paymentKey: `${guid}-1`,
        amount: { amountMinor: 1240, currency: 'GBP' },
        authorised: { amount: { amountMinor: 1240, currency: 'GBP' }, captured: false },
      },
    },
  ])
})

test('one that cannot be voided any more is refunded', async (t) => {
  const { vault, asked, answer } = await startUnanswered(t, reversingGateway({ void: refused }))
  answer(approval)
  await settle()
  assert.deepEqual(outcomes(vault), ['unknown', 'cancelled'])
  assert.deepEqual(
    asked.map(({ kind }) => kind),
    ['void', 'refund'],
  )
})

test('one that is neither voided nor refunded stands as approved', async (t) => {
  const gateway = reversingGateway({ void: refused, refund: refused })
  const { vault, answer } = await startUnanswered(t, gateway)
  answer(approval)
  await settle()
  assert.deepEqual(outcomes(vault), ['unknown', 'approved'])
})

test('a gateway that does not answer is asked again with the same key, until it has', async (t) => {
  const { vault, asked, answer, fail, guid } = await startUnanswered(t)
  fail(3)
  answer(approval)
  await settle()
  assert.deepEqual(outcomes(vault), ['unknown'])
  await vault.clock.advance(30_000)
  await vault.clock.advance(60_000)
  assert.deepEqual(outcomes(vault), ['unknown'])
  await vault.clock.advance(120_000)
  assert.deepEqual(outcomes(vault), ['unknown', 'cancelled'])
  assert.deepEqual(new Set(asked.map(({ order }) => order.idempotencyKey)), new Set([`${guid}-1-void`]))
})

test('a gateway that never answers is asked for three days, at least once an hour, and an operator is told', async (t) => {
  const hour = 3_600_000
  const { vault, asked, answer, fail } = await startUnanswered(t)
  fail(1_000)
  answer(approval)
  await settle()
  await vault.clock.advance(71 * hour)
  const before = asked.length
  assert.ok(before > 71, `${before} tries in 71 hours`)
  const told = () =>
    vault.lines.filter((line) => line.includes('a payment could not be reversed: check it at the gateway'))
      .length
  assert.equal(told(), 0)
  await vault.clock.advance(2 * hour)
  assert.equal(told(), 1)
  const tries = asked.length
  assert.ok(tries > before)
  await vault.clock.advance(10 * hour)
  assert.equal(asked.length, tries)
  assert.deepEqual(outcomes(vault), ['unknown'])
})

test('the next process goes on where the one before it was reversals', async (t) => {
  const { vault, asked, answer, fail } = await startUnanswered(t, reversingGateway({ void: refused }))
  fail(1)
  answer(approval)
  await settle()
  await vault.restart()
  assert.deepEqual(outcomes(vault), ['unknown', 'cancelled'])
  assert.deepEqual(
    asked.map(({ kind }) => kind),
    ['void', 'void', 'refund'],
  )
})

for (const purpose of ['tokenise', 'verify'] as const) {
  test(`an approval that comes too late stands where no money moves (${purpose})`, async (t) => {
    const flow = { lateApproval: 'void', cancelAfterwards: 'void', purpose } as const
    const { vault, guid, asked, answer } = await startUnanswered(t, reversingGateway(), flow)
    answer({ ...approval, captured: false, token: 'token-1' })
    await settle()
    assert.deepEqual(outcomes(vault), ['unknown', 'approved'])
    assert.equal(vault.results.at(-1)?.charge?.token, 'token-1')
    assert.equal(await vault.vault.voidAuthorised(guid), 'nothing')
    await vault.restart()
    assert.deepEqual(asked, [])
  })
}

test('an approval of another amount is never believed; where the flow says so it is voided', async (t) => {
  const other: GatewayAnswer = { ...approval, amount: { amountMinor: 1, currency: 'GBP' } }
  for (const [lateApproval, known] of [
    ['record', ['unknown']],
    ['void', ['unknown', 'cancelled']],
  ] as const) {
    const reversals = reversingGateway()
    const vault = await startVault(t, { gateway: reversals.gateway })
    const session = await vault.open({ lateApproval })
    press(session, `${wholeCard}1`)
    await settle()
    reversals.answer(other)
    await settle()
    assert.deepEqual(outcomes(vault), known)
    assert.deepEqual(
      reversals.asked.map(({ order }) => order.amount),
      lateApproval === 'void' ? [{ amountMinor: 1, currency: 'GBP' }] : [],
    )
    assert.ok(vault.lines.some((line) => line.includes('a different amount')) || lateApproval === 'void')
  }
})

test('an approval of another amount that is neither voided nor refunded is not believed for that', async (t) => {
  const reversals = reversingGateway({ void: refused, refund: refused })
  const vault = await startVault(t, { gateway: reversals.gateway })
  press(await vault.open({ lateApproval: 'void' }), `${wholeCard}1`)
  await settle()
  reversals.answer({ ...approval, amount: { amountMinor: 620, currency: 'GBP' } })
  await settle()
  await vault.restart()
  assert.deepEqual(
    reversals.asked.map(({ kind }) => kind),
    ['void', 'refund'],
  )
  assert.deepEqual(new Set(outcomes(vault)), new Set(['unknown']))
  assert.ok(vault.lines.some((line) => line.includes('could not be reversed') && line.includes('refused')))
})

test('another currency is another sum', async (t) => {
  const reversals = reversingGateway()
  const vault = await startVault(t, { gateway: reversals.gateway })
  press(await vault.open(), `${wholeCard}1`)
  await settle()
  reversals.answer({ ...approval, amount: { amountMinor: 1240, currency: 'USD' } })
  await settle()
  assert.deepEqual(outcomes(vault), ['unknown'])
})

/** A session that has ended with an approval. */
async function startApproved(
  t: TestContext,
  changes: Partial<Flow>,
  { captured = false, reversals = reversingGateway() } = {},
) {
  const vault = await startVault(t, { gateway: reversals.gateway })
  const session = await vault.open(changes)
  press(session, `${wholeCard}1`)
  await settle()
  reversals.answer({ ...approval, captured })
  await settle()
  assert.deepEqual(outcomes(vault), ['approved'])
  return { vault, guid: session.guid, ...reversals }
}

test('what was authorised is voided when the session is cancelled afterwards, once', async (t) => {
  const { vault, guid, asked } = await startApproved(t, { purpose: 'authorise', cancelAfterwards: 'void' })
  assert.equal(await vault.vault.voidAuthorised(guid), 'voided')
  assert.equal(await vault.vault.voidAuthorised(guid), 'voided')
  assert.deepEqual(outcomes(vault), ['approved', 'cancelled'])
  assert.equal(vault.results.at(-1)?.end, 'success')
  assert.equal(new Set(asked.map(({ order }) => order.idempotencyKey)).size, 1)
})

test('nothing is voided that was captured, that the flow keeps, that was declined, or that is unknown', async (t) => {
  const taken = await startApproved(t, { cancelAfterwards: 'void' }, { captured: true })
  assert.equal(await taken.vault.vault.voidAuthorised(taken.guid), 'nothing')
  const kept = await startApproved(t, { purpose: 'authorise' })
  assert.equal(await kept.vault.vault.voidAuthorised(kept.guid), 'nothing')
  const unknown = await startUnanswered(t, reversingGateway(), { cancelAfterwards: 'void' })
  assert.equal(await unknown.vault.vault.voidAuthorised(unknown.guid), 'nothing')
  for (const { asked } of [taken, kept, unknown]) assert.deepEqual(asked, [])
})

test('a gateway that refuses a void leaves the result as it was, and nothing is refunded', async (t) => {
  const reversals = reversingGateway({ void: refused })
  const flow = { purpose: 'authorise', cancelAfterwards: 'void' } as const
  const { vault, guid, asked } = await startApproved(t, flow, { reversals })
  assert.equal(await vault.vault.voidAuthorised(guid), 'refused')
  assert.deepEqual(outcomes(vault), ['approved'])
  assert.deepEqual(
    asked.map(({ kind }) => kind),
    ['void'],
  )
})

test('whoever waits for a gateway that does not answer is told so; it goes on being asked', async (t) => {
  const flow = { purpose: 'authorise', cancelAfterwards: 'void' } as const
  const { vault, guid, fail } = await startApproved(t, flow)
  fail(1)
  const waiting = vault.vault.voidAuthorised(guid)
  await vault.clock.advance(10_000)
  assert.equal(await waiting, 'not-known')
  await vault.clock.advance(20_000)
  assert.deepEqual(outcomes(vault), ['approved', 'cancelled'])
})

test('one whose answer cannot be read is left to the operator, and the others are reversed', async (t) => {
  const reversals = reversingGateway()
  const { vault, guid, asked, answer, fail } = await startUnanswered(t, reversals)
  fail(1)
  answer({ ...approval, captured: false })
  await settle()
  const other = await vault.open()
  const spoil = vault.store.prepare((db, p: { guid: Guid }) =>
    db.updateTable('charge_attempt').set({ answer: '{"4111' }).where('capture_guid', '=', p.guid),
  )
  await vault.store.write((tx) => spoil.run(tx, { guid }))
  vault.lines.length = 0
  await vault.restart()
  assert.ok(vault.find(other.guid))
  assert.equal(asked.length, 1)
  const said = vault.lines.filter((line) => line.includes('its gateway’s answer cannot be read'))
  assert.deepEqual(
    said.map((line) => JSON.parse(line).capture),
    [guid],
  )
  assert.ok(!said.join('').includes('4111'))
})

test('a reversal is in the trace that led to it; the next process begins one for what was left', async (t) => {
  const reversals = reversingGateway()
  const { vault, guid, answer, fail, spans } = await startUnanswered(t, reversals)
  fail(1)
  answer({ ...approval, captured: false })
  await settle()
  await vault.restart()
  await vault.clock.advance(60_000)
  assert.deepEqual(outcomes(vault), ['unknown', 'cancelled'])
  const told = spans.filter(({ name }) => name === 'reverse payment')
  const nameOf = (spanId: string | undefined) => spans.find(({ place }) => place.spanId === spanId)?.name
  assert.deepEqual(
    told.map(({ attributes, parent }) => [attributes, nameOf(parent?.spanId)]),
    ['charge', undefined].map((parent) => [{ 'tonegate.capture_guid': guid }, parent]),
  )
  assert.ok(told.at(-1)?.isOver)
})
