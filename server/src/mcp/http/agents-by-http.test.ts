import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { startTestTonegate } from '../../../test/harness/test-tonegate.ts'
import { callBy, endOf } from '../test-mcp.ts'

const program = join(import.meta.dirname, '../../mcp.ts')
const secret = 'abcdefghijklmnopqrstuvwxyz0123456789ABCD'
const order = { by: 'keypad', amount: '12.40', currency: 'GBP', reference: 'order-1001' }

/** The MCP server of a sandbox as a process that listens, with as many agents as connect to it. */
async function start(t: TestContext) {
  const tonegate = await startTestTonegate(t)
  const environment = { TONEGATE_DATA: tonegate.folder, TONEGATE_MCP_HTTP_SECRET: secret }
  const server = spawn(process.execPath, [program, '--http', '0'], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  t.after(() => server.kill('SIGKILL'))
  const said = await new Promise<string>((resolve) =>
    server.stderr.once('data', (chunk) => resolve(`${chunk}`)),
  )
  const [url = ''] = /http:\S+\/mcp/.exec(said) ?? []
  assert.match(said, /^Tonegate’s MCP server \S+ is ready at http:\/\/127\.0\.0\.1:\d+\/mcp, for http/)
  return { ...tonegate, server, connect: (agentId: string) => connectAs(t, `${url}?agentId=${agentId}`) }
}

async function connectAs(t: TestContext, url: string) {
  const client = new Client({ name: 'platform', version: '1.0.0' })
  const requestInit = { headers: { authorization: `Bearer ${secret}` } }
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }))
  t.after(() => client.close())
  return callBy(client)
}

test('agents of one server are apart: each has its own call and its own sessions, over all its connections', async (t) => {
  const { post, connect } = await start(t)
  const [one, other] = [await connect('agent-1'), await connect('agent-2')]
  for (const agentId of ['agent-1', 'agent-2']) await post('/sandbox/calls', { agentId })
  const { session_id } = (await one('open_payment_session', order)).json
  const second = (await other('open_payment_session', order)).json
  assert.notEqual(second.session_id, session_id)
  assert.match((await other('cancel_payment_session', { session_id })).text, /was not opened by this/)
  const found = (await other('search_payment_sessions', {})).json.sessions
  assert.deepEqual(
    found.map((each: { session_id: string }) => each.session_id),
    [second.session_id],
  )
  const again = await connect('agent-1')
  const both = await Promise.all([1, 2].map(() => again('open_payment_session', order)))
  assert.deepEqual(
    both.map(({ json }) => [json.session_id, json.repeated]),
    [1, 2].map(() => [session_id, true]),
  )
  assert.equal((await again('cancel_payment_session', { session_id })).json.state, 'Cancelled')
})

test('a server that is told to end answers those who wait, and ends with 0', async (t) => {
  const { post, connect, server } = await start(t)
  const call = await connect('agent-1')
  await post('/sandbox/calls', { agentId: 'agent-1' })
  const { session_id } = (await call('open_payment_session', order)).json
  const seen = Promise.withResolvers<string>()
  const following = call('follow_payment_session', { session_id }, seen.resolve)
  await seen.promise
  server.kill('SIGTERM')
  const { json } = await following
  assert.deepEqual([json.state, json.ended], ['Created', false])
  assert.equal(await endOf(server), 0)
})
