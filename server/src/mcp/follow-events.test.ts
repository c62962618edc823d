import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../../test/harness/test-eventually.ts'
import { startTestTonegate } from '../../test/harness/test-tonegate.ts'
import { NoAnswer, type Outgoing, type OutgoingRequest } from '../base/outgoing/outgoing.ts'
import { createFollowEvents } from './follow-events.ts'
import { connectMcp } from './test-connected.ts'

const path = '/v1/session/019bc111-5b38-7000-8000-1234567890ab'
const target = () => ({
  tokenUrl: new URL('https://nam.example.com/auth/connect/token'),
  apiUrl: 'https://nam.api.example.com/globalpci',
  ...{ clientId: 'a', clientSecret: 'b' },
})

/** Follows a session at a server that sends this. */
function start(answer: (request: OutgoingRequest) => void, status = 200) {
  const asked: OutgoingRequest[] = []
  const heard: unknown[] = []
  const send: Outgoing = async (request) => {
    asked.push(request)
    answer(request)
    return { status, headers: {}, body: Buffer.alloc(0) }
  }
  const events = createFollowEvents({ target, tokens: { current: async () => 'token' }, send })
  const { signal } = new AbortController()
  const follow = () => events(path, { milliseconds: 1000, signal, heard: (event) => heard.push(event) })
  return { asked, heard, follow }
}

test('events are heard however they are cut, and the next stream begins behind them', async () => {
  const text =
    ': still here\n\nid: 1\nevent: session.progress\ndata: {"progress":"opened"}\n\nid: 2\ndata: {"é":1}\n\n'
  const { asked, heard, follow } = start(({ onPart }) => {
    for (const byte of Buffer.from(text)) onPart?.(Buffer.from([byte]))
  })
  await follow()
  assert.deepEqual(heard, [{ progress: 'opened' }, { é: 1 }])
  await follow()
  assert.deepEqual(
    asked.map(({ url, headers }) => [url.href, headers['last-event-id'], headers.authorization]),
    [
      [`${target().apiUrl}${path}/events`, '', 'Bearer token'],
      [`${target().apiUrl}${path}/events`, '2', 'Bearer token'],
    ],
  )
})

for (const [what, answer, status] of [
  ['has none', () => {}, 404],
  [
    'is lost',
    () => {
      throw new NoAnswer('connection-lost', true)
    },
    200,
  ],
  ['answers what is no stream', ({ onPart }) => onPart?.(Buffer.from('<html>\n\ndata: {\n\n')), 200],
] as readonly (readonly [string, (request: OutgoingRequest) => void, number])[]) {
  test(`a stream of a server that ${what} is over, and nothing of it is told`, async () => {
    const { heard, follow } = start(answer, status)
    await follow()
    assert.deepEqual(
      heard.filter((each) => Object.keys(each as object).length > 0),
      [],
    )
  })
}

test('an agent hears in words what the customer has entered, once, and how it ended', async (t) => {
  const { folder, post } = await startTestTonegate(t)
  const agentId = 'voice-agent-7'
  const { call } = await connectMcp(t, {
    environment: { TONEGATE_DATA: folder, TONEGATE_MCP_AGENT_ID: agentId },
  })
  const { callGuid } = (await post('/sandbox/calls', { agentId })).json
  const press = (keys: string) => post(`/sandbox/calls/${callGuid}/keys`, { keys })
  const order = { by: 'keypad', amount: '12.40', currency: 'GBP', reference: 'order-1001' }
  const { session_id } = (await call('open_payment_session', order)).json
  const said: string[] = []
  const follow = (more = {}) =>
    call('follow_payment_session', { session_id, ...more }, (message) => said.push(message))
  const first = follow({ timeout_seconds: 1 })
  await press('5425233430109903#')
  assert.equal((await first).json.ended, false)
  await eventually(() => said.includes('The customer has entered the card number.'))
  const second = follow()
  await press('1230#123#1')
  assert.equal((await second).json.outcome, 'approved')
  const entered = said.filter((each) => each.startsWith('The customer has entered'))
  assert.deepEqual(entered, [
    'The customer has entered the card number.',
    'The customer has entered the expiry date.',
    'The customer has entered the security code.',
  ])
})
