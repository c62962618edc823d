import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../../test/harness/test-eventually.ts'
import { Problem } from '../base/problem.ts'
import { approved, startPayments } from './test-payments.ts'

async function startWithReports(t: Parameters<typeof startPayments>[0]) {
  const started = await startPayments(t)
  const { behaviour, payments } = started
  behaviour.cancel = (guid) => payments.reports.recordResult({ guid, end: 'cancelled', outcome: 'cancelled' })
  return started
}

test('an open session is cancelled, with the status as the answer', async (t) => {
  const { open, cancel, cancelled, get } = await startWithReports(t)
  const { sessionGuid, providerSessionGuid } = await open()
  const answer = await cancel(sessionGuid)
  assert.equal(answer.statusCode, 200)
  assert.equal(answer.json().sessionState, 'Cancelled')
  assert.equal(answer.json().paymentResultData.paymentOutcome, 'cancelled')
  assert.deepEqual(cancelled, [providerSessionGuid])
  assert.deepEqual((await get(sessionGuid)).json(), answer.json())
})

test('cancelling needs no body, and takes any', async (t) => {
  const { open, cancel } = await startWithReports(t)
  for (const request of [
    {},
    { headers: { 'content-type': 'application/json' } },
    { headers: { 'content-type': 'application/json' }, payload: '' },
    { headers: { 'content-type': 'application/json' }, payload: '{}' },
    { headers: { 'content-type': 'application/json' }, payload: '{not json' },
    { headers: { 'content-type': 'text/plain' }, payload: 'stop' },
    { headers: { 'content-type': 'application/x-www-form-urlencoded' }, payload: 'a=1' },
  ]) {
    const { sessionGuid } = await open()
    const answer = await cancel(sessionGuid, request)
    assert.equal(answer.statusCode, 200, JSON.stringify(request))
  }
})

test('a body that nobody reads has a limit too', async (t) => {
  const { open, cancel } = await startWithReports(t)
  const { sessionGuid } = await open()
  const answer = await cancel(sessionGuid, {
    headers: { 'content-type': 'text/plain' },
    payload: 'x'.repeat(70_000),
  })
  assert.equal(answer.statusCode, 413)
})

test('a cancelled session may be cancelled again', async (t) => {
  const { open, cancel, cancelled } = await startWithReports(t)
  const { sessionGuid } = await open()
  const first = await cancel(sessionGuid)
  assert.equal((await cancel(sessionGuid)).body, first.body)
  assert.equal(cancelled.length, 1)
})

test('a session that has ended otherwise is not cancelled', async (t) => {
  const { open, cancel, payments, cancelled, get } = await startWithReports(t)
  const { sessionGuid, providerSessionGuid } = await open()
  await payments.reports.recordResult(approved(providerSessionGuid))
  const answer = await cancel(sessionGuid)
  assert.equal(answer.statusCode, 409)
  assert.match(answer.json().type, /#session-ended$/)
  assert.match(answer.json().detail, /Finished/)
  assert.deepEqual(cancelled, [])
  assert.equal((await get(sessionGuid)).json().sessionState, 'Finished')
})

test('a payment that wins the race against the cancellation is not reported as cancelled', async (t) => {
  const { open, cancel, payments, behaviour, get } = await startWithReports(t)
  const { sessionGuid } = await open()
  behaviour.cancel = (guid) => payments.reports.recordResult(approved(guid))
  assert.equal((await cancel(sessionGuid)).statusCode, 409)
  assert.equal((await get(sessionGuid)).json().paymentResultData.paymentOutcome, 'approved')
})

test('once the gateway has been asked nothing can be cancelled', async (t) => {
  const { open, cancel, behaviour, get } = await startWithReports(t)
  const { sessionGuid } = await open()
  behaviour.cancel = () => {
    throw new Problem('not-possible-now', 'The gateway has been asked.')
  }
  const answer = await cancel(sessionGuid)
  assert.equal(answer.statusCode, 409)
  assert.match(answer.json().type, /#not-possible-now$/)
  assert.equal((await get(sessionGuid)).json().sessionState, 'Created')
})

test('a provider’s report is waited for, but not longer than five seconds', async (t) => {
  const { open, cancel, behaviour, payments, clock } = await startWithReports(t)
  const first = await open()
  behaviour.cancel = (guid) => {
    clock.after(
      2000,
      () => void payments.reports.recordResult({ guid, end: 'cancelled', outcome: 'cancelled' }),
    )
  }
  const waiting = cancel(first.sessionGuid)
  await clock.advance(2000)
  assert.equal((await waiting).json().sessionState, 'Cancelled')

  const second = await open()
  behaviour.cancel = () => {}
  const unanswered = cancel(second.sessionGuid)
  await clock.advance(5000)
  const { statusCode, headers, body } = await unanswered
  assert.deepEqual([statusCode, headers['retry-after']], [503, '1'])
  assert.match(body, /its end is not known yet/)
})

test('an end that another node records is answered as soon as it is there', async (t) => {
  const one = await startWithReports(t)
  const other = await startPayments(t, { beside: one })
  const { sessionGuid } = await one.open()
  one.behaviour.cancel = (guid) =>
    other.payments.reports.recordResult({ guid, end: 'cancelled', outcome: 'cancelled' })
  const waiting = one.cancel(sessionGuid)
  assert.equal((await waiting).json().sessionState, 'Cancelled')

  const later = await one.open()
  one.behaviour.cancel = (guid) => {
    one.clock.after(
      2000,
      () => void other.payments.reports.recordResult({ guid, end: 'cancelled', outcome: 'cancelled' }),
    )
  }
  let answer: Awaited<typeof waiting> | undefined
  void one.cancel(later.sessionGuid).then((given) => {
    answer = given
  })
  await eventually(async () => {
    await one.clock.advance(500)
    return answer
  })
  assert.equal(answer?.json().sessionState, 'Cancelled')
})

test('what was authorised and not captured is voided afterwards; the state stays', async (t) => {
  const { open, cancel, payments, behaviour, get } = await startPayments(t)
  const { sessionGuid, providerSessionGuid } = await open()
  await payments.reports.recordResult(approved(providerSessionGuid))
  assert.equal((await get(sessionGuid)).json().paymentResultData.paymentOutcome, 'approved')
  behaviour.cancelAfterwards = async (guid) => {
    const { charge } = approved(guid)
    const voided = { guid, end: 'success', outcome: 'cancelled', correction: 'voided' } as const
    await payments.reports.recordResult({ ...voided, ...(charge && { charge }) })
    return 'voided'
  }
  const answer = await cancel(sessionGuid)
  assert.equal(answer.statusCode, 200)
  const { sessionState, paymentResultData } = answer.json()
  assert.equal(sessionState, 'Finished')
  assert.equal(paymentResultData.paymentOutcome, 'cancelled')
  assert.deepEqual([paymentResultData.cardBrand, paymentResultData.cardLast4], ['visa', '1111'])
  assert.deepEqual((await get(sessionGuid)).json(), answer.json(), 'nothing older is answered')
})

for (const [kind, text] of [
  ['refused', 'The gateway refused to void the authorisation of this session.'],
  [
    'not-known',
    'The authorisation is being voided, but the gateway has not answered yet. Send the cancel request again to see the result.',
  ],
] as const) {
  test(`cancelling afterwards says so when what was authorised is not voided: ${kind}`, async (t) => {
    const { open, cancel, payments, behaviour } = await startPayments(t)
    const { sessionGuid, providerSessionGuid } = await open()
    await payments.reports.recordResult(approved(providerSessionGuid))
    behaviour.cancelAfterwards = async () => kind
    const answer = await cancel(sessionGuid)
    assert.equal(answer.statusCode, 409)
    assert.equal(answer.json().detail, text)
  })
}
