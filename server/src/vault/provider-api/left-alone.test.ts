import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../../../test/harness/test-eventually.ts'
import { callbackTo, startProviderApi, startReceiver, testFlow } from './test-provider-api.ts'

const minute = 60_000

/** A session whose callback met this answer, and another one to launch. */
async function startRefused(
  t: import('node:test').TestContext,
  status: number,
  headers: Readonly<Record<string, string>>,
) {
  const receiver = await startReceiver(t)
  receiver.answers({ status, headers })
  const flow = { ...testFlow, callback: callbackTo(`${receiver.url}?token=secret-of-the-url`) }
  const started = await startProviderApi(t, { flow })
  const { Id, session } = await started.launched()
  await session.cancel()
  await receiver.requests(1)
  await eventually(async () => (await started.callbackRows())[0]?.attempts === 1)
  return { ...started, receiver, Id }
}

for (const [status, value, wait] of [
  [503, '600', 10 * minute],
  [429, '120', 2 * minute],
  [302, '120', 2 * minute],
  [503, '999999', 60 * minute],
] as const) {
  test(`Retry-After: ${value} of a ${status} is kept to, for an hour at most, and the log says why`, async (t) => {
    const { clock, receiver, lines, callbackRows } = await startRefused(t, status, { 'retry-after': value })
    assert.equal((await callbackRows())[0]?.next_attempt_at, clock.now() + wait)
    await eventually(() => lines.some((line) => line.includes(`the receiver answered ${status} (`)))
    assert.ok(!lines.some((line) => line.includes('secret-of-the-url')))
    await clock.leap(wait - 2_000)
    assert.equal(receiver.received.length, 1)
    await clock.leap(4_000)
    await receiver.requests(2)
    await eventually(async () => (await callbackRows()).length === 0)
  })
}

test('a receiver that wants to be left alone is told nothing of other sessions either', async (t) => {
  const { clock, receiver, launched, callbackRows } = await startRefused(t, 429, { 'retry-after': '600' })
  const other = await launched()
  await other.session.cancel()
  await eventually(async () =>
    (await callbackRows()).every(({ next_attempt_at }) => next_attempt_at === clock.now() + 10 * minute),
  )
  assert.equal(receiver.received.length, 1)
  await clock.leap(10 * minute + 2_000)
  await receiver.requests(3)
})

test('410 ends the deliveries at once, and the result waits for its client to ask', async (t) => {
  const { clock, receiver, lines, callbackRows, get, launched, Id } = await startRefused(t, 410, {
    'retry-after': '5',
  })
  assert.equal((await callbackRows())[0]?.given_up_at, clock.now())
  await eventually(() => lines.some((line) => line.includes('410 (Gone), so nothing more is sent to it')))
  await clock.leap(60 * minute)
  assert.equal(receiver.received.length, 1)
  assert.equal((await get(Id)).json().Result.transactionResult, 'CANCELLED')
  assert.equal((await callbackRows()).length, 0)
  const other = await launched()
  await other.session.cancel()
  await receiver.requests(2)
})
