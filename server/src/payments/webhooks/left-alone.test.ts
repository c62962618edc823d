import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../../../test/harness/test-eventually.ts'
import { attemptText } from './attempt.ts'
import { answer } from './test-receiver.ts'
import { accountId, startWebhooks } from './test-webhooks.ts'

const second = 1000
const minute = 60 * second
const isDelivered = ({ state }: { readonly state: string }) => state === 'delivered'

/** A receiver that answers the first request so, and an ended session whose message it was. */
async function startRefused(t: import('node:test').TestContext, ...reply: Parameters<typeof answer>) {
  const started = await startWebhooks(t)
  started.payments.start()
  started.receiver.next.push(answer(...reply))
  const { sessionGuid } = await started.end()
  const failed = await started.logged(sessionGuid, ({ attempts }) => attempts.length === 1)
  return { ...started, sessionGuid, failed }
}

for (const [status, value, wait] of [
  [429, '600', 10 * minute],
  [503, '90', 90 * second],
  [500, '120', 2 * minute],
  [302, '120', 2 * minute],
  [503, '999999', 60 * minute],
] as const) {
  test(`Retry-After: ${value} of a ${status} is kept to, for an hour at most`, async (t) => {
    const { clock, receiver, logged, sessionGuid, failed } = await startRefused(t, status, '', {
      'retry-after': value,
    })
    assert.equal(failed.dueAt, clock.now() + wait)
    await clock.leap(wait - 2 * second)
    assert.equal(receiver.received.length, 1)
    await clock.leap(4 * second)
    await logged(sessionGuid, isDelivered)
    assert.equal(receiver.received.length, 2)
  })
}

test('Retry-After may be an HTTP date', async (t) => {
  const started = await startWebhooks(t)
  const { clock, payments, receiver, end, logged } = started
  payments.start()
  const at = Math.ceil((clock.now() + 20 * minute) / second) * second
  receiver.next.push(answer(503, '', { 'retry-after': new Date(at).toUTCString() }))
  const { sessionGuid } = await end()
  const { dueAt } = await logged(sessionGuid, ({ attempts }) => attempts.length === 1)
  assert.equal(dueAt, at)
})

for (const value of ['0', '1', '-5', 'soon', '1.5', '', 'Sun, 06 Nov 1994 08:49:37 GMT', '12, 13']) {
  test(`Retry-After: ${value || 'nothing'} brings no message sooner than it would come without`, async (t) => {
    const { clock, failed } = await startRefused(t, 503, '', { 'retry-after': value })
    const wait = (failed.dueAt ?? 0) - clock.now()
    assert.ok(wait >= 3.75 * second && wait <= 6.25 * second, String(wait))
  })
}

test('a receiver that wants to be left alone is sent nothing of other sessions either, and others are', async (t) => {
  const { clock, end, receiver, configure, logged } = await startRefused(t, 429, '', { 'retry-after': '600' })
  await configure({ url: `${receiver.url}/other` }, 2)
  const second1 = await end()
  const other = await end({}, 2)
  await logged(other.sessionGuid, isDelivered)
  assert.equal(receiver.received.length, 2)
  const { dueAt, attempts } = await logged(second1.sessionGuid, (newest) => (newest.dueAt ?? 0) > clock.now())
  assert.equal(attempts.length, 0)
  assert.ok((dueAt ?? 0) >= clock.now() + 9 * minute)
  await clock.leap(10 * minute + 2 * second)
  await logged(second1.sessionGuid, isDelivered)
})

test('410 ends the deliveries of a message at once; its data stay a while, and it can be sent again', async (t) => {
  const { clock, end, get, receiver, log, logged, lines, sessionGuid } = await startRefused(t, 410, '', {
    'retry-after': '60',
  })
  const gone = await logged(sessionGuid, ({ state }) => state === 'given-up')
  assert.equal(gone.dueAt, null)
  assert.equal(
    attemptText(gone.attempts[0] ?? assert.fail()),
    'the receiver answered 410 (Gone), so nothing more is sent to it',
  )
  await eventually(() =>
    lines.some((line) => line.includes('answered 410 (Gone)') && line.includes('"level":50')),
  )
  await clock.leap(14 * minute)
  assert.equal(receiver.received.length, 1)
  assert.equal((await get(sessionGuid)).json().paymentResultData.paymentOutcome, 'approved')
  const next = await end()
  await logged(next.sessionGuid, isDelivered)
  assert.equal((await log.redeliver(sessionGuid)).outcome, 'due')
  await clock.leap(2 * second)
  await logged(sessionGuid, isDelivered)
  await clock.leap(20 * minute)
  assert.equal((await get(sessionGuid)).json().paymentResultData, undefined)
  assert.equal((await log.list(accountId, undefined)).length, 2)
})

test('a later message of a session whose first met a 410 is sent', async (t) => {
  const { payments, receiver, clock, open, logged } = await startWebhooks(t)
  payments.start()
  receiver.next.push(answer(410))
  const { sessionGuid, providerSessionGuid } = await open()
  const unknown = { guid: providerSessionGuid, end: 'payment-connector-error', outcome: 'unknown' } as const
  await payments.reports.recordResult(unknown)
  await logged(sessionGuid, ({ state }) => state === 'given-up')
  await payments.reports.recordResult({ ...unknown, outcome: 'failed', correction: 'reconciled' })
  await clock.leap(2 * second)
  await logged(sessionGuid, isDelivered)
  assert.equal(receiver.received.length, 2)
})
