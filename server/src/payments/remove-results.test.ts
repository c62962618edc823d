import assert from 'node:assert/strict'
import { test } from 'node:test'
import { approved, startPayments } from './test-payments.ts'

const minute = 60_000
const day = 24 * 60 * minute

test('the result is hidden 15 minutes after the end, at that very moment', async (t) => {
  const { open, get, payments, clock } = await startPayments(t)
  const { sessionGuid, providerSessionGuid } = await open()
  await clock.advance(20 * minute)
  await payments.reports.recordResult(approved(providerSessionGuid))
  await clock.advance(15 * minute - 1)
  assert.ok((await get(sessionGuid)).json().paymentResultData)
  await clock.advance(1)
  const { paymentResultData, ...rest } = (await get(sessionGuid)).json()
  assert.equal(paymentResultData, undefined)
  assert.equal(rest.sessionState, 'Finished')
  assert.equal(rest.createdOn, '2026-01-15T09:30:00.000000Z')
})

test('ids, times and state stay 90 days after the end, and are gone at that very moment', async (t) => {
  const { open, get, payments, clock } = await startPayments(t)
  const { sessionGuid, providerSessionGuid } = await open()
  await clock.advance(day)
  await payments.reports.recordResult(approved(providerSessionGuid))
  await clock.advance(90 * day - 1)
  assert.equal((await get(sessionGuid)).statusCode, 200)
  await clock.advance(1)
  assert.equal((await get(sessionGuid)).statusCode, 404)
})

test('an open session stays however old it is', async (t) => {
  const { open, get, payments, clock } = await startPayments(t)
  const { sessionGuid } = await open()
  await clock.advance(100 * day)
  payments.start()
  await clock.advance(minute)
  assert.equal((await get(sessionGuid)).json().sessionState, 'Created')
})

test('the sweep removes sessions after 90 days and idempotent answers after 24 hours', async (t) => {
  const { post, payments, clock, sessions, storedAnswers } = await startPayments(t)
  const body = { agentId: 'a', paymentData: { Amount: '12.40' }, skipCallTransfer: true }
  const opened = await post(body, { headers: { 'idempotency-key': 'k1' } })
  await payments.reports.recordResult(approved(opened.json().providerSessionGuid))
  await clock.advance(day - minute)
  payments.start()
  await clock.advance(0)
  assert.equal(await storedAnswers(), 1)
  await clock.advance(2 * minute)
  assert.equal(await storedAnswers(), 0)
  assert.equal(await sessions(), 1)
  await payments.close()
})

test('a sweep that fails is logged, and the next one does the work', async (t) => {
  const { open, payments, clock, store, lines, sessions } = await startPayments(t)
  const { providerSessionGuid } = await open()
  await payments.reports.recordResult(approved(providerSessionGuid))
  await clock.advance(91 * day)
  const { write } = store
  store.write = () => Promise.reject(new Error('the disk is full'))
  payments.start()
  await clock.advance(0)
  assert.ok(lines.some((line) => line.includes('the disk is full')))
  store.write = write
  await clock.advance(30_000)
  assert.equal(await sessions(), 0)
})

test('what was removed while the files were in use is scrubbed by the next sweep, and the files once only', async (t) => {
  const { open, payments, clock, store } = await startPayments(t)
  const { providerSessionGuid } = await open()
  await payments.reports.recordResult(approved(providerSessionGuid))
  payments.start()
  await clock.advance(14 * minute)
  const files = t.mock.method(store, 'scrub', () => Promise.reject(new Error('it is locked')))
  await clock.advance(minute)
  assert.equal(files.mock.callCount(), 1)
  files.mock.mockImplementation(async () => {})
  await clock.advance(30_000)
  assert.equal(files.mock.callCount(), 2)
  await clock.advance(minute)
  assert.equal(files.mock.callCount(), 2)
  await payments.close()
})
