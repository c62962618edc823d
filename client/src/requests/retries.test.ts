import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testStart } from '../test-clock.ts'
import { type Answering, json, paid, problem, sessionGuid, startApi, status } from '../test-servers.ts'

const created = {
  sessionGuid,
  providerSessionGuid: sessionGuid,
  iframeUrl: 'https://pay.example.com/view',
  agentAccessToken: 'a',
  agentRefreshToken: 'b',
  paymentFormUrl: 'https://pay.example.com/form',
}

/** Answers so often as given by something else, and then well. */
function afterwards(times: number, first: Answering, last: unknown): Answering {
  let left = times
  return (asked, response) => {
    left -= 1
    return left >= 0 ? first(asked, response) : json(response, last)
  }
}

const busy = (headers: Record<string, string> = {}, code = 'overloaded', at = 503): Answering => {
  return (_, response) => json(response, problem(code, 'Busy.'), at, headers)
}

for (const [name, bad] of [
  ['429', busy({}, 'quota-exceeded', 429)],
  [
    '502 of a proxy',
    (_: unknown, response: Parameters<Answering>[1]) => response.writeHead(502).end('<h1>Bad</h1>'),
  ],
  ['503', busy()],
  ['504', (_: unknown, response: Parameters<Answering>[1]) => response.writeHead(504).end()],
  ['a broken connection', (_: unknown, response: Parameters<Answering>[1]) => response.destroy()],
] as const) {
  test(`after ${name} the request is sent again, each time after twice the time`, async (t) => {
    const { tonegate, clock, asked } = await startApi(t, afterwards(3, bad, paid))
    assert.equal((await tonegate.getSession(sessionGuid)).sessionState, 'Finished')
    assert.equal(asked().length, 4)
    assert.deepEqual(clock.waits, [500, 1000, 2000])
  })
}

test('tries are bounded, and the last answer is told', async (t) => {
  const { tonegate, asked } = await startApi(t, busy())
  await assert.rejects(tonegate.getSession(sessionGuid), { kind: 'problem', code: 'overloaded' })
  assert.equal(asked().length, 4)
})

test('a session is opened with the same Idempotency-Key in each try, and another one the next time', async (t) => {
  const { tonegate, asked } = await startApi(t, afterwards(2, busy(), created))
  const session = { agentId: 'agent7', paymentData: { Amount: '12.40' } }
  await tonegate.createSession(session)
  await tonegate.createSession(session)
  await tonegate.createSession(session, { idempotencyKey: 'order-1001' })
  const keys = asked().map(({ headers }) => String(headers['idempotency-key']))
  assert.match(keys[0] ?? '', /^[0-9a-f-]{36}$/)
  assert.deepEqual(keys, [keys[0], keys[0], keys[0], keys[3], 'order-1001'])
  assert.notEqual(keys[0], keys[3])
})

test('each request that moves something has a key', async (t) => {
  const ordered = { operation: {}, payment: {} }
  const { tonegate, asked } = await startApi(t, ({ path }, response) =>
    json(response, /(capture|refund|void)$/.test(path) ? ordered : created),
  )
  await tonegate.createDigitalSession({ agentId: 'agent7', paymentData: { Amount: '12.40' } })
  await tonegate.capturePayment(sessionGuid)
  await tonegate.refundPayment(sessionGuid, { amount: '5.00' })
  await tonegate.voidPayment(sessionGuid)
  assert.ok(asked().every(({ headers }) => headers['idempotency-key']))
  assert.deepEqual(
    asked().map(({ body }) => body),
    ['{"agentId":"agent7","paymentData":{"Amount":"12.40"}}', '{}', '{"amount":"5.00"}', '{}'],
  )
})

test('while the first try is still at work, its answer is waited for', async (t) => {
  const stillRunning = busy({}, 'idempotency-in-progress', 409)
  const { tonegate, asked } = await startApi(t, afterwards(1, stillRunning, created))
  await tonegate.createSession({ agentId: 'agent7', paymentData: { Amount: '12.40' } })
  assert.equal(asked().length, 2)
})

test('a link is not sent again by itself, unless nothing was done', async (t) => {
  const failing = await startApi(t, (_, response) => response.destroy())
  await assert.rejects(failing.tonegate.resendLink(sessionGuid), { kind: 'network' })
  assert.equal(failing.asked().length, 1)
  const full = await startApi(t, busy())
  await assert.rejects(full.tonegate.resendLink(sessionGuid), { code: 'overloaded' })
  assert.equal(full.asked().length, 1)
  const limited = await startApi(t, afterwards(1, busy({}, 'quota-exceeded', 429), { channel: 'sms' }))
  assert.equal((await limited.tonegate.resendLink(sessionGuid, { to: '+48500000000' })).channel, 'sms')
  assert.equal(limited.asked().length, 2)
})

for (const [code, at] of [
  ['provider-refused', 502],
  ['not-found', 404],
  ['invalid-request', 400],
  ['internal-error', 500],
] as const) {
  test(`${code} does not pass by itself: it is told at once`, async (t) => {
    const { tonegate, asked } = await startApi(t, busy({}, code, at))
    await assert.rejects(tonegate.getSession(sessionGuid), { code })
    assert.equal(asked().length, 1)
  })
}

for (const [what, headers, wait] of [
  ['seconds', { 'retry-after': '7' }, 7000],
  [
    'a date, by the server’s own clock',
    { 'retry-after': 'Thu, 15 Jan 2026 12:00:09 GMT', date: 'Thu, 15 Jan 2026 12:00:00 GMT' },
    9000,
  ],
  [
    'a date that is past',
    { 'retry-after': 'Thu, 15 Jan 2026 11:00:00 GMT', date: 'Thu, 15 Jan 2026 12:00:00 GMT' },
    500,
  ],
  ['nonsense', { 'retry-after': '-3' }, 500],
  ['a number that would be a year', { 'retry-after': '2050.5' }, 500],
] as const) {
  test(`Retry-After is respected: ${what}`, async (t) => {
    const { tonegate, clock } = await startApi(t, afterwards(1, busy(headers, 'quota-exceeded', 429), paid))
    await tonegate.getSession(sessionGuid)
    assert.deepEqual(clock.waits, [wait])
  })
}

test('Retry-After as a date of a server without a clock is compared with this machine’s', async (t) => {
  const until = new Date(testStart + 4000).toUTCString()
  const answer: Answering = (asked, response) => {
    response.sendDate = false
    return afterOne(asked, response)
  }
  const afterOne = afterwards(1, busy({ 'retry-after': until }), paid)
  const { tonegate, clock } = await startApi(t, answer)
  await tonegate.getSession(sessionGuid)
  assert.deepEqual(clock.waits, [4000])
})

test('a server that asks for an hour is not waited for: the caller is told how long', async (t) => {
  const { tonegate, clock } = await startApi(t, busy({ 'retry-after': '3600' }))
  await assert.rejects(tonegate.getSession(sessionGuid), { code: 'overloaded', retryAfter: 3600 })
  assert.deepEqual(clock.waits, [])
})

test('a wait ends when its caller stops it', async (t) => {
  const stop = new AbortController()
  const { tonegate, asked } = await startApi(t, (one, response) => {
    busy()(one, response)
    response.once('close', () => stop.abort(new Error('Enough.')))
  })
  await assert.rejects(tonegate.getSession(sessionGuid, { signal: stop.signal }), /Enough/)
  assert.ok(asked().length < 4)
})

test('cancelling is tried again: a cancelled session can be cancelled', async (t) => {
  const { tonegate, asked } = await startApi(t, afterwards(1, busy(), status('Cancelled')))
  assert.equal((await tonegate.cancelSession(sessionGuid)).sessionState, 'Cancelled')
  assert.equal(asked().length, 2)
})
