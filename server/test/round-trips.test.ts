import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { createMovableClock } from '../src/base/clock.ts'
import { startWebhooks } from '../src/payments/webhooks/test-webhooks.ts'
import { startCountedWire, type Trips } from './harness/test-counted-wire.ts'
import { databaseFor, postgresVariable, startPostgres, type TestPostgres } from './harness/test-postgres.ts'
import { startTestTonegate } from './harness/test-tonegate.ts'

let postgres: TestPostgres
before(async () => {
  postgres = await startPostgres()
})
after(() => postgres.stop())

/** A server whose way to its database is counted. */
async function start(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-trips-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  await databaseFor(postgres.url, folder)
  const wire = await startCountedWire(t, postgres.url)
  const database = new URL(await databaseFor(postgres.url, folder))
  const environment = {
    TONEGATE_STORE: `${wire.url}${database.pathname}`,
    TONEGATE_DATA: folder,
    TONEGATE_SEALING_KEY: Buffer.alloc(32, 7).toString('base64'),
  }
  const clock = createMovableClock()
  const started = await startTestTonegate(t, { environment, clock })
  const headers = { authorization: `Bearer ${await started.token()}` }
  let orders = 0
  const open = async (path: string, more: object = {}) => {
    const MerchantReferenceCode = `order-${++orders}`
    const paymentData = { Amount: '12.40', Currency: 'GBP', MerchantReferenceCode }
    const answer = await started.post(
      `/globalpci/v1/${path}`,
      { agentId: 'agent7', paymentData, ...more },
      headers,
    )
    assert.equal(answer.status, 200, answer.text)
    return answer.json
  }
  const read = async (sessionGuid: string) => {
    const answer = await started.send(`/globalpci/v1/session/${sessionGuid}`, { headers })
    assert.equal(answer.status, 200, answer.text)
    return answer.json
  }
  return { ...started, wire, clock, headers, open, read }
}

const show = (name: string, trips: Trips) => {
  console.log(name, trips.flat().length, trips.length)
  for (const trip of trips)
    for (const [i, sql] of trip.entries()) console.log(i ? '    ' : '  > ', sql.slice(0, 230))
}

test('token', async (t) => {
  const { wire, token } = await start(t)
  for (let i = 0; i < 2; i++) show('token', await wire.count(token))
})

test('session', async (t) => {
  const { wire, open, read, send, post, headers, clock } = await start(t)
  await open('digitalsession')
  show('open digital', await wire.count(() => open('digitalsession')))
  show('open skip', await wire.count(() => open('session', { skipCallTransfer: true })))
  const { sessionGuid } = await open('session', { skipCallTransfer: true })
  await read(sessionGuid)
  show('get open', await wire.count(() => read(sessionGuid)))
  const cancel = (guid: string) => send(`/globalpci/v1/session/${guid}/cancel`, { headers, method: 'POST' })
  const first = await cancel(sessionGuid)
  console.log(first.status, first.text)
  const other = await open('session', { skipCallTransfer: true })
  show('cancel', await wire.count(() => cancel(other.sessionGuid)))
  show('get ended', await wire.count(() => read(other.sessionGuid)))
  show('get ended again', await wire.count(() => read(other.sessionGuid)))
  const call = (await post('/sandbox/calls', { agentId: 'agent7' })).json
  const onCall = await open('session')
  console.log(onCall)
  const keys = (pressed: string) => post(`/sandbox/calls/${call.callGuid}/keys`, { keys: pressed })
  await keys('4')
  show('keys', await wire.count(() => keys('111')))
  await clock.advance(1)
})

test('webhook', async (t) => {
  const wire = await startCountedWire(t, postgres.url)
  process.env[postgresVariable] = wire.url
  t.after(() => {
    delete process.env[postgresVariable]
  })
  const { end, receiver, payments } = await startWebhooks(t)
  await payments.start()
  for (let i = 1; i < 4; i++)
    show(
      'end',
      await wire.count(async () => {
        await end()
        await receiver.got(i)
      }),
    )
})

test('page', async (t) => {
  const { wire, open, send, read, clock } = await start(t)
  for (let i = 0; i < 2; i++) {
    const { paymentFormUrl, sessionGuid } = await open('digitalsession')
    const { pathname } = new URL(paymentFormUrl)
    await send(pathname)
    await send(`${pathname}/opened`, { method: 'POST' })
    const body = new URLSearchParams({
      cardNumber: '4111 1111 1111 1111',
      expiry: '12/30',
      securityCode: '123',
    })
    show(
      'pay',
      await wire.count(async () => {
        const paying = send(pathname, { method: 'POST', body })
        for (let i = 0; i < 15; i++) {
          await new Promise((r) => setTimeout(r, 50))
          await clock.advance(20)
        }
        const a = await paying
        console.log(a.status, clock.elapsed())
      }),
    )
    console.log((await read(sessionGuid)).sessionState)
  }
})
