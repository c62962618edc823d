import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Answer, answer, startReceiver } from '../src/payments/webhooks/test-receiver.ts'
import { demoAdminOf } from './harness/test-admin.ts'
import { type CollectedSpan, pathsIn, startCollector } from './harness/test-collector.ts'
import { eventually } from './harness/test-eventually.ts'
import { channelPorts, environmentOf } from './harness/test-processes.ts'
import { startTestTonegate } from './harness/test-tonegate.ts'

type Started = Awaited<ReturnType<typeof startTestTonegate>>

const soon = `12${String(new Date().getFullYear() + 3).slice(-2)}`
const card = { cardNumber: '4111111111111111', expiry: soon, securityCode: '123' }

/** Opens a session for the payment page at one process, and pays at another. */
async function pay(api: Started, vault: Started, headers: Record<string, string> = {}, configurationId = 10) {
  const authorization = `Bearer ${await api.token()}`
  const order = { agentId: 'agent7', accountConfigurationId: configurationId, skipCallTransfer: true }
  const created = await api.post(
    '/globalpci/v1/digitalsession',
    { ...order, paymentData: { Amount: '12.40', Currency: 'USD' } },
    { authorization, ...headers },
  )
  assert.equal(created.status, 200, created.text)
  const { sessionGuid, providerSessionGuid, paymentFormUrl } = created.json
  const paid = await vault.send(new URL(paymentFormUrl).pathname, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams(card),
  })
  assert.ok(paid.status < 400, paid.text)
  const finished = await eventually(async () => {
    const { json } = await api.send(`/globalpci/v1/session/${sessionGuid}`, { headers: { authorization } })
    return json.sessionState === 'Finished' && json
  })
  assert.equal(finished.paymentResultData.paymentOutcome, 'approved')
  return { sessionGuid, providerSessionGuid }
}

const only = (spans: readonly CollectedSpan[], name: string): CollectedSpan => {
  const [found, ...more] = spans.filter((span) => span.name === name)
  assert.ok(found, `there is ${name}`)
  assert.deepEqual(more, [], `there is one ${name}`)
  return found
}

async function addWebhook(sandbox: Started, url: string): Promise<number> {
  const admin = demoAdminOf(sandbox)
  await admin(['secret', 'put', 'signing'], `whsec_${Buffer.alloc(32, 7).toString('base64')}`)
  const webhook = { url, privateAddresses: 'allowed', signingSecret: 'signing' }
  const usual = JSON.parse(await admin(['configuration', 'show', '10']))
  await admin(['configuration', 'put', '-'], JSON.stringify({ ...usual, id: 50, webhook }))
  return 50
}

test('a session is one trace, from POST to the webhook of its result', async (t) => {
  const collector = await startCollector(t)
  const receiver = await startReceiver(t)
  const sandbox = await startTestTonegate(t, { environment: collector.environment })
  const configurationId = await addWebhook(sandbox, receiver.url)
  const { sessionGuid, providerSessionGuid } = await pay(sandbox, sandbox, {}, configurationId)
  await receiver.got(1)
  await sandbox.close()

  const spans = collector.spans()
  const post = only(spans, 'POST /globalpci/v1/digitalsession')
  assert.deepEqual(pathsIn(spans, post.traceId), [
    'POST /globalpci/v1/digitalsession',
    'POST /globalpci/v1/digitalsession > launch session',
    'POST /globalpci/v1/digitalsession > launch session > charge',
    'POST /globalpci/v1/digitalsession > launch session > charge > ask gateway',
    'POST /globalpci/v1/digitalsession > launch session > charge > ask gateway > write rows',
    'POST /globalpci/v1/digitalsession > launch session > charge > send webhook',
    'POST /globalpci/v1/digitalsession > launch session > charge > write rows',
    'POST /globalpci/v1/digitalsession > launch session > write rows',
  ])
  assert.deepEqual(post.attributes, {
    'tonegate.region': 'nam',
    'tonegate.node': post.attributes['tonegate.node'],
    'tonegate.account_id': 1,
    'http.request.method': 'POST',
    'http.route': '/globalpci/v1/digitalsession',
    'http.response.status_code': 200,
  })
  const session = {
    'tonegate.account_id': 1,
    'tonegate.session_guid': sessionGuid,
    'tonegate.capture_guid': providerSessionGuid,
  }
  assert.deepEqual(only(spans, 'launch session').attributes, session)
  const charge = only(spans, 'charge')
  for (const [name, value] of Object.entries(session)) assert.equal(charge.attributes[name], value)
  assert.deepEqual(only(spans, 'ask gateway').attributes, {
    'tonegate.gateway.kind': 'sandbox',
    'tonegate.operation': 'authorise',
    'tonegate.answer': 'approved',
  })
  const paid = spans.find(({ spanId }) => spanId === charge.links[0]?.spanId)
  assert.equal(paid?.name, 'POST /pay/:guid/:secret')
  assert.equal(receiver.received[0]?.headers.traceparent, undefined, 'others hear nothing of it')
  for (const { startTimeUnixNano, endTimeUnixNano, name } of spans) {
    assert.ok(BigInt(startTimeUnixNano) <= BigInt(endTimeUnixNano), name)
  }
})

test('the trace of a program goes on, and the log says which it is', async (t) => {
  const collector = await startCollector(t)
  const sandbox = await startTestTonegate(t, { environment: collector.environment })
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
  const traceparent = `00-${traceId}-00f067aa0ba902b7-01`
  await pay(sandbox, sandbox, { traceparent, 'x-request-id': 'order-1' })
  await sandbox.close()
  const spans = collector.spans().filter((span) => span.traceId === traceId)
  assert.equal(only(spans, 'POST /globalpci/v1/digitalsession').parentSpanId, '00f067aa0ba902b7')
  assert.ok(only(spans, 'charge'))
  const launched = sandbox.lines
    .map((line) => JSON.parse(line))
    .find(({ message }) => message === 'a capture session was launched')
  assert.deepEqual([launched?.requestId, launched?.traceId], ['order-1', traceId])
})

test('a session of two processes is one trace', async (t) => {
  const collector = await startCollector(t)
  const ports = await channelPorts()
  const start = (role: 'api' | 'vault') =>
    startTestTonegate(t, {
      environment: { ...environmentOf(role, ports), ...collector.environment, OTEL_SERVICE_NAME: role },
    })
  const vault = await start('vault')
  const api = await start('api')
  await pay(api, vault)
  await api.close()
  await vault.close()

  const spans = collector.spans()
  const post = only(spans, 'POST /globalpci/v1/digitalsession')
  const root = 'POST /globalpci/v1/digitalsession'
  const atVault = `${root} > ask process > POST /api/v1/session/:tenantId/launch`
  const charge = `${atVault} > launch session > charge`
  const result = `${charge} > ask process > POST /api/v1/reports/result`
  const paths = pathsIn(spans, post.traceId)
  for (const path of [
    `${root} > write rows`,
    `${atVault} > launch session > write rows`,
    `${charge} > ask gateway`,
    `${charge} > write rows`,
    `${result} > write rows`,
  ]) {
    assert.ok(paths.includes(path), `${path} is in\n${paths.join('\n')}`)
  }
  assert.ok(
    paths.every((path) => path.startsWith(root)),
    paths.join('\n'),
  )
  const serviceOf = (name: string) => only(spans, name).resource['service.name']
  assert.equal(serviceOf(root), 'api')
  assert.equal(serviceOf('charge'), 'vault')
  assert.equal(serviceOf('POST /api/v1/reports/result'), 'api')
})

test('a session that the next process takes up stays in its trace', async (t) => {
  const collector = await startCollector(t)
  const first = await startTestTonegate(t, { environment: collector.environment })
  const authorization = `Bearer ${await first.token()}`
  const order = { agentId: 'agent7', paymentData: { Amount: '12.40', Currency: 'USD' } }
  const created = await first.post('/globalpci/v1/digitalsession', order, { authorization })
  await first.close()
  const environment = { ...collector.environment, TONEGATE_DATA: first.folder }
  const next = await startTestTonegate(t, { environment })
  const form = { method: 'POST', redirect: 'manual', body: new URLSearchParams(card) } as const
  await next.send(new URL(created.json.paymentFormUrl).pathname, form)
  await next.close()
  const spans = collector.spans()
  const [launch, charge] = [only(spans, 'launch session'), only(spans, 'charge')]
  assert.deepEqual([charge.traceId, charge.parentSpanId], [launch.traceId, launch.spanId])
  const { 'tonegate.node': node } = only(spans, 'POST /pay/:guid/:secret').attributes
  const taking = only(spans, 'take over sessions')
  assert.deepEqual(taking.attributes, { 'tonegate.region': 'nam', 'tonegate.node': node })
  assert.deepEqual(pathsIn(spans, taking.traceId), ['take over sessions', 'take over sessions > write rows'])
})

for (const [what, behaviour] of Object.entries({
  'is away': undefined,
  'says nothing': () => {},
  'has a fault': answer(500, 'Oops'),
  'is some other server': answer(200, '<h1>Welcome</h1>', { 'content-type': 'text/html' }),
  redirects: answer(302, '', { location: 'http://127.0.0.1:1/' }),
  'answers without an end': answer(200, 'x'.repeat(4 * 1024 * 1024)),
})) {
  test(`a collector that ${what} costs no payment, and two seconds at the end at most`, async (t) => {
    const endpoint = await collectorThat(t, behaviour)
    const sandbox = await startTestTonegate(t, { environment: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } })
    await pay(sandbox, sandbox)
    await sandbox.close()
    const told = sandbox.lines.filter((line) => line.includes('spans could not be sent to the collector'))
    assert.ok(told.length > 0, 'the log says so')
  })
}

async function collectorThat(t: TestContext, behaviour: Answer | undefined): Promise<string> {
  if (!behaviour) return 'http://127.0.0.1:1'
  const never = undefined as never
  return (await startCollector(t, (_request, response) => behaviour(response, never))).endpoint
}

test('without a collector nothing is traced', async (t) => {
  const sandbox = await startTestTonegate(t)
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  await pay(sandbox, sandbox, { traceparent })
  assert.ok(!sandbox.lines.join('').includes('traceId'))
})
