import assert from 'node:assert/strict'
import { type RequestListener, STATUS_CODES } from 'node:http'
import { type TestContext, test } from 'node:test'
import { until } from '../../../test/harness/test-until.ts'
import { createMovableClock } from '../../base/clock.ts'
import { smsText } from './link-message.ts'
import { readSmsBody, type SmsBody } from './sms-body.ts'
import { createSmsConnector } from './sms-connector.ts'
import {
  assertSilent,
  message,
  rejection,
  startTestProvider,
  unusedPort,
  whileTimePasses,
} from './test-messages.ts'

const headers = { authorization: 'Bearer secret-token' }
const body = readSmsBody('{"to": "{to}", "text": "{text}"}') as SmsBody

async function startConnector(t: TestContext, answer: RequestListener) {
  const { url, posted } = await startTestProvider(t, answer)
  const clock = createMovableClock()
  return { ...createSmsConnector({ url, headers, body }, { clock, fetch }), posted, clock, url }
}

const answering =
  (...statuses: number[]): RequestListener =>
  (_request, response) => {
    response.statusCode = statuses.length > 1 ? (statuses.shift() ?? 500) : (statuses[0] ?? 500)
    response.end('{"error": "not for +48500000000"}')
  }

test('a message is posted once, with the configured headers, and taken with 2xx', async (t) => {
  const { send, posted } = await startConnector(t, answering(202))
  await send({ ...message, merchantName: 'Books "A" \\ B' })
  assert.equal(posted.length, 1)
  assert.equal(posted[0]?.headers.authorization, headers.authorization)
  assert.equal(posted[0]?.headers['content-type'], 'application/json')
  assert.deepEqual(JSON.parse(posted[0]?.body ?? ''), {
    to: message.to,
    text: smsText({ ...message, merchantName: 'Books "A" \\ B' }),
  })
})

for (const status of [400, 401, 500, 502]) {
  test(`${status} is not tried again`, async (t) => {
    const { send, posted, url } = await startConnector(t, answering(status))
    const error = await rejection(send(message))
    assert.equal(error.message, `The SMS provider answered ${status} (${STATUS_CODES[status]}).`)
    assertSilent(error, 'secret-token', url)
    assert.equal(posted.length, 1)
  })
}

for (const status of [429, 503]) {
  test(`${status} is tried again after two seconds, once`, async (t) => {
    const { send, posted, clock } = await startConnector(t, answering(status, 200))
    const sending = send(message)
    await until(() => posted.length > 0)
    await clock.advance(0)
    assert.equal(posted.length, 1)
    await whileTimePasses(clock, sending)
    assert.equal(posted.length, 2)
    assert.ok(clock.now() - createMovableClock().now() >= 2000)

    const twice = await startConnector(t, answering(status))
    assertSilent(await rejection(whileTimePasses(twice.clock, twice.send(message))), 'secret-token')
    assert.equal(twice.posted.length, 2)
  })
}

test('Retry-After is kept to where it is short, and where it is long nothing is tried again', async (t) => {
  const limited = (seconds: string) => (_: unknown, response: import('node:http').ServerResponse) =>
    void response.writeHead(429, { 'retry-after': seconds }).end()
  const short = await startConnector(t, limited('7'))
  const started = short.clock.now()
  const error = await rejection(whileTimePasses(short.clock, short.send(message)))
  assert.equal(error.message, 'The SMS provider answered 429 (Too Many Requests).')
  assert.equal(short.posted.length, 2)
  assert.ok(short.clock.now() - started >= 7000)
  const long = await startConnector(t, limited('60'))
  assertSilent(await rejection(long.send(message)), 'secret-token')
  assert.equal(long.posted.length, 1)
})

test('a redirect is not followed', async (t) => {
  const elsewhere = await startTestProvider(t, answering(200))
  const { send, posted } = await startConnector(t, (_request, response) => {
    response.writeHead(307, { location: elsewhere.url }).end()
  })
  assertSilent(await rejection(send(message)), 'secret-token', elsewhere.url)
  assert.equal(posted.length, 1)
  assert.equal(elsewhere.posted.length, 0)
})

test('who does not answer is waited for ten seconds, and not asked again', async (t) => {
  const { send, posted, clock } = await startConnector(t, () => {})
  const start = clock.now()
  const error = await rejection(whileTimePasses(clock, send(message)))
  assert.equal(error.message, 'The SMS provider did not answer in time.')
  assertSilent(error, 'secret-token')
  assert.equal(posted.length, 1)
  const waited = clock.now() - start
  assert.ok(waited >= 10_000 && waited < 60_000, String(waited))
})

test('of an answer without an end nothing but its status is read', async (t) => {
  let written = 0
  const { send } = await startConnector(t, (_request, response) => {
    response.writeHead(200)
    const chunk = Buffer.alloc(64 * 1024, 'x')
    const write = () => {
      while (!response.destroyed && written < 10_000_000) {
        written += chunk.length
        if (!response.write(chunk)) return void response.once('drain', write)
      }
    }
    write()
  })
  await send(message)
  await new Promise((resolve) => setTimeout(resolve, 200))
  assert.ok(written < 10_000_000, String(written))
})

test('who cannot be reached is tried twice', async () => {
  const port = await unusedPort()
  const clock = createMovableClock()
  let asked = 0
  const counted: typeof fetch = (...request) => {
    asked += 1
    return fetch(...request)
  }
  const settings = { url: `http://127.0.0.1:${port}/key-123`, headers, body }
  const { send } = createSmsConnector(settings, { clock, fetch: counted })
  const error = await rejection(whileTimePasses(clock, send(message)))
  assert.equal(error.message, 'The SMS provider could not be reached: it refused the connection.')
  assertSilent(error, 'secret-token', 'key-123')
  assert.equal(asked, 2)
})

test('a connection that breaks after the message was sent is not tried again', async (t) => {
  const { send, posted } = await startConnector(t, (request) => void request.socket.destroy())
  const error = await rejection(send(message))
  assert.match(error.message, /^The SMS provider closed the connection before answering/)
  assertSilent(error, 'secret-token')
  assert.equal(posted.length, 1)
})

test('what is no telephone number is sent to nobody', async (t) => {
  const { send, posted } = await startConnector(t, answering(200))
  for (const to of ['john@example.com', '+48500000000\r\nx: y', '48500000000', '']) {
    assertSilent(await rejection(send({ ...message, to })))
  }
  assert.equal(posted.length, 0)
})
