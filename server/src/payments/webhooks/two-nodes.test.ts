import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { makeTestFolder } from '../../../test/harness/test-folder.ts'
import { firstGuidOf, type Guid } from '../../base/guid.ts'
import { systemRandom } from '../../base/random.ts'
import { createSealer } from '../../base/seal.ts'
import { openTestStore } from '../../store/test-store.ts'
import { insertSession } from '../insert-session.ts'
import { approved, startPayments } from '../test-payments.ts'
import { createMessages } from './messages.ts'
import { accountId, startWebhooks } from './test-webhooks.ts'
import type { WebhookMessage } from './webhook-message.ts'

const rounds = 20

/** The messages of one database, as two nodes have them. */
async function startMessages(t: TestContext) {
  const folder = makeTestFolder('tonegate-messages')
  const stores = await Promise.all([1, 2].map(() => openTestStore(join(folder, 'nam.db'))))
  t.after(async () => {
    for (const store of stores) await store.close()
    rmSync(folder, { recursive: true })
  })
  const sealer = createSealer(Buffer.alloc(32, 1), systemRandom)
  return stores.map((store) => {
    const messages = createMessages({ store, sealer })
    const insert = insertSession(store)
    const end = store.prepare((db, p: { guid: Guid }) =>
      db.updateTable('payment_session').set({ state: 'Finished' }).where('guid', '=', p.guid),
    )
    return {
      ...messages,
      open: (guid: Guid) =>
        store.write((tx) => insert.run(tx, { ...session, guid, providerSessionGuid: guid })),
      /** As a result is recorded. */
      add: (message: WebhookMessage) =>
        store.write(async (tx) => {
          await end.run(tx, { guid: message.sessionGuid })
          return messages.add(tx, message)
        }),
    }
  })
}

const session = {
  accountId,
  kind: 'digital',
  agentId: 'agent7',
  configurationId: 0,
  callGuid: null,
  openedBy: 'client:backend',
  tokenMadeAt: 0,
  now: 0,
  sealed: Buffer.alloc(0),
} as const

const messageOf = (number: number, sessionGuid = firstGuidOf(number)): WebhookMessage => ({
  id: firstGuidOf(1_000_000 + number),
  accountId,
  configurationId: 0,
  sessionGuid,
  attempts: [],
  heldUntil: 1000,
  keptUntil: 1_000_000,
  deliveredAt: null,
  type: null,
  body: Buffer.from('{}'),
})

test('a session that ends at two nodes at once ends once, and has one message', async (t) => {
  const one = await startWebhooks(t)
  const other = await startPayments(t, { beside: one })
  const opened = await Promise.all(Array.from({ length: rounds }, () => one.open()))
  await Promise.all(
    opened.flatMap(({ providerSessionGuid: guid }) => [
      one.payments.reports.recordResult(approved(guid)),
      other.payments.reports.recordResult({ guid, end: 'cancelled', outcome: 'cancelled' }),
    ]),
  )
  for (const { sessionGuid } of opened) {
    const { sessionState, paymentResultData } = (await one.get(sessionGuid)).json()
    const ends = { Finished: 'approved', Cancelled: 'cancelled' } as const
    assert.equal(paymentResultData.paymentOutcome, ends[sessionState as keyof typeof ends])
    assert.equal((await one.log.list(accountId, sessionGuid)).length, 1)
  }
  const said = (text: string) => [...one.lines, ...other.lines].filter((line) => line.includes(text))
  assert.equal(said('a result was recorded').length, rounds)
  const sums = await Promise.all(opened.map(({ sessionGuid }) => one.get(sessionGuid)))
  const cancelled = sums.filter((answer) => answer.json().sessionState === 'Cancelled')
  assert.equal(said('had been cancelled: check and refund').length, cancelled.length)
})

test('what one node takes another does not wait for, and does not take', async (t) => {
  const nodes = await startMessages(t)
  const [one] = nodes
  const receiver = { accountId, configurationId: 0 }
  for (let round = 0; round < rounds; round += 1) {
    await Promise.all(Array.from({ length: 10 }, (_, each) => one?.add(messageOf(round * 10 + each))))
    const held = await Promise.all(nodes.map(({ hold }) => hold(receiver, 1000, 2000, 5)))
    assert.deepEqual(
      held.map((messages) => messages.length),
      [5, 5],
    )
    assert.equal(new Set(held.flat().map(({ id }) => id)).size, 10)
  }
})

test('the messages of a session are sent in the order that they were written in, whatever the clocks say', async (t) => {
  const [one, other] = await startMessages(t)
  const sessionGuid = firstGuidOf(1)
  const receiver = { accountId, configurationId: 0 }
  const written = [30, 20, 10, 40].map((number) => messageOf(number, sessionGuid))
  const added = []
  for (const [index, message] of written.entries()) added.push(await [one, other][index % 2]?.add(message))
  assert.deepEqual(added, ['held', 'after-another', 'after-another', 'after-another'])
  const sent = []
  for (let now = 1000; ; now += 1000) {
    const [message, second] = (await other?.hold(receiver, now, now + 1000, 10)) ?? []
    assert.equal(second, undefined)
    if (!message) break
    sent.push(message.id)
    await other?.settle(message, [{ at: now, milliseconds: 1, status: 200 }], 'delivered', now)
  }
  assert.deepEqual(
    sent,
    written.map(({ id }) => id),
  )
})

test('a correction and the delivery of what it corrects, at two nodes at once, leave the correction due', async (t) => {
  const nodes = await startMessages(t)
  const [one, other] = nodes
  const receiver = { accountId, configurationId: 0 }
  const sessions = Array.from({ length: rounds }, (_, each) => firstGuidOf(each))
  await Promise.all(sessions.map((guid) => one?.open(guid)))
  await Promise.all(sessions.map((guid, each) => one?.add(messageOf(each, guid))))
  const held = (await one?.hold(receiver, 1000, 2000, rounds)) ?? []
  const attempt = { at: 1000, milliseconds: 1, status: 200 }
  await Promise.all([
    ...held.map((message) => one?.settle(message, [attempt], 'delivered', 1500)),
    ...sessions.map((guid, each) => other?.add({ ...messageOf(rounds + each, guid), heldUntil: 1500 })),
  ])
  assert.equal((await one?.hold(receiver, 1500, 3000, 2 * rounds))?.length, rounds)
})

test('what a node holds that is there no more is another’s at once, and nothing of one that is there', async (t) => {
  const folder = makeTestFolder('tonegate-messages')
  t.after(() => rmSync(folder, { recursive: true }))
  const sealer = createSealer(Buffer.alloc(32, 1), systemRandom)
  const stores = await Promise.all([1, 2, 3].map(() => openTestStore(join(folder, 'nam.db'))))
  const nodes = stores.map((store) => createMessages({ store, sealer }))
  const receiver = { accountId, configurationId: 0 }
  const heldUntil = 45_000
  for (const [number, node] of [0, 0, 1].entries()) {
    const message = { ...messageOf(number), heldUntil }
    await stores[node]?.write(async (tx) => void (await nodes[node]?.add(tx, message)))
  }
  const held = async () => {
    await nodes[2]?.takeBack(2000)
    return (await nodes[2]?.hold(receiver, 2000, heldUntil, 10))?.map(({ id }) => id).sort()
  }
  assert.deepEqual(await held(), [])
  await stores[0]?.close()
  assert.deepEqual(await held(), [messageOf(0).id, messageOf(1).id])
  assert.deepEqual(await held(), [])
  for (const store of stores.slice(1)) await store.close()
})
