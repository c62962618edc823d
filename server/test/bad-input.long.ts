import assert from 'node:assert/strict'
import { Agent, request } from 'node:http'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { startTestTonegate } from './harness/test-tonegate.ts'

const naughty: readonly string[] = createRequire(import.meta.url)('big-list-of-naughty-strings')
const ours = ['', '\0', 'a\r\nset-cookie: a=b', '\ud800', '__proto__', 'x'.repeat(70_000)]
const strange = [...ours, ...naughty]
const unknown = '01890000-0000-7000-8000-000000000000'

async function startRegion(t: TestContext) {
  const tonegate = await startTestTonegate(t, { environment: { TONEGATE_REGIONS: 'nam' } })
  const authorization = `Bearer ${await tonegate.token()}`
  const body = { agentId: 'agent', paymentData: { Amount: '12.40' }, skipCallTransfer: true }
  const session = (await tonegate.post('/globalpci/v1/session', body, { authorization })).json
  const database = new DatabaseSync(join(tonegate.folder, 'nam.db'), { readOnly: true })
  t.after(() => database.close())
  const stored = () => Number(database.prepare('select count(*) n from payment_session').get()?.n)
  return { ...tonegate, authorization, session, stored }
}

/** Each text at one member after the other, and ours at all: all at all is what the Payment API's own tests try. */
const isTurnOf = (text: string, at: number, places: readonly unknown[]): boolean =>
  ours.includes(text) || strange.indexOf(text) % places.length === at

interface RawAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
}

/** Thousands are sent, one after the other. */
const agent = new Agent({ keepAlive: true })

/** A request that `fetch` would tidy up, sent as it is. */
function raw(
  origin: string,
  path: string,
  {
    method = 'GET',
    headers = {},
    body,
  }: { method?: string; headers?: Record<string, string>; body?: Buffer | string },
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(origin), { method, path, headers, agent }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk) => chunks.push(chunk))
      answer.once('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          text: Buffer.concat(chunks).toString(),
        }),
      )
    })
    sent.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'ECONNRESET') reject(error)
      // What came before may have closed the connection.
      else if (sent.reusedSocket)
        resolve(raw(origin, path, { method, headers, ...(body !== undefined && { body }) }))
      // A server that refuses a body early may close before all of it was sent.
      else resolve({ status: 413, headers: {}, text: '' })
    })
    sent.end(body)
  })
}

function assertRefusedPlainly(
  answer: { status: number; text: string; headers: unknown },
  what: string,
): void {
  assert.ok(
    answer.status >= 400 && answer.status < 500,
    `${what}: ${answer.status} ${answer.text.slice(0, 300)}`,
  )
  assert.ok(!JSON.stringify(answer.headers).includes('set-cookie'), what)
}

test('naughty strings in each member of a session are taken as text or refused, never a fault', async (t) => {
  const { post, authorization, stored } = await startRegion(t)
  const places: ((text: string) => unknown)[] = [
    (text) => ({ agentId: text, paymentData: { Amount: '5' }, skipCallTransfer: true }),
    (text) => ({ agentId: 'a', paymentData: { Amount: '5', Note: text }, skipCallTransfer: true }),
    (text) => ({ agentId: 'a', paymentData: { Amount: '5', [text]: 'x' }, skipCallTransfer: true }),
    (text) => ({ agentId: 'a', paymentData: { Amount: text }, skipCallTransfer: true }),
    (text) => ({ agentId: 'a', paymentData: { Amount: '5', Currency: text }, skipCallTransfer: true }),
    (text) => ({
      agentId: 'a',
      paymentData: { Amount: '5' },
      accountConfigurationId: text,
      skipCallTransfer: true,
    }),
    (text) => ({ agentId: 'a', paymentData: { Amount: '5' }, skipCallTransfer: text }),
    (text) => ({ agentId: 'a', paymentData: text }),
    (text) => text,
  ]
  for (const [at, place] of places.entries()) {
    for (const text of strange.filter((each) => isTurnOf(each, at, places))) {
      const before = stored()
      const answer = await post('/globalpci/v1/session', place(text), { authorization })
      const what = JSON.stringify(place(text)).slice(0, 200)
      if (answer.status === 200) continue
      assertRefusedPlainly(answer, what)
      assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/, what)
      assert.equal(answer.json.status, answer.status)
      assert.equal(stored(), before, `${what} was refused and stored`)
    }
  }
})

test('naughty strings in a path are not found, all with one answer', async (t) => {
  const { origin, authorization } = await startRegion(t)
  const paths = (part: string) => [
    ['GET', `/globalpci/v1/session/${part}`],
    ['POST', `/globalpci/v1/session/${part}/cancel`],
    ['POST', `/globalpci/v1/digitalsession/${part}/resend`],
    ['GET', `/session/${part}/view/${unknown}/framed`],
    ['GET', `/session/1/view/${part}/framed`],
    ['GET', `/session/1/view/${part}/events`],
    ['GET', `/pay/${part}/secret`],
    ['GET', `/pay/${unknown}/${part}`],
    ['GET', `/assets/${part}`],
    ['DELETE', `/sandbox/calls/${part}`],
    ['GET', `/sandbox/calls/${part}/events`],
  ]
  for (const text of [
    ...strange,
    '../../etc/passwd',
    '..%2f..%2fetc%2fpasswd',
    '%00',
    '%',
    '%ff',
    '*',
  ].filter((each) => each.length < 2000)) {
    const part = /^[%.*]/.test(text) ? text.replaceAll(' ', '%20') : encodeURIComponent(text.toWellFormed())
    for (const [method, path] of paths(part)) {
      if (!method || !path || /[^\x21-\x7e]/.test(path)) continue
      const answer = await raw(origin, path, { method, headers: { authorization } })
      assertRefusedPlainly(answer, `${method} ${path}`)
    }
  }
})

test('naughty strings in each part of a list’s query are taken as text or refused, never a fault', async (t) => {
  const { origin, authorization, session } = await startRegion(t)
  const names = ['agentId', 'state', 'from', 'to', 'cursor', 'limit', 'surplus']
  const ask = (query: string) =>
    raw(origin, `/globalpci/v1/sessions?${query}`, { headers: { authorization } })
  const short = strange.filter((each) => each.length < 2000).map((each) => each.toWellFormed())
  for (const text of short) {
    const queries = names.map((name) => `${name}=${encodeURIComponent(text)}`)
    for (const query of [...queries, `${encodeURIComponent(text)}=x`]) {
      const answer = await ask(query)
      const body = JSON.parse(answer.text)
      if (answer.status === 200) assert.ok(Array.isArray(body.sessions), query)
      else {
        assertRefusedPlainly(answer, query)
        assert.equal(answer.headers['content-type'], 'application/problem+json; charset=utf-8', query)
        const [{ path }] = body.errors
        assert.ok(query.startsWith(`${path}=`), `${query} was refused for ${path}`)
      }
    }
  }
  for (const query of ['limit=%', 'limit=%ff', 'cursor=%00', 'state[]=x', 'limit=1&limit=1', '&&==&', '?']) {
    const answer = await ask(query)
    assert.ok(answer.status === 200 || answer.status === 400, `${query}: ${answer.status}`)
  }
  assert.equal(JSON.parse((await ask('')).text).sessions[0].sessionGuid, session.sessionGuid)
})

test('naughty strings in each parameter of the token endpoint are refused as OAuth says', async (t) => {
  const { origin } = await startRegion(t)
  const form = {
    grant_type: 'client_credentials',
    scope: 'globalpci',
    client_id: unknown,
    client_secret: 's',
  }
  for (const name of [...Object.keys(form), 'surplus']) {
    for (const text of strange) {
      const body = new URLSearchParams({ ...form, [name]: text }).toString()
      const answer = await raw(origin, '/auth/connect/token', {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body,
      })
      assertRefusedPlainly(answer, `${name}=${text.slice(0, 100)}`)
      const { error, error_description: description = '' } = JSON.parse(answer.text)
      assert.match(error, /^[a-z_]+$/)
      assert.match(description, /^[\x20-\x21\x23-\x5b\x5d-\x7e]*$/)
    }
  }
})

test('naughty strings in a card form and in the telephone are refused, and never come back in the page', async (t) => {
  const { session, origin, post } = await startRegion(t)
  const { pathname } = new URL(session.paymentFormUrl)
  for (const text of strange.filter((each) => each.length < 2000)) {
    const body = new URLSearchParams({ pan: text, number: text, expiry: text, securityCode: text }).toString()
    const answer = await raw(origin, pathname, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body,
    })
    assert.ok(answer.status < 500, `${answer.status} for ${text}`)
    if (text.length > 8 && /[<>"']/.test(text))
      assert.ok(!answer.text.includes(text), `the page echoes ${text}`)
    const pressed = await post(`/sandbox/sessions/${session.sessionGuid}/keys`, { keys: text })
    assert.ok(pressed.status < 500)
    const called = await post('/sandbox/calls', { agentId: text })
    assert.ok(called.status < 500)
  }
})

const endpoints = [
  ['/auth/connect/token', 'application/x-www-form-urlencoded'],
  ['/globalpci/v1/session', 'application/json'],
  ['/globalpci/v1/digitalsession', 'application/json'],
  [`/globalpci/v1/session/${unknown}/cancel`, 'application/json'],
  [`/globalpci/v1/digitalsession/${unknown}/resend`, 'application/json'],
  [`/session/1/view/${unknown}/framed`, 'application/x-www-form-urlencoded'],
  [`/session/1/view/${unknown}/commands`, 'application/json'],
  [`/session/1/view/${unknown}/token`, 'application/json'],
  ['/session/events', 'application/json'],
  [`/pay/${unknown}/secret`, 'application/x-www-form-urlencoded'],
  [`/pay/${unknown}/secret/state`, 'application/json'],
  [`/pay/${unknown}/secret/typing`, 'application/json'],
  ['/sandbox/issuer', 'application/x-www-form-urlencoded'],
  ['/sandbox/calls', 'application/json'],
  [`/sandbox/calls/${unknown}/keys`, 'application/json'],
  [`/sandbox/calls/${unknown}/trouble`, 'application/json'],
  [`/sandbox/sessions/${unknown}/keys`, 'application/json'],
] as const

for (const [path, contentType] of endpoints) {
  test(`bodies that are no bodies are refused plainly: ${path}`, async (t) => {
    const { origin, authorization } = await startRegion(t)
    const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`
    const bodies: readonly [string, Buffer | string, string][] = [
      ['none', '', contentType],
      ['10 MB', Buffer.alloc(10_000_000, 'a'), contentType],
      ['not UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22]), contentType],
      ['percent-encoded, not UTF-8', 'scope=%ff%fe&agentId=%ff', 'application/x-www-form-urlencoded'],
      ['deep', deep, 'application/json'],
      ['__proto__', '{"__proto__": {"agentId": "x"}, "paymentData": {"__proto__": {}}}', 'application/json'],
      [
        'twice',
        '{"agentId": "a", "agentId": "b", "paymentData": {}, "keys": "1", "keys": "2"}',
        'application/json',
      ],
      ['twice, as a form', 'grant_type=a&grant_type=b&scope=x&scope=y', 'application/x-www-form-urlencoded'],
      ['null', 'null', 'application/json'],
      ['a number', '7', 'application/json'],
      ['an array', '[]', 'application/json'],
      ['control characters', '{"agentId": "a\u0000b"}', 'application/json'],
      ['another type', '<a/>', 'text/xml'],
      ['no type', 'x', ''],
    ]
    for (const [what, body, type] of bodies) {
      const headers = { authorization, ...(type && { 'content-type': type }) }
      const answer = await raw(origin, path, { method: 'POST', headers, body })
      assertRefusedPlainly(answer, what)
    }
  })
}

test('headers with strange values are refused, never echoed, never a fault', async (t) => {
  const { origin, session } = await startRegion(t)
  const values = naughty
    .map((text) => Buffer.from(text).toString('latin1'))
    .filter((text) => !/[\0\r\n]/.test(text))
  for (const value of values) {
    const { pathname } = new URL(session.iframeUrl)
    const requests = [
      ['GET', `/globalpci/v1/session/${session.sessionGuid}`, { authorization: value }],
      ['GET', `/globalpci/v1/session/${session.sessionGuid}`, { authorization: `Bearer ${value}` }],
      ['GET', pathname, { 'x-bearer-token': value, 'x-refresh-token': value }],
      ['GET', `${pathname.replace('/framed', '')}/events`, { authorization: `Bearer ${value}` }],
    ] as const
    for (const [method, path, headers] of requests) {
      const answer = await raw(origin, path, { method, headers: headers as Record<string, string> }).catch(
        () => undefined,
      )
      if (!answer) continue
      assertRefusedPlainly(answer, `${path} ${JSON.stringify(headers)}`)
    }
  }
})
