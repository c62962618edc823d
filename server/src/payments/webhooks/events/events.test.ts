import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { Webhook } from 'standardwebhooks'
import type { Guid } from '../../../base/guid.ts'
import { systemRandom } from '../../../base/random.ts'
import { createSealer } from '../../../base/seal.ts'
import type { OrderedPayment, PaymentOperation } from '../../../vault/model/payment-summary.ts'
import type { SessionProgress } from '../../../vault/model/session-progress.ts'
import { type WebhookEvent, webhookEvents } from '../../configurations/webhook-events.ts'
import type { WebhookSettings } from '../../configurations/webhook-settings.ts'
import { approved, startPayments } from '../../test-payments.ts'
import { createMessages } from '../messages.ts'
import { answer, type Received } from '../test-receiver.ts'
import { accountId, startWebhooks } from '../test-webhooks.ts'

const minute = 60_000

async function startEvents(t: TestContext, webhook: Partial<WebhookSettings> = {}) {
  const started = await startWebhooks(t, { events: [...webhookEvents], ...webhook })
  const { sessionGuid, providerSessionGuid } = await started.open()
  started.payments.start()
  return { ...started, sessionGuid, providerSessionGuid }
}

/** When the tests' clock begins. */
const began = Date.UTC(2026, 0, 15, 9, 30)

const progressAt = (sequence: number, more: Partial<SessionProgress> = {}): SessionProgress => ({
  ...{ sequence, at: began + sequence, progress: 'opened' },
  ...more,
})

/** 5.00 GBP of a payment of 12.40. */
function ordered(changes: Partial<PaymentOperation> = {}): OrderedPayment {
  const operation: PaymentOperation = {
    ...{ key: 'key-refund-1', kind: 'refund', amountMinor: 500, status: 'succeeded', requestedAt: began },
    ...{ answeredAt: began + 2000, requestedBy: { kind: 'client', id: 'backend' }, ...changes },
  }
  return {
    operation,
    payment: {
      ...{ gateway: 'sandbox', gatewayReference: 'reference-1', currency: 'GBP', isVoided: false },
      ...{ authorised: 1240, captured: 1240, refunded: 500, refundsUnderWay: 0, refundable: 740 },
      operations: [operation],
    },
  }
}

const bodyOf = (message: Received | undefined) => JSON.parse(message?.body ?? '{}')
/** They are sent side by side. */
const inOrder = (messages: readonly Received[]) =>
  [...messages].sort((one, other) => (bodyOf(one).timestamp < bodyOf(other).timestamp ? -1 : 1))

const idOf = (message: Received | undefined) => message?.headers['webhook-id']

test('progress is sent in the form of Standard Webhooks, each once however often it is told', async (t) => {
  const { receiver, payments, secret, sessionGuid, providerSessionGuid } = await startEvents(t)
  const first = [progressAt(1), progressAt(2, { progress: 'field-complete', field: 'pan' })]
  await payments.reports.recordCourse(providerSessionGuid, first)
  await payments.reports.recordCourse(providerSessionGuid, [
    ...first,
    progressAt(3, { progress: 'processing' }),
  ])
  const [opened, pan, processing] = inOrder(await receiver.got(3))
  assert.deepEqual(bodyOf(opened), {
    type: 'session.progress',
    timestamp: '2026-01-15T09:30:00.001000Z',
    data: { id: idOf(opened), sequence: 1, sessionGuid, progress: 'opened' },
  })
  const at = new Date(Number(opened?.headers['webhook-timestamp']) * 1000)
  const signature = new Webhook(secret).sign(String(idOf(opened)), at, opened?.body ?? '')
  assert.equal(opened?.headers['webhook-signature'], signature)
  assert.deepEqual(bodyOf(pan).data, {
    ...{ id: idOf(pan), sequence: 2, sessionGuid, progress: 'field-complete', field: 'pan' },
  })
  assert.equal(bodyOf(processing).data.sequence, 3)
  for (let turns = 0; turns < 50; turns += 1) await turn()
  assert.equal(receiver.received.length, 3)
})

test('two nodes that are told the same write one message', async (t) => {
  const one = await startEvents(t)
  const other = await startPayments(t, { beside: one })
  await Promise.all(
    [one, other].flatMap(({ payments: { reports } }) => [
      reports.recordCourse(one.providerSessionGuid, [progressAt(1), progressAt(2)]),
      reports.recordOperation(one.providerSessionGuid, ordered()),
    ]),
  )
  await one.receiver.got(3)
  assert.equal((await one.log.list(accountId, one.sessionGuid)).length, 3)
})

test('without events in its configuration a webhook is sent the status alone, byte for byte as before', async (t) => {
  const { receiver, payments, get, sessionGuid, providerSessionGuid } = await startEvents(t, { events: [] })
  await payments.reports.recordCourse(providerSessionGuid, [progressAt(1)])
  await payments.reports.recordResult(approved(providerSessionGuid))
  await payments.reports.recordOperation(providerSessionGuid, ordered())
  const [status] = await receiver.got(1)
  assert.equal(status?.body, (await get(sessionGuid)).body)
  for (let turns = 0; turns < 50; turns += 1) await turn()
  assert.equal(receiver.received.length, 1)
})

test('a status waits for no event, and progress that is not taken is dropped after ten minutes', async (t) => {
  const { receiver, payments, clock, log, get, sessionGuid, providerSessionGuid } = await startEvents(t)
  const isEvent = ({ body }: Received) => 'type' in JSON.parse(body)
  receiver.behaviour.always = (response, received) =>
    answer(isEvent(received) ? 500 : 200)(response, received)
  await payments.reports.recordCourse(providerSessionGuid, [progressAt(1), progressAt(2)])
  await receiver.got(2)
  await payments.reports.recordResult(approved(providerSessionGuid))
  const status = (await receiver.got(3)).find((each) => !isEvent(each))
  assert.equal(status?.body, (await get(sessionGuid)).body)
  await payments.reports.recordCourse(providerSessionGuid, [progressAt(3)])
  for (let passed = 0; passed < 25; passed += 1) await clock.advance(minute)
  const logged = await log.list(accountId, sessionGuid)
  assert.deepEqual(
    logged.map(({ type, state }) => [type, state]).sort(),
    [
      [null, 'delivered'],
      ['session.progress', 'given-up'],
      ['session.progress', 'given-up'],
    ].sort(),
    'what comes after the end is left out',
  )
  assert.equal((await get(sessionGuid)).json().paymentResultData, undefined, 'the result goes when it is due')
})

test('each outcome of an operation is a message of its own, with the payment as GET answers it', async (t) => {
  const { receiver, payments, behaviour, send, sessionGuid, providerSessionGuid } = await startEvents(t)
  const { reports } = payments
  const done = ordered()
  const pending = ordered({ status: 'pending', answeredAt: undefined as never })
  const failed = ordered({
    status: 'failed',
    gatewayCode: 'expired_or_canceled_card',
    answeredAt: began + 3000,
  })
  for (const each of [pending, pending, done, done, failed])
    await reports.recordOperation(providerSessionGuid, each)
  const received = inOrder(await receiver.got(3))
  assert.deepEqual(
    received.map((each) => [bodyOf(each).type, bodyOf(each).data.operation.status]),
    [
      ['payment.refund-pending', 'pending'],
      ['payment.refunded', 'succeeded'],
      ['payment.refund-failed', 'failed'],
    ],
  )
  behaviour.findPayment = async () => done.payment
  const payment = (await send({ url: `/globalpci/v1/session/${sessionGuid}/payment` })).json()
  const { data, timestamp } = bodyOf(received[1])
  assert.deepEqual(data, {
    id: idOf(received[1]),
    sessionGuid,
    operation: payment.operations[0],
    payment,
  })
  assert.equal(timestamp, '2026-01-15T09:30:02.000000Z')
  assert.equal(bodyOf(received[2]).data.operation.gatewayCode, 'expired_or_canceled_card')
})

test('of the events a webhook is sent those that its configuration names', async (t) => {
  const { receiver, payments, providerSessionGuid } = await startEvents(t, { events: ['payment.voided'] })
  const { reports } = payments
  await reports.recordCourse(providerSessionGuid, [progressAt(1)])
  for (const kind of ['capture', 'void'] as const)
    await reports.recordOperation(providerSessionGuid, ordered({ kind, key: kind }))
  const [voided] = await receiver.got(1)
  assert.equal(bodyOf(voided).type, 'payment.voided')
  for (let turns = 0; turns < 50; turns += 1) await turn()
  assert.equal(receiver.received.length, 1)
})

test('what is told of a session that nobody knows is refused', async (t) => {
  const { payments, newGuid } = await startEvents(t)
  const nobody = newGuid()
  await assert.rejects(payments.reports.recordCourse(nobody, [progressAt(1)]), { code: 'not-found' })
  await assert.rejects(payments.reports.recordOperation(nobody, ordered()), { code: 'not-found' })
})

test('the bodies of events are removed when they may not be sent any more, those of a status with its result', async (t) => {
  const { receiver, payments, clock, store, providerSessionGuid } = await startEvents(t)
  await payments.reports.recordCourse(providerSessionGuid, [progressAt(1)])
  await payments.reports.recordOperation(providerSessionGuid, ordered())
  await receiver.got(2)
  const bodies = store.prepare((db, _: object) =>
    db.selectFrom('webhook_delivery').select('type').where('sealed_body', 'is not', null),
  )
  assert.equal((await bodies.all(store.reader, {})).length, 2)
  for (let passed = 0; passed < 17; passed += 1) await clock.advance(minute)
  assert.deepEqual(await bodies.all(store.reader, {}), [])
})

test('a session at a provider of another make tells that it was opened', async (t) => {
  const { receiver, payments, open } = await startRemote(t)
  const { sessionGuid, providerSessionGuid } = await open({ accountConfigurationId: 3 })
  await payments.reports.recordProgress(providerSessionGuid)
  await payments.reports.recordProgress(providerSessionGuid)
  const [opened] = await receiver.got(1)
  assert.deepEqual(bodyOf(opened).data, { id: idOf(opened), sequence: 1, sessionGuid, progress: 'opened' })
})

async function startRemote(t: TestContext) {
  const started = await startEvents(t)
  const { payments } = started
  const [usual] = await payments.configurations.list(accountId)
  assert.ok(usual)
  const provider = { kind: 'pci-pal' } as never
  await payments.configurations.put(accountId, { ...usual, id: 3, provider })
  return started
}

test('a status that a server of the version before lets wait for an event is due when that is delivered', async (t) => {
  const { store, clock, newGuid, open } = await startWebhooks(t)
  const { sessionGuid } = await open()
  const messages = createMessages({ store, sealer: createSealer(Buffer.alloc(32, 1), systemRandom) })
  const messageOf = (type: WebhookEvent | null) => ({
    ...{ id: newGuid(), accountId, configurationId: 0, sessionGuid, type, attempts: [], deliveredAt: null },
    ...{ heldUntil: clock.now() + minute, keptUntil: clock.now() + 60 * minute, body: Buffer.from('{}') },
  })
  const [event, status] = [messageOf('session.progress'), messageOf(null)]
  await store.write(async (tx) => {
    await messages.add(tx, event)
    await messages.add(tx, status)
  })
  const wait = store.prepare((db, p: { id: Guid }) =>
    db.updateTable('webhook_delivery').set({ due_at: null, held_by: null }).where('id', '=', p.id),
  )
  await store.write((tx) => wait.run(tx, { id: status.id }))
  await messages.settle(event, [], 'delivered', clock.now())
  const due = await messages.hold({ accountId, configurationId: 0 }, clock.now(), clock.now() + minute, 10)
  assert.deepEqual(
    due.map(({ id }) => id),
    [status.id],
  )
})
