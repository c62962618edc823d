import assert from 'node:assert/strict'
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { test } from 'node:test'
import { eventually } from './harness/test-eventually.ts'
import { sampleOf, samplesIn, startMeteredTonegate } from './harness/test-metrics.ts'
import { payByKeypad, payByLink } from './harness/test-traffic.ts'

const region = 'nam'

test('tokens are counted by grant and outcome, and a grant that is not known as another', async (t) => {
  const { scrape, send, token } = await startMeteredTonegate(t)
  await token()
  const refused = { client_id: 'nobody', client_secret: 'wrong' }
  for (const grant_type of ['client_credentials', '4111111111111111']) {
    const body = new URLSearchParams({ grant_type, ...refused })
    assert.equal((await send('/auth/connect/token', { method: 'POST', body })).status, 400)
  }
  await send('/auth/connect/token', { method: 'POST', body: '{}', headers: { 'content-type': 'text/plain' } })
  const samples = samplesIn(await scrape())
  const tokens = (grant: string, outcome: string) =>
    sampleOf(samples, 'tonegate_token_requests_total', { region, grant, outcome })
  assert.equal(tokens('client_credentials', 'issued'), 1)
  assert.equal(tokens('client_credentials', 'invalid_client'), 1)
  assert.equal(tokens('other', 'invalid_client'), 1)
  assert.equal(tokens('other', 'invalid_request'), 1)
})

test('requests are counted by the pattern of their route, and those without one together', async (t) => {
  const { scrape, send } = await startMeteredTonegate(t)
  const guid = '0198c0fd-89c0-73ac-b013-c561988c2ffc'
  await send(`/globalpci/v1/session/${guid}`)
  await send('/4111111111111111')
  await send('/4111111111111112')
  const samples = samplesIn(await scrape())
  const route = '/globalpci/v1/session/:sessionGuid'
  const answered = { region, route, method: 'GET', status: '4xx' }
  assert.equal(sampleOf(samples, 'tonegate_http_requests_total', answered), 1)
  const timed = { region, route, method: 'GET' }
  assert.equal(sampleOf(samples, 'tonegate_http_request_duration_seconds_count', timed), 1)
  const nowhere = { region, route: 'none', method: 'GET', status: '4xx' }
  assert.equal(sampleOf(samples, 'tonegate_http_requests_total', nowhere), 2)
})

test('what is refused before its region is known is counted by the reason', async (t) => {
  const { scrape, tonegate } = await startMeteredTonegate(t, { environment: { TONEGATE_REGIONS: 'nam' } })
  const { port } = tonegate
  const say = async (text: string) => {
    const socket = connect(port, '127.0.0.1')
    const ended = once(socket, 'close')
    socket.on('error', () => {}).resume()
    socket.end(text)
    await ended
  }
  const reasons = async () =>
    Object.fromEntries(
      samplesIn(await scrape())
        .filter(({ name }) => name === 'tonegate_http_refused_requests_total')
        .map(({ labels: { reason = '' }, value }) => [reason, value]),
    )
  const none = { 'not-https': 0, 'not-ready': 0, 'too-slow': 0 }
  assert.deepEqual(await reasons(), { ...none, malformed: 0, 'other-region': 0, 'too-large': 0 })
  await say('4111111111111111\r\n\r\n')
  await say('GET /x HTTP/1.1\r\n\r\n')
  await say('GET /x HTTP/1.1\r\nHost: a\r\nExpect: a-card\r\nConnection: close\r\n\r\n')
  await say('GET /healthz HTTP/1.0\r\n\r\n')
  await say(`GET / HTTP/1.1\r\nHost: a\r\nX: ${'4'.repeat(100_000)}\r\n\r\n`)
  for (let each = 0; each < 2; each += 1)
    await say('GET /x HTTP/1.1\r\nHost: emea.example.com\r\nConnection: close\r\n\r\n')
  assert.deepEqual(await reasons(), { ...none, malformed: 3, 'other-region': 2, 'too-large': 1 })
})

test('payments are counted from their launch to their end, with the time in each field and at the gateway', async (t) => {
  const tonegate = await startMeteredTonegate(t)
  const { scrape, token } = tonegate
  const bearer = await token()
  await payByKeypad(tonegate, bearer, 'agent1')
  await payByLink(tonegate, bearer, 'agent2')
  const samples = samplesIn(await scrape())
  const value = (name: string, labels: Readonly<Record<string, string>> = {}) =>
    sampleOf(samples, `tonegate_${name}`, { region, ...labels })
  for (const kind of ['keypad', 'link']) {
    assert.equal(value('sessions_launched_total', { kind }), 1)
    assert.equal(value('sessions_ended_total', { kind, end: 'success', outcome: 'approved' }), 1)
    assert.equal(value('sessions_open', { kind, stage: 'processing' }), 0)
  }
  for (const field of ['payment-card-number', 'expiration-date', 'security-code'])
    assert.equal(value('field_entry_seconds_count', { field, entry: 'keypad' }), 1, field)
  const authorised = { kind: 'sandbox', operation: 'authorise' }
  assert.equal(value('gateway_requests_total', { ...authorised, outcome: 'approved' }), 2)
  assert.equal(value('gateway_request_duration_seconds_count', authorised), 2)
  assert.equal(value('unknown_outcomes'), 0)
  assert.ok((value('store_batch_operations_count') ?? 0) > 0)
  assert.equal(value('ready'), 1)
  assert.equal(value('nodes'), 1)
})

test('open sessions are counted by what they wait for, and calls and streams as long as they are there', async (t) => {
  const { scrape, post, token, origin } = await startMeteredTonegate(t)
  const authorization = `Bearer ${await token()}`
  const { callGuid } = (await post('/sandbox/calls', { agentId: 'agent1' })).json
  const order = { agentId: 'agent1', paymentData: { Amount: '12.40' } }
  const created = (await post('/globalpci/v1/session', order, { authorization })).json
  const seen = async (name: string, labels: Readonly<Record<string, string>>) =>
    sampleOf(samplesIn(await scrape()), `tonegate_${name}`, { region, ...labels })
  assert.equal(await seen('sessions_open', { kind: 'keypad', stage: 'waiting' }), 1)
  assert.equal(await seen('calls', { state: 'active' }), 1)
  assert.equal(await seen('secured_lines', { state: 'secured' }), 1)

  const events = `${origin}${new URL(created.iframeUrl).pathname.replace('/framed', '')}/events`
  const stream = get(events, { headers: { authorization: `Bearer ${created.agentAccessToken}` } })
  const [response]: IncomingMessage[] = await once(stream, 'response')
  assert.equal(response?.statusCode, 200)
  assert.equal(await seen('streams_open', { stream: 'agent-view' }), 1)
  await post(`/sandbox/calls/${callGuid}/keys`, { keys: '4111' })
  await eventually(async () => (await seen('sessions_open', { kind: 'keypad', stage: 'capturing' })) === 1)
  stream.destroy()
  await eventually(async () => (await seen('streams_open', { stream: 'agent-view' })) === 0)
})

test('what a scrape shows of several regions is told apart', async (t) => {
  const { scrape } = await startMeteredTonegate(t, { environment: { TONEGATE_REGIONS: 'nam,emea' } })
  const samples = samplesIn(await scrape())
  for (const name of ['nam', 'emea']) assert.equal(sampleOf(samples, 'tonegate_ready', { region: name }), 1)
})
