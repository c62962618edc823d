import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../../../test/harness/test-eventually.ts'
import { attemptText } from './attempt.ts'
import { type Answer, answer, startReceiver } from './test-receiver.ts'
import { accountId, startWebhooks } from './test-webhooks.ts'

const second = 1000
const minute = 60 * second

const isDelivered = ({ state }: { readonly state: string }) => state === 'delivered'

const granted = (token: string, more: object = {}): Answer =>
  answer(200, JSON.stringify({ access_token: token, token_type: 'Bearer', expires_in: 600, ...more }))

async function startWithToken(t: Parameters<typeof startWebhooks>[0], more: object = {}) {
  const endpoint = await startReceiver(t)
  const oauth = {
    tokenUrl: `${endpoint.url}/token?tenant=1`,
    clientId: 'tone gate:1',
    secret: 'client-secret',
    authentication: 'basic',
    parameters: {},
    ...more,
  } as const
  const parts = await startWebhooks(t, { oauth })
  await parts.payments.secrets.put(accountId, 'client-secret', 'p%ss wörd')
  parts.payments.start()
  const bearers = () => parts.receiver.received.map(({ headers }) => headers.authorization)
  return { ...parts, endpoint, oauth, bearers }
}

test('a token is asked for once, sent along, and asked for anew shortly before it expires', async (t) => {
  const { end, endpoint, receiver, bearers, clock, logged } = await startWithToken(t)
  endpoint.next.push(granted('first'), granted('second'))
  await Promise.all([end(), end(), end()])
  await receiver.got(3)
  await clock.advance(9 * minute + 29 * second)
  await end()
  await receiver.got(4)
  await clock.advance(second)
  const { sessionGuid } = await end()
  await logged(sessionGuid, isDelivered)
  assert.deepEqual(bearers(), [...Array(4).fill('Bearer first'), 'Bearer second'])
  assert.equal(endpoint.received.length, 2)
  const [asked] = endpoint.received
  assert.equal(asked?.method, 'POST')
  assert.equal(asked?.path, '/token?tenant=1')
  assert.equal(asked?.body, 'grant_type=client_credentials')
  const [, basic = ''] = /^Basic (.+)$/.exec(asked?.headers.authorization ?? '') ?? []
  assert.equal(Buffer.from(basic, 'base64').toString(), 'tone+gate%3A1:p%25ss+w%C3%B6rd')
})

const inUtf16: Answer = (response) => {
  const text = JSON.stringify({ access_token: 'first', token_type: 'Bearer' })
  response.writeHead(200).end(Buffer.from(`\ufeff${text}`, 'utf16le'))
}

test('an answer with a byte order mark before it holds its token', async (t) => {
  const { end, endpoint, receiver, bearers } = await startWithToken(t)
  endpoint.next.push(answer(200, `\ufeff${JSON.stringify({ access_token: 'first', token_type: 'Bearer' })}`))
  await end()
  await receiver.got(1)
  assert.deepEqual(bearers(), ['Bearer first'])
})

test('id and secret are sent in the form where the configuration says so, with its parameters', async (t) => {
  const more = {
    authentication: 'form',
    parameters: { scope: 'payments', audience: 'https://shop.example.com' },
  }
  const { end, endpoint, receiver } = await startWithToken(t, more)
  endpoint.next.push(granted('first'))
  await end()
  await receiver.got(1)
  const [asked] = endpoint.received
  assert.equal(asked?.headers.authorization, undefined)
  assert.deepEqual(Object.fromEntries(new URLSearchParams(asked?.body)), {
    grant_type: 'client_credentials',
    scope: 'payments',
    audience: 'https://shop.example.com',
    client_id: 'tone gate:1',
    client_secret: 'p%ss wörd',
  })
})

test('a receiver that answers 401 gets a new token at once, and is left alone when it refuses that too', async (t) => {
  const { end, endpoint, receiver, bearers, logged } = await startWithToken(t)
  endpoint.next.push(granted('revoked'), granted('fresh'), granted('third'))
  receiver.next.push(answer(401))
  const first = await end()
  await logged(first.sessionGuid, isDelivered)
  assert.deepEqual(bearers(), ['Bearer revoked', 'Bearer fresh'])
  receiver.next.push(answer(401), answer(401))
  const second = await end()
  const { attempts } = await logged(second.sessionGuid, (newest) => newest.attempts.length === 1)
  assert.equal(attempts[0]?.status, 401)
  assert.deepEqual(bearers().slice(2), ['Bearer fresh', 'Bearer third'])
})

for (const [what, reply, said] of [
  ['HTML', answer(200, '<html>Sign in'), 'the token endpoint: its answer contains no access token'],
  ['UTF-16', inUtf16, 'the token endpoint: its answer contains no access token'],
  ['null', answer(200, 'null'), 'the token endpoint: its answer contains no access token'],
  ['no token', answer(200, '{"error":"none"}'), 'the token endpoint: its answer contains no access token'],
  [
    'a token with a line break',
    granted('a\r\nx-evil: 1'),
    'the token endpoint: its answer contains no access token',
  ],
  [
    'a token of another type',
    granted('a', { token_type: 'mac' }),
    'the token endpoint: its answer contains no access token',
  ],
  [
    '400',
    answer(400, '{"error":"invalid_client"}'),
    'the token endpoint answered 400 (Bad Request), which is not 200',
  ],
  [
    'a redirect',
    answer(302, '', { location: 'http://127.0.0.1:1/' }),
    'the token endpoint answered 302 (Found), and redirects are not followed',
  ],
  [
    '100 KiB',
    answer(200, 'x'.repeat(100_000)),
    'the token endpoint: its answer was too long and was cut off',
  ],
  [
    'a closed connection',
    (response) => response.destroy(),
    'the token endpoint: it closed the connection before answering',
  ],
] as const satisfies readonly (readonly [string, Answer, string])[]) {
  test(`a token endpoint that answers with ${what} is said in the log, and asked again later`, async (t) => {
    const { end, endpoint, receiver, clock, logged, lines } = await startWithToken(t)
    endpoint.next.push(reply)
    endpoint.behaviour.always = granted('good')
    const { sessionGuid } = await end()
    const { attempts } = await logged(sessionGuid, (newest) => newest.attempts.length === 1)
    assert.equal(attemptText(attempts[0] ?? assert.fail()), said)
    assert.equal(attempts[0]?.to, endpoint.url)
    await eventually(() => lines.some((line) => line.includes(said)))
    assert.equal(receiver.received.length, 0)
    await clock.leap(10 * second)
    await logged(sessionGuid, isDelivered)
    assert.ok(!lines.some((line) => line.includes('rd') && line.includes('p%ss')))
  })
}

test('a client secret that is not there is said, and no token is asked for', async (t) => {
  const { end, endpoint, payments, logged } = await startWithToken(t)
  await payments.secrets.remove(accountId, 'client-secret')
  const { sessionGuid } = await end()
  const { attempts } = await logged(sessionGuid, (newest) => newest.attempts.length === 1)
  assert.equal(attempts[0]?.fault, 'no-client-secret')
  assert.equal(endpoint.received.length, 0)
})

test('a token endpoint on a loopback address is refused as the webhook is', async (t) => {
  const { end, endpoint, configure, logged } = await startWithToken(t)
  await configure({ privateAddresses: 'refused' })
  const { sessionGuid } = await end()
  const { attempts } = await logged(sessionGuid, (newest) => newest.attempts.length === 1)
  assert.equal(attempts[0]?.fault, 'private-address')
  assert.equal(attempts[0]?.of, 'token-endpoint')
  assert.equal(endpoint.received.length, 0)
})

test('Retry-After of a token endpoint is kept to, and it is not asked for other messages meanwhile', async (t) => {
  const { end, endpoint, receiver, clock, logged } = await startWithToken(t)
  endpoint.next.push(answer(503, '', { 'retry-after': '300' }))
  endpoint.behaviour.always = granted('good')
  const first = await end()
  const { attempts } = await logged(first.sessionGuid, (newest) => newest.attempts.length === 1)
  assert.equal(
    attemptText(attempts[0] ?? assert.fail()),
    'the token endpoint answered 503 (Service Unavailable), which is not 200',
  )
  const second = await end()
  await clock.leap(290 * 1000)
  assert.equal(endpoint.received.length, 1)
  assert.equal(receiver.received.length, 0)
  await clock.leap(15 * 1000)
  for (const { sessionGuid } of [first, second]) await logged(sessionGuid, isDelivered)
})
