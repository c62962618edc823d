import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { createMovableClock } from '../src/base/clock.ts'
import { approved } from '../src/payments/test-payments.ts'
import { startWebhooks } from '../src/payments/webhooks/test-webhooks.ts'
import { startCountedWire, type Trips } from './harness/test-counted-wire.ts'
import { databaseFor, postgresVariable, startPostgres, type TestPostgres } from './harness/test-postgres.ts'
import { startTestTonegate } from './harness/test-tonegate.ts'

let postgres: TestPostgres
before(async () => {
  postgres = await startPostgres()
})
after(() => postgres.stop())

/** A server whose way to its database is counted, and an open session. */
async function start(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-trips-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const { pathname } = new URL(await databaseFor(postgres.url, folder))
  const { url, count } = await startCountedWire(t, postgres.url)
  const environment = {
    TONEGATE_STORE: `${url}${pathname}`,
    TONEGATE_DATA: folder,
    TONEGATE_SEALING_KEY: Buffer.alloc(32, 7).toString('base64'),
  }
  const clock = createMovableClock()
  const { post, send, token } = await startTestTonegate(t, { environment, clock })
  const headers = { authorization: `Bearer ${await token()}` }

  async function open(path: 'session' | 'digitalsession', more: object = {}) {
    const paymentData = { Amount: '12.40', Currency: 'GBP', MerchantReferenceCode: 'order-1' }
    const order = { agentId: 'agent7', paymentData, ...more }
    const answer = await post(`/globalpci/v1/${path}`, order, headers)
    assert.equal(answer.status, 200, answer.text)
    return answer.json
  }
  const openBeside = () => open('session', { skipCallTransfer: true })

  async function read(sessionGuid: string) {
    const answer = await send(`/globalpci/v1/session/${sessionGuid}`, { headers })
    assert.equal(answer.status, 200, answer.text)
    return answer.json
  }
  async function cancel(sessionGuid: string) {
    const answer = await send(`/globalpci/v1/session/${sessionGuid}/cancel`, { headers, method: 'POST' })
    assert.equal(answer.json.sessionState, 'Cancelled', answer.text)
  }
  // What is asked for once, and then for a second not again, is not counted.
  const { sessionGuid } = await openBeside()
  return { count, clock, post, send, token, open, openBeside, read, cancel, sessionGuid }
}

/** How many statements were sent, `BEGIN` and `COMMIT` among them, and how often an answer was waited for before the next. */
function assertTrips(trips: Trips, expected: { readonly statements: number; readonly trips: number }) {
  const found = { statements: trips.flat().length, trips: trips.length }
  const told = trips.map((trip) => trip.map((sql) => `  ${sql.slice(0, 150)}`).join('\n')).join('\n then\n')
  assert.deepEqual(found, expected, told)
}

test('a token asks the database for nothing', async (t) => {
  const { count, token } = await start(t)
  assertTrips(await count(token), { statements: 0, trips: 0 })
})

test('a session is opened in two round trips: its two rows with their audit entry, and the commit', async (t) => {
  const { count, open, openBeside } = await start(t)
  assertTrips(await count(openBeside), { statements: 5, trips: 2 })
  assertTrips(await count(() => open('digitalsession')), { statements: 5, trips: 2 })
})

test('a session is read in one round trip, open or ended, and one that has ended not twice', async (t) => {
  const { count, read, cancel, openBeside, sessionGuid } = await start(t)
  assertTrips(await count(() => read(sessionGuid)), { statements: 1, trips: 1 })
  await cancel(sessionGuid)
  assertTrips(await count(() => read(sessionGuid)), { statements: 1, trips: 1 })
  assertTrips(await count(() => read(sessionGuid)), { statements: 0, trips: 0 })
  assert.notEqual((await openBeside()).sessionGuid, sessionGuid)
})

test('keys that are posted to a call ask for their platform, and for nothing else', async (t) => {
  const { count, open, post } = await start(t)
  const call = (await post('/sandbox/calls', { agentId: 'agent7' })).json
  await open('session')
  const press = async (keys: string) => {
    const answer = await post(`/sandbox/calls/${call.callGuid}/keys`, { keys })
    assert.equal(answer.status, 200, answer.text)
  }
  await press('4')
  assertTrips(await count(() => press('111')), { statements: 1, trips: 1 })
})

test('a session is cancelled', async (t) => {
  const { count, cancel, sessionGuid } = await start(t)
  assertTrips(await count(() => cancel(sessionGuid)), { statements: 21, trips: 15 })
})

test('a card is paid on the page', async (t) => {
  const { count, clock, open, read, send } = await start(t)
  const { paymentFormUrl, sessionGuid } = await open('digitalsession')
  const { pathname } = new URL(paymentFormUrl)
  await send(pathname)
  await send(`${pathname}/opened`, { method: 'POST' })
  const card = { cardNumber: '4111 1111 1111 1111', expiry: '12/30', securityCode: '123' }
  const pay = async () => {
    let isOver = false
    const paid = send(pathname, { method: 'POST', body: new URLSearchParams(card) }).finally(() => {
      isOver = true
    })
    // The simulated gateway takes its time.
    while (!isOver) {
      await pause(1)
      await clock.advance(1)
    }
    await paid
  }
  assertTrips(await count(pay), { statements: 28, trips: 21 })
  assert.equal((await read(sessionGuid)).sessionState, 'Finished')
})

test('a result is recorded, delivered to a webhook, and the delivery written down', async (t) => {
  const { url, count } = await startCountedWire(t, postgres.url)
  process.env[postgresVariable] = url
  t.after(() => {
    delete process.env[postgresVariable]
  })
  const { end, open, payments, receiver } = await startWebhooks(t)
  await end()
  await receiver.got(1)
  const { providerSessionGuid } = await open()
  const deliver = async () => {
    await payments.reports.recordResult(approved(providerSessionGuid))
    await receiver.got(2)
  }
  assertTrips(await count(deliver), { statements: 12, trips: 7 })
})
