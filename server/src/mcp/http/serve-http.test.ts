import assert from 'node:assert/strict'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { McpServer } from '@modelcontextprotocol/server'
import { eventually } from '../../../test/harness/test-eventually.ts'
import { createMovableClock } from '../../base/clock.ts'
import { WrongSettings } from '../settings.ts'
import { readHttpSettings } from './http-settings.ts'
import { type HttpParts, serveHttp } from './serve-http.ts'

const secret = 'abcdefghijklmnopqrstuvwxyz0123456789ABCD'
const card = '5425233430109903'

/** A server whose one tool repeats for whom it is, and one that waits until it is called off. */
async function start(t: TestContext, given: Partial<HttpParts> = {}) {
  const clock = createMovableClock()
  const complaints: string[] = []
  const waiting: AbortSignal[] = []
  const http = readHttpSettings('0', { TONEGATE_MCP_HTTP_SECRET: secret }, {})
  const served = await serveHttp({
    ...{ http, clock, agentId: undefined, complain: (each) => void complaints.push(each) },
    serverOf(agentId) {
      const server = new McpServer({ name: 'test', version: '1.0.0' })
      const said = [`${agentId}`, card].map((text) => ({ type: 'text' as const, text }))
      server.registerTool('say', {}, async () => ({ content: said }))
      server.registerTool('wait', {}, async ({ mcpReq: { signal } }) => {
        waiting.push(signal)
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        return { content: [] }
      })
      return server
    },
    ...given,
  })
  t.after(served.close)
  const { port } = new URL(served.url)
  return { ...served, port, clock, complaints, waiting }
}

async function connectTo(
  t: TestContext,
  url: string,
  mode: 'auto' | 'legacy' = 'auto',
  requestInit: RequestInit = { headers: { authorization: `Bearer ${secret}` } },
) {
  const client = new Client({ name: 'agent', version: '1.0.0' }, { versionNegotiation: { mode } })
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }))
  t.after(() => client.close())
  return client
}

const say = async (client: Client) => JSON.stringify(await client.callTool({ name: 'say', arguments: {} }))

for (const mode of ['auto', 'legacy'] as const) {
  test(`a client is served for the agent in its address, and masked (${mode})`, async (t) => {
    const { url } = await start(t)
    for (const agent of ['agent-1', 'agent-2']) {
      const said = await say(await connectTo(t, `${url}?agentId=${agent}`, mode))
      assert.match(said, new RegExp(`"${agent}".*"\\*{16}"`))
    }
    assert.match(await say(await connectTo(t, url, mode)), /"undefined"/)
  })

  test(`a tool is called off when its client has left (${mode})`, async (t) => {
    const { url, waiting } = await start(t)
    const client = await connectTo(t, url, mode)
    const called = client.callTool({ name: 'wait', arguments: {} })
    called.catch(() => {})
    await eventually(() => waiting.length === 1)
    await client.close()
    await eventually(() => waiting[0]?.aborted)
  })

  test(`the server waits a moment for what is at work, and then ends it (${mode})`, async (t) => {
    const { url, waiting, clock, close } = await start(t)
    const client = await connectTo(t, url, mode)
    const called = client.callTool({ name: 'wait', arguments: {} })
    called.catch(() => {})
    await eventually(() => waiting.length === 1)
    const closed = close()
    await clock.advance(2_900)
    assert.ok(!waiting[0]?.aborted)
    await clock.advance(200)
    await closed
    assert.ok(waiting[0]?.aborted)
  })
}

/** A request as it is said, also with what `fetch` would not send. */
async function send(
  port: string,
  {
    method = 'POST',
    path = '/mcp',
    body = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
    ...headers
  }: Readonly<Record<string, string>> = {},
) {
  const all = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
  const asked = httpRequest({
    ...{ port, method, path, host: '127.0.0.1' },
    headers: { ...all, authorization: `Bearer ${secret}`, ...headers },
  })
  if (method === 'POST') asked.end(body)
  else asked.end()
  const response = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    asked.once('response', resolve)
    asked.once('error', reject)
  })
  return { status: response.statusCode, headers: response.headers, body: await text(response) }
}

for (const [what, request, status, said] of [
  ['no secret', { authorization: '' }, 401, /needs the bearer secret/],
  ['another secret', { authorization: `Bearer ${secret}0` }, 401, /needs the bearer secret/],
  ['the secret by another scheme', { authorization: `Basic ${secret}` }, 401, /needs the bearer secret/],
  ['a name that leads here', { host: 'evil.example' }, 403, /Invalid Host/],
  ['a page of another origin', { origin: 'https://evil.example' }, 403, /Invalid Origin/],
  ['a page without an origin', { origin: 'null' }, 403, /Invalid Origin/],
  ['another path', { path: '/' }, 404, /is at \/mcp/],
  ['an address that is none', { path: '//[' }, 404, /is at \/mcp/],
  ['a preflight', { method: 'OPTIONS' }, 405, /not allowed/],
  ['a stream of a session', { method: 'GET' }, 405, /not allowed/i],
  ['the end of a session', { method: 'DELETE' }, 405, /not allowed/i],
  ['a long agent', { path: `/mcp?agentId=${'a'.repeat(256)}` }, 400, /not the id of an agent/],
  ['a card for an agent', { path: `/mcp?agentId=${card}` }, 400, /not the id of an agent/],
  ['a form', { 'content-type': 'text/plain' }, 415, /application\/json/],
  ['no JSON', { body: 'hello' }, 400, /Parse error/],
  ['no body', { body: '' }, 400, /Parse error/],
  ['a deep message', { body: '['.repeat(100_000) }, 400, /Parse error/],
  ['a long message', { body: ' '.repeat(300 * 1024) }, 413, /262144/],
  [
    'a revision that is none, and reads as a card',
    { 'mcp-protocol-version': card, body: `{"jsonrpc":"2.0","id":1,"method":"${card}"}` },
    400,
    /\*{8}/,
  ],
] as const) {
  test(`a request with ${what} is refused with ${status}`, async (t) => {
    const { port } = await start(t)
    const answer = await send(port, request)
    assert.equal(answer.status, status, answer.body)
    assert.match(answer.body, said)
    assert.doesNotMatch(answer.body, new RegExp(`${card}|${secret}`))
    assert.equal(answer.headers['access-control-allow-origin'], undefined)
  })
}

test('a page of the server’s own origin, and a proxy that asks whether it lives, are answered', async (t) => {
  const { port } = await start(t)
  assert.equal((await send(port, { origin: 'http://localhost:3000' })).status, 200)
  assert.deepEqual(
    (await send(port, { method: 'GET', path: '/healthz', authorization: '', host: '10.0.0.7' })).body,
    '{"status":"alive"}',
  )
})

test('where the settings name an agent, it is the only one', async (t) => {
  const { port, url } = await start(t, { agentId: 'agent-1' })
  assert.equal((await send(port, { path: '/mcp?agentId=agent-2' })).status, 403)
  assert.match(await say(await connectTo(t, url)), /"agent-1"/)
})

test('more requests than there is room for are told to come again, and one that has ended makes room', async (t) => {
  const { url, port, waiting } = await start(t, { most: 2 })
  const client = await connectTo(t, url, 'legacy')
  for (const _ of [1, 2]) client.callTool({ name: 'wait', arguments: {} }).catch(() => {})
  await eventually(() => waiting.length === 2)
  const refused = await send(port)
  assert.deepEqual([refused.status, refused.headers['retry-after']], [503, '1'])
  await client.close()
  await eventually(async () => (await send(port)).status === 200)
})

test('a body that does not come, and a client that leaves in the middle of one, keep nothing at work', async (t) => {
  const { port, complaints } = await start(t, { most: 1 })
  const socket = connect(Number(port), '127.0.0.1')
  socket.write(
    `POST /mcp HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${secret}\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{`,
  )
  await eventually(async () => (await send(port)).status === 503)
  socket.destroy()
  await eventually(async () => (await send(port)).status === 200)
  assert.deepEqual(
    complaints.filter((each) => /could not be answered/.test(each)),
    [],
  )
})

test('a port that is taken is told in a sentence', async (t) => {
  const { port } = await start(t)
  const http = { host: '127.0.0.1', port: Number(port), names: [] }
  await assert.rejects(start(t, { http }), (error) => {
    assert.ok(error instanceof WrongSettings)
    assert.equal(error.message, `The MCP server cannot listen at 127.0.0.1, port ${port} (EADDRINUSE).`)
    return true
  })
})
