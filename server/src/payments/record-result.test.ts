import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { End, Outcome, SessionResult } from '@tonegate/protocol/outcome'
import type { Guid } from '../base/guid.ts'
import { approved, paymentData, startPayments } from './test-payments.ts'

const minute = 60_000

test('a session is Created, InProgress at the first key, and Finished at the end', async (t) => {
  const { open, get, payments, clock } = await startPayments(t)
  const { sessionGuid, providerSessionGuid } = await open()
  const stateNow = async () => (await get(sessionGuid)).json().sessionState
  assert.equal(await stateNow(), 'Created')
  await clock.advance(1000)
  await payments.reports.recordProgress(providerSessionGuid)
  assert.equal(await stateNow(), 'InProgress')
  await payments.reports.recordProgress(providerSessionGuid)
  await payments.reports.recordResult(approved(providerSessionGuid))
  assert.equal(await stateNow(), 'Finished')
  await payments.reports.recordProgress(providerSessionGuid)
  assert.equal(await stateNow(), 'Finished')
})

for (const [end, outcome, state] of [
  ['success', 'approved', 'Finished'],
  ['success', 'declined', 'Finished'],
  ['success', 'review', 'Finished'],
  ['payment-connector-error', 'unknown', 'Error'],
  ['payment-connector-error', 'failed', 'Error'],
  ['internal-error', 'failed', 'Error'],
  ['too-many-failed-attempts', 'failed', 'Error'],
  ['timeout', 'failed', 'TimeOut'],
  ['expired', 'failed', 'ExpiredOnProviderSide'],
  ['cancelled', 'cancelled', 'Cancelled'],
] as const satisfies readonly (readonly [End, Outcome, string])[]) {
  test(`${end} with the outcome ${outcome} ends in ${state}, and no later report changes it`, async (t) => {
    const { open, get, payments, clock } = await startPayments(t)
    const { sessionGuid, providerSessionGuid } = await open()
    await payments.reports.recordResult({ guid: providerSessionGuid, end, outcome })
    const ended = (await get(sessionGuid)).json()
    assert.equal(ended.sessionState, state)
    assert.equal(ended.paymentResultData.paymentOutcome, outcome)
    await clock.advance(1000)
    await payments.reports.recordResult({ guid: providerSessionGuid, end: 'cancelled', outcome: 'unknown' })
    await payments.reports.recordProgress(providerSessionGuid)
    assert.deepEqual((await get(sessionGuid)).json(), ended)
  })
}

test('an outcome that was unknown and becomes known replaces the result, not the state', async (t) => {
  const { open, get, payments, clock } = await startPayments(t)
  const { sessionGuid, providerSessionGuid } = await open()
  const lost: SessionResult = {
    guid: providerSessionGuid,
    end: 'payment-connector-error',
    outcome: 'unknown',
  }
  await payments.reports.recordResult(lost)
  const before = (await get(sessionGuid)).json()
  assert.equal(before.paymentResultData.paymentOutcome, 'unknown')
  assert.equal(before.paymentResultData.decision, 'ERROR')
  await clock.advance(minute)
  await payments.reports.recordResult(approved(providerSessionGuid))
  const after = (await get(sessionGuid)).json()
  assert.equal(after.sessionState, 'Error')
  assert.equal(after.paymentResultData.paymentOutcome, 'approved')
  assert.equal(after.paymentResultData.Amount, '1240')
  assert.equal(after.paymentResultData.FirstName, 'John')
  assert.ok(after.lastUpdatedOn > before.lastUpdatedOn)
  await payments.reports.recordResult({ ...approved(providerSessionGuid), outcome: 'declined' })
  assert.deepEqual((await get(sessionGuid)).json(), after)
})

test('an outcome that becomes known after the result was removed can be read for 15 minutes', async (t) => {
  const { open, get, payments, clock } = await startPayments(t)
  payments.start()
  const { sessionGuid, providerSessionGuid } = await open()
  const lost = { guid: providerSessionGuid, end: 'payment-connector-error', outcome: 'unknown' } as const
  await payments.reports.recordResult(lost)
  await clock.advance(20 * minute)
  assert.equal((await get(sessionGuid)).json().paymentResultData, undefined)
  await payments.reports.recordResult(approved(providerSessionGuid))
  const { paymentResultData } = (await get(sessionGuid)).json()
  assert.equal(paymentResultData.paymentOutcome, 'approved')
  assert.equal(paymentResultData.requestID, 'ref-1')
  assert.equal(paymentResultData.FirstName, undefined)
  await clock.advance(15 * minute)
  assert.equal((await get(sessionGuid)).json().paymentResultData, undefined)
})

test('money that moved in a session told to be cancelled is said loudly in the log', async (t) => {
  const { open, get, payments, lines } = await startPayments(t)
  const { sessionGuid, providerSessionGuid } = await open()
  await payments.reports.recordResult({ guid: providerSessionGuid, end: 'cancelled', outcome: 'cancelled' })
  await payments.reports.recordResult(approved(providerSessionGuid))
  assert.equal((await get(sessionGuid)).json().sessionState, 'Cancelled')
  assert.ok(lines.some((line) => line.includes('"level":50') && line.includes(sessionGuid)))
})

test('a result that comes before its session is committed waits for it', async (t) => {
  const { open, get, payments, behaviour } = await startPayments(t)
  let reported: Promise<unknown> | undefined
  behaviour.launch = (_, guid) => {
    reported = Promise.all([
      payments.reports.recordProgress(guid),
      payments.reports.recordResult(approved(guid)),
    ])
  }
  const { sessionGuid } = await open()
  await reported
  assert.equal((await get(sessionGuid)).json().sessionState, 'Finished')
})

test('a provider that waits for its own early report is not waited for longer than five seconds', async (t) => {
  const { open, payments, behaviour, clock } = await startPayments(t)
  behaviour.launch = (_, guid) => payments.reports.recordProgress(guid)
  const opening = open()
  await clock.advance(5000)
  await opening
})

for (const result of [
  approved,
  (guid: Guid) => ({ guid, end: 'cancelled', outcome: 'cancelled' }) as const,
]) {
  test(`a result of a session that nobody knows is refused, so that its teller keeps it: ${result('' as Guid).outcome}`, async (t) => {
    const { payments, newGuid, lines, sessions } = await startPayments(t)
    const guid: Guid = newGuid()
    await assert.rejects(payments.reports.recordResult(result(guid)), { code: 'not-found' })
    await payments.reports.recordProgress(guid)
    assert.equal(await sessions(), 0)
    const said = lines.map((line) => JSON.parse(line)).filter((line) => line.providerSessionGuid === guid)
    assert.deepEqual(
      said.map(({ level, outcome }) => [level, outcome]),
      [[50, result(guid).outcome]],
    )
  })
}

test('the end of a session that was launched and never opened is taken', async (t) => {
  const { payments, newGuid, behaviour, post, sessions, lines } = await startPayments(t)
  behaviour.cancel = (guid) => payments.reports.recordResult({ guid, end: 'cancelled', outcome: 'cancelled' })
  behaviour.durable = Promise.reject(new Error('the disk is full'))
  behaviour.durable.catch(() => {})
  const answer = await post({ agentId: newGuid(), skipCallTransfer: true, paymentData })
  assert.equal(answer.statusCode, 500)
  assert.equal(await sessions(), 0)
  assert.ok(!lines.some((line) => line.includes('could not be ended') || line.includes('unknown session')))
})

test('what was sent comes back with the result, null as an empty text', async (t) => {
  const { open, get, payments } = await startPayments(t)
  const sent = { ...paymentData, Street2: null, Street3: '', Floor: 3, constructor: 'c' }
  const { sessionGuid, providerSessionGuid } = await open({ paymentData: sent })
  await payments.reports.recordResult(approved(providerSessionGuid))
  const { paymentResultData } = (await get(sessionGuid)).json()
  for (const [name, value] of Object.entries(paymentResultData)) assert.equal(typeof value, 'string', name)
  assert.equal(paymentResultData.Street1, 'Hubska 52')
  assert.equal(paymentResultData.Street2, '')
  assert.equal(paymentResultData.Street3, '')
  assert.equal(paymentResultData.Floor, '3')
  assert.equal(paymentResultData.Amount, '1240')
  assert.equal(paymentResultData.constructor, 'c')
})

test('money that moved in a session that was cancelled, and could not be refunded, is told', async (t) => {
  const { open, get, payments } = await startPayments(t)
  const { sessionGuid, providerSessionGuid } = await open()
  await payments.reports.recordResult({ guid: providerSessionGuid, end: 'cancelled', outcome: 'cancelled' })
  const told = { ...approved(providerSessionGuid), end: 'cancelled', correction: 'reconciled' } as const
  await payments.reports.recordResult(told)
  const status = (await get(sessionGuid)).json()
  assert.deepEqual([status.sessionState, status.paymentResultData.paymentOutcome], ['Cancelled', 'approved'])
})

test('a result that reaches another node before its session is committed is refused, and taken when it comes again', async (t) => {
  const one = await startPayments(t)
  const other = await startPayments(t, { beside: one })
  const mayGoOn = Promise.withResolvers<void>()
  const launched = Promise.withResolvers<Guid>()
  one.behaviour.launch = async (_, guid) => {
    launched.resolve(guid)
    await mayGoOn.promise
  }
  const opening = one.open()
  const result = approved(await launched.promise)
  await assert.rejects(other.payments.reports.recordResult(result), { code: 'not-found' })
  mayGoOn.resolve()
  const { sessionGuid } = await opening
  await other.payments.reports.recordResult(result)
  assert.equal((await one.get(sessionGuid)).json().sessionState, 'Finished')
})

test('a result of a session that another node asks a provider for is taken as soon as it is written', async (t) => {
  const one = await startPayments(t)
  const other = await startPayments(t, { beside: one })
  const mayGoOn = Promise.withResolvers<void>()
  const launched = Promise.withResolvers<Guid>()
  one.behaviour.distant = {
    follow: 'ask',
    isNamed: true,
    opened: async () => {},
    callOff: async () => undefined,
    adopt: async () => {},
  }
  one.behaviour.launch = async (_, guid) => {
    launched.resolve(guid)
    await mayGoOn.promise
  }
  const opening = one.open()
  const guid = await launched.promise
  const recorded = other.payments.reports.recordResult({ guid, end: 'cancelled', outcome: 'cancelled' })
  await one.clock.advance(1000)
  mayGoOn.resolve()
  const { sessionGuid } = await opening
  await one.clock.advance(1000)
  await recorded
  assert.equal((await one.get(sessionGuid)).json().sessionState, 'Cancelled')
})
