import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../../../test/harness/test-eventually.ts'
import { systemRandom } from '../../base/random.ts'
import { createSealer } from '../../base/seal.ts'
import { approved, fillDisk } from '../test-payments.ts'
import { createMessages } from './messages.ts'
import { answer, type Received, startReceiver } from './test-receiver.ts'
import { accountId, startWebhooks } from './test-webhooks.ts'

const second = 1000
const minute = 60 * second

const idOf = (message: Received | undefined) => message?.headers['webhook-id']
const isDelivered = ({ state }: { readonly state: string }) => state === 'delivered'

test('a receiver that does not answer holds up no other', async (t) => {
  const { end, receiver, configure } = await startWebhooks(t)
  const slow = await startReceiver(t)
  slow.behaviour.always = () => {}
  await configure({ url: slow.url }, 2)
  for (let each = 0; each < 100; each += 1) await end({}, 2)
  await slow.got(16)
  for (let each = 0; each < 20; each += 1) await end()
  await receiver.got(20)
  assert.equal(slow.received.length, 16)
  slow.close()
})

test('sessions do not wait for each other', async (t) => {
  const { end, receiver, logged } = await startWebhooks(t)
  receiver.next.push(() => {})
  await end()
  await receiver.got(1)
  const { sessionGuid } = await end()
  await logged(sessionGuid, isDelivered)
  receiver.close()
})

test('what a killed process had taken is sent by the next one, under the same id, and not before', async (t) => {
  const { store, receiver, clock, newGuid, startAnother, end, logged } = await startWebhooks(t)
  const ended = await end()
  await logged(ended.sessionGuid, isDelivered)
  const messages = createMessages({ store, sealer: createSealer(Buffer.alloc(32, 1), systemRandom) })
  const taken = {
    id: newGuid(),
    accountId,
    configurationId: 0,
    sessionGuid: newGuid(),
    attempts: [],
    heldUntil: clock.now() + 45 * second,
    keptUntil: clock.now() + 60 * minute,
    deliveredAt: null,
    type: null,
    body: Buffer.from('{"sessionState":"Finished"}'),
  }
  await store.write((tx) => messages.add(tx, taken))
  const next = await startAnother()
  next.start()
  await clock.advance(44 * second)
  assert.equal(receiver.received.length, 1)
  await clock.advance(2 * second)
  const [, again] = await receiver.got(2)
  assert.equal(idOf(again), taken.id)
  assert.equal(again?.body, '{"sessionState":"Finished"}')
})

test('that a message was taken is written before it counts: with a full disk it is sent again, under the same id', async (t) => {
  const { store, receiver, clock, payments, end, logged, lines } = await startWebhooks(t)
  payments.start()
  let makeRoom = () => {}
  receiver.next.push((response) => {
    makeRoom = fillDisk(t, store)
    response.writeHead(200).end()
  })
  const { sessionGuid } = await end()
  await eventually(async () =>
    lines.some((line) => line.includes('webhook’s delivery result could not be stored')),
  )
  makeRoom()
  assert.ok(!lines.some((line) => line.includes('a webhook was delivered')))
  await clock.advance(50 * second)
  const [first, again] = await receiver.got(2)
  assert.equal(idOf(again), idOf(first))
  await logged(sessionGuid, isDelivered)
  await clock.advance(60 * minute)
  assert.equal(receiver.received.length, 2, 'what counts is not sent again')
})

test('what was not sent when a process closed is sent by the next one at once', async (t) => {
  const { end, receiver, payments, clock, startAnother } = await startWebhooks(t)
  receiver.behaviour.always = () => {}
  for (let each = 0; each < 20; each += 1) await end()
  await receiver.got(16)
  const closed = payments.close()
  await clock.advance(6 * second)
  await closed
  receiver.behaviour.always = answer(200)
  const next = await startAnother()
  next.start()
  await clock.advance(2 * second)
  const all = await receiver.got(36)
  assert.equal(new Set(all.slice(16).map(idOf)).size, 20)
})

test('two processes on one database never deliver the same message at a time', async (t) => {
  const { end, receiver, payments, clock, startAnother, log } = await startWebhooks(t)
  receiver.behaviour.always = answer(503)
  for (let each = 0; each < 60; each += 1) await end()
  await receiver.got(60)
  await eventually(async () =>
    (await log.list(accountId, undefined)).every(({ attempts }) => attempts.length === 1),
  )
  receiver.behaviour.always = (response) => void setTimeout(() => response.end(), 20)
  const other = await startAnother()
  payments.start()
  other.start()
  await clock.leap(10 * second)
  await receiver.got(120)
  await eventually(async () => (await log.list(accountId, undefined)).every(isDelivered))
  await clock.leap(2 * minute)
  assert.equal(receiver.received.length, 120)
  assert.equal(new Set(receiver.received.slice(60).map(idOf)).size, 60)
})

test('more than a process holds is taken from the store, as much as there is', async (t) => {
  const { open, payments, receiver, clock, log } = await startWebhooks(t)
  payments.start()
  receiver.behaviour.always = (response) => void setTimeout(() => response.end(), 1)
  const opened = await Promise.all(Array.from({ length: 1500 }, () => open()))
  await Promise.all(
    opened.map(({ providerSessionGuid }) => payments.reports.recordResult(approved(providerSessionGuid))),
  )
  await eventually(async () => {
    await clock.advance(100)
    return receiver.received.length >= 1500
  })
  assert.equal(new Set(receiver.received.map(idOf)).size, 1500)
  await eventually(async () => (await log.list(accountId, undefined)).every(isDelivered))
})

test('a message is sent again by an order from beside the server, with its id, within a second or so', async (t) => {
  const { end, receiver, payments, clock, log, logged, get } = await startWebhooks(t)
  payments.start()
  const { sessionGuid } = await end()
  await logged(sessionGuid, isDelivered)
  await clock.advance(10 * minute)
  assert.equal((await log.redeliver(sessionGuid)).outcome, 'due')
  await clock.advance(second)
  const [first, again] = await receiver.got(2)
  assert.equal(idOf(again), idOf(first))
  assert.equal(again?.body, first?.body)
  await logged(sessionGuid, ({ state, attempts }) => state === 'delivered' && attempts.length === 2)
  await clock.advance(5 * minute)
  assert.equal((await get(sessionGuid)).json().paymentResultData, undefined)
  assert.equal((await log.redeliver(sessionGuid)).outcome, 'data-removed')
})

test('an order to send again has what waits for its next try sent at once', async (t) => {
  const { end, receiver, payments, clock, log, logged, newGuid } = await startWebhooks(t)
  payments.start()
  receiver.behaviour.always = answer(500)
  const { sessionGuid } = await end()
  const tried = (count: number) => logged(sessionGuid, ({ attempts }) => attempts.length === count)
  await tried(1)
  assert.equal((await log.redeliver(sessionGuid)).outcome, 'under-way')
  for (const [count, wait] of [
    [2, 7],
    [3, 40],
    [4, 151],
  ] as const) {
    await clock.leap(wait * second)
    await tried(count)
  }
  assert.equal((await log.redeliver(sessionGuid)).outcome, 'due')
  await clock.advance(second)
  await tried(5)
  assert.equal((await log.redeliver(newGuid())).outcome, 'no-message')
})
