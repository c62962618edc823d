import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { pathsIn, startCollector } from './harness/test-collector.ts'
import { eventually } from './harness/test-eventually.ts'
import { makeTestFolder } from './harness/test-folder.ts'
import { databaseFor, startPostgres, type TestPostgres } from './harness/test-postgres.ts'
import { startTestTonegate } from './harness/test-tonegate.ts'

let postgres: TestPostgres
before(async () => {
  postgres = await startPostgres()
})
after(() => postgres.stop())

const card = { cardNumber: '4111111111111111', expiry: '12/30', securityCode: '123' }

test('a request that comes to the node which does not have the session is part of its trace there', async (t) => {
  const collector = await startCollector(t)
  const folder = makeTestFolder('tonegate-traces')
  const start = (name: string) =>
    startTestTonegate(t, {
      environment: {
        ...collector.environment,
        OTEL_SERVICE_NAME: name,
        TONEGATE_STORE: storeUrl,
        TONEGATE_DATA: folder,
        TONEGATE_SEALING_KEY: Buffer.alloc(32, 7).toString('base64'),
      },
    })
  const storeUrl = await databaseFor(postgres.url, folder)
  const one = await start('one')
  const other = await start('other')
  const authorization = `Bearer ${await one.token()}`
  const open = async () => {
    const order = { agentId: 'agent7', paymentData: { Amount: '12.40', Currency: 'GBP' } }
    return (await one.post('/globalpci/v1/digitalsession', order, { authorization })).json
  }
  const paid = await open()
  const form = new URL(paid.paymentFormUrl).pathname
  await other.send(form, { method: 'POST', redirect: 'manual', body: new URLSearchParams(card) })
  await eventually(async () => {
    const { json } = await one.send(`/globalpci/v1/session/${paid.sessionGuid}`, {
      headers: { authorization },
    })
    return json.sessionState === 'Finished'
  })
  const cancelled = await open()
  const path = `/globalpci/v1/session/${cancelled.sessionGuid}/cancel`
  const answered = await one.post(path, {}, { authorization: `Bearer ${await one.token()}` })
  assert.equal(answered.status, 200, answered.text)
  const third = await open()
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  const there = await other.post(
    `/globalpci/v1/session/${third.sessionGuid}/cancel`,
    {},
    { authorization: `Bearer ${await other.token()}`, traceparent },
  )
  assert.equal(there.status, 200, there.text)
  await Promise.all([one.close(), other.close()])

  const spans = collector.spans()
  const charge = spans.find(({ name }) => name === 'charge')
  assert.ok(charge)
  assert.equal(charge.resource['service.name'], 'one')
  assert.ok(
    pathsIn(spans, charge.traceId).includes(
      'POST /globalpci/v1/digitalsession > launch session > charge > ask gateway',
    ),
  )
  const forwarded = spans.find(({ name }) => name === 'forward request')
  assert.equal(forwarded?.resource['service.name'], 'other')
  assert.deepEqual(pathsIn(spans, forwarded?.traceId ?? '').slice(0, 2), [
    'forward request',
    'forward request > POST /pay/:guid/:secret',
  ])
  assert.equal(charge.links[0]?.traceId, forwarded?.traceId, 'what has led to the charge')

  const asked =
    'POST /globalpci/v1/session/:sessionGuid/cancel > ask process > POST /api/v1/session/:id/cancel'
  assert.ok(
    pathsIn(spans, '4bf92f3577b34da6a3ce929d0e0e4736').includes(asked),
    pathsIn(spans, '4bf92f3577b34da6a3ce929d0e0e4736').join('\n'),
  )
  const ended = spans.filter(({ name }) => name === 'end session')
  assert.equal(ended.length, 2)
  assert.ok(ended.some(({ links }) => links[0]?.traceId === '4bf92f3577b34da6a3ce929d0e0e4736'))
})
