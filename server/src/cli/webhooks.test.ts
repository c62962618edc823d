import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import type { DeliveryAttempt } from '../payments/webhooks/attempt.ts'
import { createMessages } from '../payments/webhooks/messages.ts'
import { answer, startReceiver } from '../payments/webhooks/test-receiver.ts'
import { startCli } from './test-cli.ts'

const books = ['--account', 'Harbour Street Books']
const hour = 3_600_000

/** The commands, and a configuration whose webhook is a receiver of the test. */
async function startWithWebhook(t: TestContext, webhook: object = {}) {
  const parts = await startCli(t)
  const receiver = await startReceiver(t)
  const written = {
    id: 4,
    name: 'Telephone',
    resultTemplate: 'cybersource',
    defaultCurrency: 'GBP',
    flow: { gateway: 'sandbox', merchantName: 'Harbour', frameAncestors: ['https://desktop.example.com'] },
    webhook: { url: receiver.url, signingSecret: 'orders', privateAddresses: 'allowed', ...webhook },
  }
  parts.files.set('-', JSON.stringify(written))
  assert.equal((await parts.run('configuration', 'put', '-', ...books)).complaint, '')
  return { ...parts, receiver, written }
}

test('a secret is put, listed by its name alone, replaced and deleted', async (t) => {
  const { run, runJson, typedSecrets, store } = await startCli(t)
  assert.match((await run('secret', 'list', ...books)).answer, /No secrets/)
  typedSecrets.push('the first secret', 'the second secret')
  const put = await run('secret', 'put', 'orders-client', ...books)
  assert.equal(put.answer, "The account 'Harbour Street Books' has the secret orders-client.\n")
  assert.equal((await run('secret', 'put', 'orders-client', ...books)).code, 0)
  const listed = await runJson('secret', 'list', ...books)
  assert.deepEqual(listed.map(Object.keys), [['name', 'createdAt']])
  const rows = store.prepare((db, _: object) => db.selectFrom('account_secret').select('sealed'))
  const [row] = await rows.all(store.reader, {})
  assert.ok(row && !Buffer.from(row.sealed).includes('secret'))
  assert.equal((await run('secret', 'delete', 'orders-client', ...books)).code, 1)
  assert.equal((await run('secret', 'delete', 'orders-client', ...books, '--yes')).code, 0)
  assert.equal((await run('secret', 'delete', 'orders-client', ...books, '--yes')).code, 1)
  assert.equal((await run('secret', 'put', 'Orders Client', ...books)).code, 2)
})

test('a sample message is signed, tells of nothing paid, and what came of it is said', async (t) => {
  const { run, runJson, receiver, clock } = await startWithWebhook(t)
  const test = () => run('webhook', 'test', ...books, '--configuration', '4')
  const unsigned = await test()
  assert.equal(unsigned.code, 1)
  assert.match(unsigned.complaint, /no signing secret of the name in the configuration/)
  const { secret } = await runJson('webhook', 'add-secret', 'orders', ...books)
  await clock.advance(1000)
  assert.match((await test()).answer, /^Delivered to http:\/\/127\.0\.0\.1:\d+ in 0 ms\.\n$/)
  const [message] = receiver.received
  t.mock.timers.enable({ apis: ['Date'], now: clock.now() })
  const read = new Webhook(secret).verify(message?.body ?? '', message?.headers as Record<string, string>)
  const { sessionState, paymentResultData } = read as Record<string, Record<string, string>>
  assert.deepEqual([sessionState, paymentResultData?.paymentOutcome], ['Cancelled', 'cancelled'])
  receiver.next.push(answer(204))
  assert.equal(
    (await test()).complaint,
    'The message was not delivered: the receiver answered 204 (No Content), which is not 200.\n',
  )
  const none = await run('webhook', 'test', ...books, '--configuration', '5')
  assert.match(none.complaint, /the account configuration has no webhook/)
  assert.equal((await run('webhook', 'test', ...books, '--configuration', 'x')).code, 2)
})

test('a sample is not sent to a private address that the configuration does not allow', async (t) => {
  const { run, receiver } = await startWithWebhook(t, {
    url: 'https://127.0.0.1:1/',
    privateAddresses: 'refused',
  })
  await run('webhook', 'add-secret', 'orders', ...books)
  const { code, complaint } = await run('webhook', 'test', ...books, '--configuration', '4')
  assert.equal(code, 1)
  assert.match(complaint, /private or loopback address, which the configuration does not allow/)
  assert.equal(receiver.received.length, 0)
})

test('a signing secret is rotated: two at a time, shown once each', async (t) => {
  const { run, typedSecrets } = await startCli(t)
  const add = () => run('webhook', 'add-secret', 'orders', ...books)
  const remove = () => run('webhook', 'remove-secret', 'orders', ...books)
  assert.equal((await remove()).code, 1)
  const first = await add()
  assert.match(first.answer, /^secret +whsec_[A-Za-z0-9+/]{32}$/m)
  assert.match((await remove()).complaint, /only signing secret/)
  assert.match((await add()).answer, /signed with both/)
  assert.match((await add()).complaint, /already has two secrets/)
  assert.equal((await remove()).code, 0)
  assert.match((await remove()).complaint, /only signing secret/)
  typedSecrets.push('of something else')
  await run('secret', 'put', 'orders', ...books)
  assert.match((await add()).complaint, /for something else/)
})

test('the log shows each try in words, and what comes next; a session is sent again or said to be gone', async (t) => {
  const { run, runJson, store, clock, sealer, newGuid, account } = await startWithWebhook(t)
  const messages = createMessages({ store, sealer })
  const sessionGuid = newGuid()
  const message = {
    id: newGuid(),
    accountId: account.id,
    configurationId: 4,
    sessionGuid,
    attempts: [],
    deliveredAt: null,
    type: null,
    heldUntil: clock.now() + 45_000,
    keptUntil: clock.now() + 12 * hour,
    body: Buffer.from('{}'),
  }
  assert.match((await run('webhook', 'log', ...books)).answer, /No messages/)
  assert.equal((await run('webhook', 'redeliver', sessionGuid)).code, 1)
  await store.write((tx) => messages.add(tx, message))
  assert.match((await run('webhook', 'redeliver', sessionGuid)).answer, /within a minute/)
  const attempt: DeliveryAttempt = {
    at: clock.now(),
    milliseconds: 12,
    to: 'https://shop.example.com',
    status: 500,
  }
  await messages.postpone(message, attempt, clock.now() + hour)
  const tries = await runJson('webhook', 'log', ...books, '--session', sessionGuid.toUpperCase())
  assert.deepEqual(
    tries.map((each: Record<string, unknown>) => [each.try, each.to, each.milliseconds, each.result]),
    [
      [
        1,
        'https://shop.example.com',
        12,
        'the receiver answered 500 (Internal Server Error), which is not 200',
      ],
      [2, '', 0, 'to be sent next'],
    ],
  )
  assert.match((await run('webhook', 'redeliver', sessionGuid)).answer, /sent again within about a second/)
  assert.deepEqual(await messages.nextReceiver({ accountId: -1, configurationId: -1 }), {
    accountId: account.id,
    configurationId: 4,
    dueAt: clock.now(),
  })
  await clock.leap(12 * hour)
  const gone = await run('webhook', 'redeliver', sessionGuid)
  assert.equal(gone.code, 1)
  assert.match(gone.complaint, /message’s data was removed/)
  assert.equal((await run('webhook', 'redeliver', 'x')).code, 2)
  assert.equal((await run('webhook', 'log', ...books, '--session', 'x')).code, 2)
})
