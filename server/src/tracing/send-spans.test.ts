import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { freePort } from '../../test/harness/test-free-port.ts'
import { createMovableClock } from '../base/clock.ts'
import { createOutgoing } from '../base/outgoing/create-outgoing.ts'
import type { EndedSpan } from './recorded-span.ts'
import { createSendSpans } from './send-spans.ts'

const sentBy = { resource: {}, scope: { name: 'tonegate', version: '1' } }
const noSpans: readonly EndedSpan[] = []

function sendTo(t: TestContext, port: number) {
  const clock = createMovableClock()
  const outgoing = createOutgoing({ clock, privateAddresses: 'allowed' })
  t.after(() => outgoing.close())
  const url = new URL(`http://127.0.0.1:${port}/v1/traces`)
  const headers = { 'api-key': 'secret' }
  const send = createSendSpans({ url, encoding: 'http/json', headers }, sentBy, { ...outgoing, clock })
  return { clock, send: (signal = new AbortController().signal) => send(noSpans, signal) }
}

async function startServer(t: TestContext, answer: RequestListener) {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

for (const { what, status = 200, headers = {}, body = '', sent } of [
  { what: 'an answer without a word', sent: { is: 'taken' } },
  { what: 'a rejection of some', body: '{"partialSuccess":{"rejectedSpans":"3"}}', sent: { is: 'taken' } },
  { what: 'a fault of its own', status: 500, body: 'Oops', sent: { is: 'refused', why: 'status 500' } },
  { what: 'that it is overloaded', status: 503, sent: { is: 'again', why: 'status 503' } },
  { what: 'that there is too much', status: 429, sent: { is: 'again', why: 'status 429' } },
  {
    what: 'when it wants to be asked again',
    status: 503,
    headers: { 'retry-after': '30' },
    sent: { is: 'again', why: 'status 503', milliseconds: 30_000 },
  },
  { what: 'that it knows no such key', status: 401, sent: { is: 'refused', why: 'status 401' } },
  {
    what: 'a redirect',
    status: 307,
    headers: { location: 'http://127.0.0.1:1/v1/traces' },
    sent: { is: 'refused', why: 'status 307' },
  },
  {
    what: 'a page',
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: '<h1>Welcome</h1>',
    sent: { is: 'refused', why: 'answered with a page' },
  },
  {
    what: 'more than it may',
    body: 'x'.repeat(1024 * 1024),
    sent: { is: 'refused', why: 'answer-too-long' },
  },
] as const) {
  test(`a collector answers ${what}`, async (t) => {
    const seen: unknown[] = []
    const port = await startServer(t, (request, response) => {
      const { 'api-key': key, 'content-type': type } = request.headers
      seen.push([request.method, request.url, key, type])
      response.writeHead(status, headers).end(body)
    })
    assert.deepEqual(await sendTo(t, port).send(), sent)
    assert.deepEqual(seen, [['POST', '/v1/traces', 'secret', 'application/json']], 'once, and nowhere else')
  })
}

test('a collector that is away may be back later', async (t) => {
  assert.deepEqual(await sendTo(t, await freePort()).send(), { is: 'again', why: 'no-connection' })
})

test('a collector that does not answer is waited for ten seconds', async (t) => {
  const asked = Promise.withResolvers<void>()
  const port = await startServer(t, () => asked.resolve())
  const { clock, send } = sendTo(t, port)
  const sent = send()
  await asked.promise
  await clock.advance(10_000)
  assert.deepEqual(await sent, { is: 'again', why: 'timeout' })
})

test('nothing is waited for any more when the process ends', async (t) => {
  const asked = Promise.withResolvers<void>()
  const port = await startServer(t, () => asked.resolve())
  const ending = new AbortController()
  const sent = sendTo(t, port).send(ending.signal)
  await asked.promise
  ending.abort()
  assert.deepEqual(await sent, { is: 'again', why: 'aborted' })
})
