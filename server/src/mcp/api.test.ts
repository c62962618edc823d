import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../base/clock.ts'
import { NoAnswer, type OutgoingAnswer, type OutgoingRequest } from '../base/outgoing/outgoing.ts'
import { type ApiRequest, createApi } from './api.ts'
import type { Target } from './target.ts'
import { createTokens } from './tokens.ts'
import { ToolFault } from './tool-fault.ts'

const where: Target = {
  tokenUrl: new URL('https://nam.example.com/auth/connect/token'),
  apiUrl: 'https://nam.api.example.com/globalpci',
  clientId: 'client',
  clientSecret: 'a-secret-of-forty-characters',
}

type Scripted = Partial<Omit<OutgoingAnswer, 'body'>> & { readonly body?: unknown }

const json = (status: number, body: unknown, headers: Record<string, string> = {}): Scripted => ({
  status,
  body,
  headers: { 'content-type': 'application/json', ...headers },
})

const problem = (status: number, code: string, headers: Record<string, string> = {}): Scripted =>
  json(
    status,
    { type: `https://nam.api.example.com/globalpci/errors#${code}`, detail: 'It is so.' },
    { 'content-type': 'application/problem+json', ...headers },
  )

/** The other side answers the API’s requests by a script, and each request for a token with the next token. */
function start(script: readonly (Scripted | Error)[], ofTokens: readonly Scripted[] = []) {
  const clock = createMovableClock()
  const sent: OutgoingRequest[] = []
  const at: number[] = []
  let [tokens, requests] = [0, 0]
  const send = async (request: OutgoingRequest): Promise<OutgoingAnswer> => {
    const isToken = request.url.pathname === '/auth/connect/token'
    if (!isToken) {
      sent.push(request)
      at.push(clock.now())
    }
    const answer = isToken
      ? (ofTokens[tokens++] ?? json(200, { access_token: `token-${tokens}`, expires_in: 3600 }))
      : (script[Math.min(requests++, script.length - 1)] ?? json(200, {}))
    if (answer instanceof Error) throw answer
    const { status = 200, headers = {}, body = '' } = answer
    return { status, headers, body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)) }
  }
  const target = () => where
  const api = createApi({ target, tokens: createTokens({ target, send, clock }), send, clock })
  /** As long as it takes, in no time. */
  const ask = async (request: ApiRequest = { method: 'GET', path: '/v1/sessions' }) => {
    const asked = api(request).then(
      (answer) => ({ answer, fault: '' }),
      (error: unknown) => {
        if (error instanceof ToolFault) return { answer: undefined, fault: error.message }
        throw error
      },
    )
    await clock.advance(60_000)
    return asked
  }
  return { ask, clock, sent, at, tokens: () => tokens }
}

const opening: ApiRequest = { method: 'POST', path: '/v1/session', body: { agentId: 'a' } }

test('one request gets the token for all who wait, and it is renewed before it expires', async () => {
  const { ask, clock, sent, tokens } = start([json(200, { sessions: [] })])
  await Promise.all([ask(), ask(), ask()])
  assert.equal(tokens(), 1)
  assert.deepEqual(new Set(sent.map(({ headers }) => headers.authorization)), new Set(['Bearer token-1']))
  await clock.advance(3_500_000)
  await ask()
  assert.equal(tokens(), 2)
})

test('a token that is refused is replaced, once', async () => {
  const replaced = start([problem(401, 'invalid-token'), json(200, { sessions: [] })])
  assert.deepEqual((await replaced.ask()).answer, { sessions: [] })
  assert.deepEqual(
    replaced.sent.map(({ headers }) => headers.authorization),
    ['Bearer token-1', 'Bearer token-2'],
  )
  const refused = start([problem(401, 'invalid-token')])
  assert.match((await refused.ask()).fault, /tell the operator/)
  assert.equal(refused.sent.length, 2)
})

for (const [what, error, fault] of [
  ['a wrong secret', 'invalid_client', /does not accept the client id and secret of this MCP server/],
  ['a client for another flow', 'unauthorized_client', /not registered for the flow client_credentials/],
  ['a client without the scope', 'invalid_scope', /was not given the scope globalpci/],
] as const) {
  test(`${what} is told in words, without the secret`, async () => {
    const { ask } = start([], [json(400, { error, error_description: where.clientSecret })])
    const { fault: said } = await ask()
    assert.match(said, fault)
    assert.ok(!said.includes(where.clientSecret))
  })
}

for (const [what, retryAfter, waited] of [
  ['seconds', '2', 2000],
  ['a date', 'Thu, 15 Jan 2026 09:30:03 GMT', 3000],
] as const) {
  test(`429 with ${what} is kept to, and the request sent again`, async () => {
    const { ask, at } = start([problem(429, 'quota-exceeded', { 'retry-after': retryAfter }), json(200, {})])
    assert.deepEqual((await ask(opening)).answer, {})
    assert.deepEqual(
      at.map((time) => time - (at[0] ?? 0)),
      [0, waited],
    )
  })
}

test('429 for longer than a caller waits is told, with the seconds', async () => {
  const { ask, sent } = start([problem(429, 'quota-exceeded', { 'retry-after': '30' })])
  assert.equal((await ask()).fault, 'It is so. Try again in 30 seconds.')
  assert.equal(sent.length, 1)
})

const lost = new NoAnswer('connection-lost', true)

for (const [what, fault] of [
  ['a lost connection', lost],
  ['503', problem(503, 'overloaded', { 'retry-after': '1' })],
  [
    '502 of a proxy, in HTML',
    { status: 502, headers: { 'content-type': 'text/html' }, body: '<h1>Bad gateway</h1>' },
  ],
] as const) {
  test(`${what} is tried again where that can do no harm, and no other time`, async () => {
    const read = start([fault, fault, json(200, { sessions: [] })])
    assert.deepEqual((await read.ask()).answer, { sessions: [] })
    const keyed = start([fault, json(200, {})])
    assert.deepEqual((await keyed.ask({ ...opening, idempotencyKey: 'key' })).answer, {})
    assert.deepEqual(
      keyed.sent.map(({ headers }) => headers['idempotency-key']),
      ['key', 'key'],
    )
    const once = start([fault, json(200, {})])
    assert.notEqual((await once.ask(opening)).fault, '')
    assert.equal(once.sent.length, 1)
  })
}

test('a server that stays away is given up after four tries, and it is said that nothing was done', async () => {
  const down = new NoAnswer('no-connection', false, 'it refused the connection')
  const { ask, sent } = start([down])
  const { fault } = await ask({ ...opening, idempotencyKey: 'key' })
  assert.equal(
    fault,
    'Tonegate cannot be reached: it refused the connection. Nothing was done. Try again in a moment; if it stays so, pass the call to a person.',
  )
  assert.equal(sent.length, 4)
})

test('a server that does not answer in time is asked twice, so that the client is told before it gives up', async () => {
  const { ask, sent } = start([new NoAnswer('timeout', true)])
  assert.match((await ask()).fault, /^Tonegate cannot be reached: it did not answer in time\. Try again/)
  assert.equal(sent.length, 2)
})

for (const [what, answer, said] of [
  [
    'HTML',
    { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: '<html>' },
    /answered with text\/html and no JSON: TONEGATE_MCP_URL may be wrong/,
  ],
  ['half of an answer', json(200, '{"sessions": ['), /answered with application\/json and no JSON/],
  [
    'a redirect',
    { status: 302, headers: { location: 'https://elsewhere.example' } },
    /answered 302 \(Found\), and redirects are not followed: TONEGATE_MCP_URL may be wrong/,
  ],
] as const) {
  test(`${what} instead of an answer is told in words`, async () => {
    const { ask, sent } = start([answer])
    assert.match((await ask()).fault, said)
    assert.equal(sent.length, 1)
  })
}

test('what a server says is cut and masked before a model reads it', async () => {
  const detail = `5425 2334 3010 9903\n${'x'.repeat(2000)}`
  const { ask } = start([json(409, { type: 'x#unheard-of', detail })])
  const { fault } = await ask()
  assert.match(fault, /^\*\*\*\* \*\*\*\* \*\*\*\* \*\*\*\* x/)
  assert.ok(fault.length < 600)
})
