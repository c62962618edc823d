import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startCollector } from './harness/test-collector.ts'
import { eventually } from './harness/test-eventually.ts'
import { startTestTonegate } from './harness/test-tonegate.ts'

const card = '4111111111111111'
const canaries = [
  card,
  card.replace(/(....)(?=.)/g, '$1 '),
  card.replace(/(....)(?=.)/g, '$1-'),
  Number(card),
]
const guid = '0198c0fd-89c0-73ac-b013-c561988c2ffc'
const soon = `12${String(new Date().getFullYear() + 3).slice(-2)}`

const order = {
  agentId: 'agent7',
  paymentData: { Amount: '12.40', Currency: 'GBP', MerchantReferenceCode: 'order-1' },
  accountConfigurationId: 0,
  skipCallTransfer: true,
}
const call = { agentId: 'agent7', state: 'active', caller: '+447700900123', reference: 'call-1' }
const form = { cardNumber: '4929000000006', expiry: soon, securityCode: '123', submit: 'pay' }
const token = {
  grant_type: 'client_credentials',
  scope: 'globalpci',
  client_id: 'x',
  client_secret: 'x',
  code: 'x',
  redirect_uri: 'https://x',
}

/** What can be asked: each place in braces is one for a value. */
const requests: readonly (readonly [method: string, path: string, body?: object, as?: 'form'])[] = [
  ['POST', '/auth/connect/token', token, 'form'],
  ['POST', '/auth/connect/introspect', { token: 'x', token_type_hint: 'x', client_id: 'x' }, 'form'],
  ['POST', '/auth/connect/revocation', { token: 'x', client_id: 'x' }, 'form'],
  ['GET', '/auth/connect/authorize?client_id={}&redirect_uri={}&state={}&scope={}&response_type={}'],
  ['POST', '/auth/sign-in', { username: 'x', password: 'x', return_to: 'x' }, 'form'],
  ['GET', '/auth/.well-known/{}'],
  ['POST', '/globalpci/v1/session', order],
  ['POST', '/globalpci/v1/digitalsession', order],
  ['GET', '/globalpci/v1/session/{}?x={}'],
  ['GET', '/globalpci/v1/sessions?agentId={}&state={}&from={}&to={}&cursor={}&limit={}'],
  ['POST', '/globalpci/v1/session/{}/cancel', {}],
  ['POST', '/globalpci/v1/digitalsession/{}/resend', { channel: 'sms', to: '+447700900123' }],
  ['POST', '/globalpci/gateways/{}/{}/notifications', { id: 'x', type: 'x' }],
  ['POST', '/api/v1/token', { username: 'x', password: 'x', tenantname: 'x', grant_type: 'x' }, 'form'],
  ['POST', '/api/v1/session/{}/launch', { FlowId: 1, InitialValues: { Amount: '1' } }],
  ['GET', '/api/v1/session/{}/{}'],
  ['POST', '/api/v1/session/{}/{}/cancel', {}],
  ['PUT', '/calls/v1/calls/{}', call],
  ['GET', '/calls/v1/calls/{}'],
  ['DELETE', '/calls/v1/calls/{}', { endedBy: 'caller' }],
  ['POST', '/calls/v1/calls/{}/keys', { keys: '4', sequence: 1 }],
  ['POST', '/calls/v1/calls/{}/trouble', { trouble: 'audio-lost' }],
  ['POST', '/calls/v1/commands/{}', {}],
  ['GET', '/pay/{}/{}'],
  ['POST', '/pay/{}/{}', form, 'form'],
  ['GET', '/pay/{}/{}/state?wait={}'],
  ['GET', '/session/{}/view/{}/events'],
  ['POST', '/sandbox/calls', { agentId: 'agent8' }],
  ['POST', '/sandbox/calls/{}/keys', { keys: '4' }],
  ['GET', '/{}/{}?{}={}'],
]

const carrying = [
  ...['user-agent', 'referer', 'cookie', 'origin', 'accept-language', 'x-forwarded-for', 'x-request-id'],
  ...['traceparent', 'tracestate', 'baggage', 'b3', 'idempotency-key', 'dpop', 'if-none-match', 'x-canary'],
]

/** The object, once for each member that it has at any depth, with a canary in the member's place. */
function* offered(body: object, canary: unknown): Generator<object> {
  for (const [name, value] of Object.entries(body)) {
    yield { ...body, [name]: canary }
    if (typeof value === 'object')
      for (const inner of offered(value, canary)) yield { ...body, [name]: inner }
  }
  yield { ...body, [String(canary)]: canary }
}

test('a card number that is offered in every member, header, path and query is in no trace', async (t) => {
  const collector = await startCollector(t)
  const sandbox = await startTestTonegate(t, {
    environment: { ...collector.environment, OTEL_TRACES_SAMPLER: 'parentbased_always_on' },
  })
  const { send, post } = sandbox
  const bearer = `Bearer ${await sandbox.token()}`
  const platform = sandbox.tonegate.sandbox?.regions.nam?.platforms?.[0]?.key
  const authorizationOf = (path: string) => (path.startsWith('/calls/') ? `Bearer ${platform}` : bearer)

  async function ask(
    method: string,
    path: string,
    body: object | undefined,
    as: string | undefined,
    more = {},
  ) {
    const sent =
      body && (as === 'form' ? new URLSearchParams(body as Record<string, string>) : JSON.stringify(body))
    const headers = {
      authorization: authorizationOf(path),
      ...(typeof sent === 'string' && { 'content-type': 'application/json' }),
      ...more,
    }
    const signal = AbortSignal.timeout(2_000)
    await send(path, { method, headers, redirect: 'manual', signal, ...(sent && { body: sent }) }).catch(
      () => {},
    )
  }

  for (const [method, pattern, body, as] of requests) {
    const pathWith = (value: unknown) => pattern.replaceAll('{}', encodeURIComponent(String(value)))
    for (const canary of canaries) {
      await ask(method, pathWith(canary), body, as)
      for (const each of body ? offered(body, canary) : []) await ask(method, pathWith(guid), each, as)
    }
    for (const name of carrying) await ask(method, pathWith(guid), body, as, { [name]: card })
    await ask(method, pathWith(guid), body, as, {
      traceparent: `00-${card.padStart(32, 'a')}-${card}-01`,
      authorization: `Bearer ${card}`,
    })
  }

  const { callGuid } = (await post('/sandbox/calls', { agentId: 'agent9' })).json
  const opened = await post(
    '/globalpci/v1/session',
    { agentId: 'agent9', paymentData: order.paymentData },
    { authorization: bearer },
  )
  assert.equal(opened.status, 200, opened.text)
  await post(`/sandbox/calls/${callGuid}/keys`, { keys: `${card}#${soon}#123#1` })
  await eventually(async () => {
    const path = `/globalpci/v1/session/${opened.json.sessionGuid}`
    return (await send(path, { headers: { authorization: bearer } })).json.sessionState === 'Finished'
  })
  await sandbox.close()

  const spans = collector.spans()
  assert.ok(spans.length > 1_000, `${spans.length} spans`)
  for (const name of ['charge', 'ask gateway', 'POST /pay/:guid/:secret', 'PUT /calls/v1/calls/:callGuid']) {
    assert.ok(
      spans.some((span) => span.name === name),
      `there is ${name}`,
    )
  }
  const exported = Buffer.concat([...collector.bodies()]).toString()
  const digits = exported.replace(/"(?:start|end)TimeUnixNano":"\d+"/g, '').replace(/[ -]/g, '')
  assert.ok(!digits.includes(card.slice(0, 12)), 'no card number is in what the collector got')
  const texts = spans.flatMap(({ name, attributes }) => [name, ...Object.values(attributes).map(String)])
  assert.ok(texts.every((text) => !/4111|4929|order-1|agent\d|\+44/.test(text.replace(/[0-9a-f-]{36}/g, ''))))
})
