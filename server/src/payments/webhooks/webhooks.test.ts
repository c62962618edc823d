import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { eventually } from '../../../test/harness/test-eventually.ts'
import { approved, keypadConfiguration } from '../test-payments.ts'
import { attemptText } from './attempt.ts'
import { answer, type Received } from './test-receiver.ts'
import { accountId, startWebhooks } from './test-webhooks.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

const idOf = (message: Received | undefined) => message?.headers['webhook-id']
const isDelivered = ({ state }: { readonly state: string }) => state === 'delivered'

/** Verifies a message as its receiver does, at a moment. @throws when it is a forgery, or too old. */
function verify(t: TestContext, secret: string, message: Received | undefined, at: number): unknown {
  assert.ok(message)
  t.mock.timers.enable({ apis: ['Date'], now: at })
  try {
    return new Webhook(secret).verify(message.body, message.headers as Record<string, string>)
  } finally {
    t.mock.timers.reset()
  }
}

test('the end of a session is told with the status that GET answers at that time, byte for byte', async (t) => {
  const { end, get, receiver, payments, putOnCall, open } = await startWebhooks(t)
  const { sessionGuid } = await end()
  const [message] = await receiver.got(1)
  assert.equal(message?.body, (await get(sessionGuid)).body)
  assert.equal(message?.method, 'POST')
  assert.equal(message?.path, '/paid?token=query-of-the-url')
  assert.equal(message?.headers['content-type'], 'application/json')
  putOnCall('agent8')
  const onCall = await open({ agentId: 'agent8', skipCallTransfer: false })
  await payments.reports.recordProgress(onCall.providerSessionGuid)
  await payments.reports.recordResult({ ...approved(onCall.providerSessionGuid), outcome: 'declined' })
  const [, next] = await receiver.got(2)
  assert.match(next?.body ?? '', /"callGuid":"/)
  assert.equal(next?.body, (await get(onCall.sessionGuid)).body)
})

test('the public library of Standard Webhooks takes what is sent, and no changed body, other secret or replay', async (t) => {
  const { end, get, receiver, secret, clock } = await startWebhooks(t)
  const { sessionGuid } = await end()
  const [message] = await receiver.got(1)
  assert.deepEqual(verify(t, secret, message, clock.now()), (await get(sessionGuid)).json())
  assert.ok(message)
  const forged = { ...message, body: message.body.replace('approved', 'declined') }
  assert.throws(() => verify(t, secret, forged, clock.now()), /No matching signature/)
  assert.throws(
    () => verify(t, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', message, clock.now()),
    /No matching/,
  )
  assert.throws(() => verify(t, secret, message, clock.now() + 6 * minute), /too old/)
})

test('while there are two signing secrets either verifies; the older one goes when it is removed', async (t) => {
  const { end, receiver, signing, secret, clock } = await startWebhooks(t)
  const added = await signing.add(accountId, 'signing')
  assert.ok(added.outcome === 'made' && added.besides === 'another')
  assert.equal((await signing.add(accountId, 'signing')).outcome, 'has-two-already')
  await end()
  const [both] = await receiver.got(1)
  for (const each of [secret, added.secret]) verify(t, each, both, clock.now())
  assert.equal(await signing.removeOldest(accountId, 'signing'), 'removed')
  assert.equal(await signing.removeOldest(accountId, 'signing'), 'only-one-left')
  await end()
  const [, one] = await receiver.got(2)
  verify(t, added.secret, one, clock.now())
  assert.throws(() => verify(t, secret, one, clock.now()))
})

test('a configuration without a webhook writes no message', async (t) => {
  const { end, log, payments } = await startWebhooks(t)
  await payments.configurations.put(accountId, { ...keypadConfiguration, id: 5 })
  const { sessionGuid } = await end({}, 5)
  assert.deepEqual(await log.list(accountId, sessionGuid), [])
})

test('once it was delivered, result and message are there for 15 minutes, the log for 90 days', async (t) => {
  const { end, get, payments, clock, logged, receiver, log, store } = await startWebhooks(t)
  payments.start()
  receiver.next.push(answer(500))
  const { sessionGuid } = await end()
  await logged(sessionGuid, ({ attempts }) => attempts.length === 1)
  await clock.leap(hour)
  await logged(sessionGuid, isDelivered)
  await clock.advance(15 * minute - second)
  assert.ok((await get(sessionGuid)).json().paymentResultData)
  await clock.leap(second)
  assert.equal((await get(sessionGuid)).json().paymentResultData, undefined)
  const bodies = store.prepare((db, _: object) =>
    db.selectFrom('webhook_delivery').select('id').where('sealed_body', 'is not', null),
  )
  await clock.leap(minute)
  await eventually(async () => (await bodies.all(store.reader, {})).length === 0)
  assert.deepEqual(await log.redeliver(sessionGuid), {
    outcome: 'data-removed',
    id: idOf(receiver.received[0]),
  })
  await clock.leap(88 * day)
  assert.equal((await log.list(accountId, undefined)).length, 1)
  await clock.leap(2 * day)
  await eventually(async () => (await log.list(accountId, undefined)).length === 0)
})

for (const [what, reply, said] of [
  ['204', answer(204), 'the receiver answered 204 (No Content), which is not 200'],
  ['201', answer(201), 'the receiver answered 201 (Created), which is not 200'],
  [
    '404 with HTML',
    answer(404, '<h1>Not found</h1>', { 'content-type': 'text/html' }),
    '404 (Not Found), which is not 200',
  ],
  ['500', answer(500), 'the receiver answered 500 (Internal Server Error), which is not 200'],
  [
    'a redirect',
    answer(302, '', { location: 'http://127.0.0.1:1/metadata' }),
    '302 (Found), and redirects are not followed',
  ],
  ['a closed connection', (response) => response.destroy(), 'it closed the connection before answering'],
  [
    '101',
    answer(101, '', { upgrade: 'h2c', connection: 'upgrade' }),
    'it closed the connection before answering',
  ],
  [
    '10 GB',
    (response) => {
      response.writeHead(200, { 'content-length': String(10 * 2 ** 30) })
      response.write(Buffer.alloc(100_000))
    },
    'its answer was too long and was cut off',
  ],
] as const satisfies readonly (readonly [string, import('./test-receiver.ts').Answer, string])[]) {
  test(`a receiver that answers with ${what} is tried again with the same message, and the log says why`, async (t) => {
    const { end, receiver, payments, clock, logged, lines } = await startWebhooks(t)
    payments.start()
    receiver.next.push(reply)
    const { sessionGuid } = await end()
    const failed = await logged(sessionGuid, ({ attempts }) => attempts.length === 1)
    assert.ok(attemptText(failed.attempts[0] ?? assert.fail()).endsWith(said), JSON.stringify(failed))
    assert.equal(failed.state, 'waiting')
    await eventually(() => lines.some((line) => line.includes(said) && line.includes('"level":40')))
    await clock.leap(10 * second)
    await logged(sessionGuid, isDelivered)
    const [first, again, ...more] = receiver.received
    assert.deepEqual(more, [])
    assert.equal(first?.body, again?.body)
    assert.equal(idOf(first), idOf(again))
    assert.notEqual(first?.headers['webhook-timestamp'], again?.headers['webhook-timestamp'])
    assert.ok(!lines.some((line) => line.includes('query-of-the-url') || line.includes('Hubska')))
  })
}

test('an answer of 200 is a delivery whatever stands in it', async (t) => {
  const { end, receiver, logged } = await startWebhooks(t)
  receiver.next.push(answer(200, '<html>Thank you', { 'content-type': 'text/html' }))
  const { sessionGuid } = await end()
  await logged(sessionGuid, isDelivered)
})

test('a receiver that does not answer in 15 seconds is tried again', async (t) => {
  const { end, receiver, payments, clock, logged } = await startWebhooks(t)
  payments.start()
  receiver.next.push(() => {})
  const { sessionGuid } = await end()
  await receiver.got(1)
  await clock.advance(15 * second)
  const { attempts } = await logged(sessionGuid, (newest) => newest.attempts.length === 1)
  assert.equal(attempts[0]?.fault, 'timeout')
  assert.equal(attempts[0]?.milliseconds, 15 * second)
  assert.equal(attempts[0]?.to, receiver.url)
  await clock.leap(10 * second)
  await logged(sessionGuid, isDelivered)
})

test('a loopback address is refused unless the configuration allows it, and never connected to', async (t) => {
  const { end, receiver, payments, clock, configure, logged } = await startWebhooks(t)
  payments.start()
  for (const url of [receiver.url, receiver.url.replace('127.0.0.1', 'localhost')]) {
    await configure({ url, privateAddresses: 'refused' })
    const { sessionGuid } = await end()
    const { attempts } = await logged(sessionGuid, (newest) => newest.attempts.length === 1)
    assert.equal(attempts[0]?.fault, 'private-address')
  }
  assert.equal(receiver.received.length, 0)
  await configure()
  await clock.leap(10 * second)
  await receiver.got(2)
})

test('a webhook, a secret that is not there, and one that signs nothing are said, and looked for again', async (t) => {
  const { end, receiver, payments, clock, configure, logged } = await startWebhooks(t)
  payments.start()
  await configure({ signingSecret: 'another' })
  const { sessionGuid } = await end()
  const tried = (count: number) => logged(sessionGuid, ({ attempts }) => attempts.length === count)
  await tried(1)
  await payments.secrets.put(accountId, 'another', 'no signing secret')
  await clock.leap(10 * second)
  await tried(2)
  await payments.configurations.put(accountId, keypadConfiguration)
  await clock.leap(minute)
  const { attempts } = await tried(3)
  assert.deepEqual(
    attempts.map(({ fault }) => fault),
    ['no-signing-secret', 'no-signing-secret', 'no-webhook'],
  )
  assert.equal(receiver.received.length, 0)
  await configure()
  await clock.leap(3 * minute)
  await logged(sessionGuid, isDelivered)
})

test('a receiver that is never there is tried every few minutes for 12 hours, and then given up', async (t) => {
  const { end, get, receiver, payments, clock, logged, lines } = await startWebhooks(t)
  payments.start()
  receiver.close()
  const began = clock.now()
  const { sessionGuid } = await end()
  await logged(sessionGuid, ({ attempts }) => attempts.length === 1)
  for (let tries = 1; clock.now() < began + 12 * hour - 7 * minute; tries += 1) {
    const { dueAt } = await logged(sessionGuid, ({ attempts }) => attempts.length === tries)
    await clock.leap((dueAt ?? Number.NaN) - clock.now())
    await clock.leap(second)
    await logged(sessionGuid, ({ attempts }) => attempts.length === tries + 1)
  }
  assert.ok((await get(sessionGuid)).json().paymentResultData)
  for (let left = 10; left > 0 && clock.now() < began + 12 * hour; left -= 1) await clock.leap(minute)
  await clock.leap(2 * second)
  const { attempts } = await logged(sessionGuid, ({ state }) => state === 'given-up')
  const waits = attempts.slice(1).map(({ at }, index) => at - (attempts[index]?.at ?? 0))
  assert.ok((waits[0] ?? 0) >= 3 * second && (waits[0] ?? 0) <= 8 * second, String(waits))
  for (const wait of waits.slice(3)) assert.ok(wait >= 3 * minute && wait <= 7 * minute, String(waits))
  assert.ok(new Set(waits.slice(3)).size > 10, 'there is jitter')
  assert.equal((await get(sessionGuid)).json().paymentResultData, undefined)
  assert.ok(
    lines.some(
      (line) =>
        line.includes('"level":50') && line.includes('a webhook was abandoned after its last attempt'),
    ),
  )
})

test('an outcome that becomes known is a second message, which waits until the first was delivered', async (t) => {
  const { end, get, receiver, payments, clock, logged } = await startWebhooks(t)
  payments.start()
  receiver.next.push(answer(503))
  const lost = { end: 'payment-connector-error', outcome: 'unknown' } as const
  const { sessionGuid, providerSessionGuid } = await end(lost)
  await logged(sessionGuid, ({ attempts }) => attempts.length === 1)
  const known = { ...approved(providerSessionGuid), correction: 'reconciled' } as const
  await payments.reports.recordResult(known)
  await payments.reports.recordResult(known)
  assert.equal((await logged(sessionGuid, () => true)).dueAt, null)
  assert.equal(receiver.received.length, 1)
  await clock.leap(10 * second)
  await clock.leap(2 * second)
  await logged(sessionGuid, isDelivered)
  const outcomes = receiver.received.map(({ body }) => JSON.parse(body).paymentResultData.paymentOutcome)
  assert.deepEqual(outcomes, ['unknown', 'unknown', 'approved'])
  assert.equal(receiver.received[2]?.body, (await get(sessionGuid)).body)
  assert.notEqual(idOf(receiver.received[0]), idOf(receiver.received[2]))
})

test('a payment that is voided afterwards is told, once', async (t) => {
  const { end, receiver, payments, logged } = await startWebhooks(t)
  payments.start()
  const { sessionGuid, providerSessionGuid } = await end()
  await logged(sessionGuid, isDelivered)
  const voided = { ...approved(providerSessionGuid), outcome: 'cancelled', correction: 'voided' } as const
  await payments.reports.recordResult(voided)
  await receiver.got(2)
  await logged(sessionGuid, isDelivered)
  await payments.reports.recordResult(voided)
  assert.equal(JSON.parse(receiver.received[1]?.body ?? '').paymentResultData.paymentOutcome, 'cancelled')
  assert.equal(JSON.parse(receiver.received[1]?.body ?? '').sessionState, 'Finished')
  await payments.close()
  assert.equal(receiver.received.length, 2)
})
