import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { Asking } from './asking.ts'
import { forwardedText, forwardWebhook } from './forward-webhook.ts'

const webhook = { delivery: 'd1', to: null, headers: { 'webhook-id': 'msg_1' }, body: '{}' }
const asking = { fetch, signal: new AbortController().signal, now: () => 0 } as unknown as Asking
const forwarded = async (url: string) => forwardedText(await forwardWebhook(asking, new URL(url), webhook))

async function startReceiver(t: TestContext): Promise<string> {
  const server = createServer((request, response) => {
    if (request.url === '/dies') request.socket.destroy()
    else if (request.url === '/page') response.setHeader('content-type', 'text/html').end('<html>')
    else if (request.url === '/moved') response.writeHead(302, { location: '/page' }).end()
    else response.writeHead(200).write('without an end')
  }).listen(0, '127.0.0.1')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('a redirect, a page and an answer without an end are what the program answered', async (t) => {
  const receiver = await startReceiver(t)
  assert.equal(await forwarded(`${receiver}/moved`), '→ 302, 0 ms')
  assert.equal(await forwarded(`${receiver}/page`), '→ 200, 0 ms')
  assert.equal(await forwarded(`${receiver}/endless`), '→ 200, 0 ms')
})

test('why a program did not answer is said in plain words', async (t) => {
  const receiver = await startReceiver(t)
  assert.equal(await forwarded(`${receiver}/dies`), '→ no answer: the connection was closed, 0 ms')
  assert.equal(await forwarded('http://127.0.0.1:6000/'), '→ no answer: no HTTP client asks this port, 0 ms')
})
