import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { until } from '../../../test/harness/test-until.ts'
import { createMovableClock } from '../clock.ts'
import { createOutgoing } from './create-outgoing.ts'
import type { OutgoingFault } from './no-answer-reasons.ts'
import { NoAnswer, type OutgoingRequest } from './outgoing.ts'

const pem = (name: string) =>
  readFileSync(new URL(`../../../test/harness/test-certificates/${name}.pem`, import.meta.url), 'utf8')

type Settings = Partial<Parameters<typeof createOutgoing>[0]>

function startOutgoing(t: TestContext, settings: Settings = {}) {
  const clock = createMovableClock()
  const { send, close } = createOutgoing({ clock, privateAddresses: 'allowed', ...settings })
  t.after(close)
  const post = (url: string, more: Partial<OutgoingRequest> = {}) =>
    send({
      method: 'POST',
      url: new URL(url),
      headers: {},
      timeoutMilliseconds: 10_000,
      body: Buffer.from('hello'),
      ...more,
    })
  return { clock, post }
}

async function listening(t: TestContext, server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
  })
  server.listen(0, '0.0.0.0')
  await once(server, 'listening')
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

/** A server of the test, the bodies that it has got, and how many connections. */
async function startServer(t: TestContext, answer: RequestListener) {
  const bodies: string[] = []
  let connections = 0
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part)
    bodies.push(Buffer.concat(parts).toString())
    answer(request, response)
  })
  server.on('connection', () => {
    connections += 1
  })
  const port = await listening(t, server)
  return { port, url: `http://127.0.0.1:${port}`, bodies, connections: () => connections }
}

/** Rejects with this fault; and whether the request may have arrived is said rightly. */
const faults = (sending: Promise<unknown>, fault: OutgoingFault, mayHaveArrived: boolean) =>
  assert.rejects(sending, (error: unknown) => {
    assert.ok(error instanceof NoAnswer, String(error))
    assert.deepEqual([error.fault, error.mayHaveArrived], [fault, mayHaveArrived])
    return true
  })

test('an answer of any status is an answer, and a redirect is not followed', async (t) => {
  const elsewhere = await startServer(t, (_, response) => response.end())
  const { url } = await startServer(t, (_, response) =>
    response.writeHead(307, { location: elsewhere.url }).end('there'),
  )
  const { post } = startOutgoing(t)
  const { status, headers, body } = await post(url)
  assert.deepEqual([status, headers.location, body.toString()], [307, elsewhere.url, 'there'])
  assert.equal(elsewhere.connections(), 0)
})

test('an answer without an end is cut off, with and without a length', async (t) => {
  let sent = 0
  let closed = 0
  const { url } = await startServer(t, (request, response) => {
    response.on('close', () => {
      closed += 1
    })
    if (request.url === '/told') response.writeHead(200, { 'content-length': String(10 * 2 ** 30) })
    const pour = () => {
      while (!response.destroyed && response.write(Buffer.alloc(16_384))) sent += 16_384
    }
    response.on('drain', pour)
    pour()
  })
  const { post } = startOutgoing(t)
  await faults(post(url, { maxBytes: 1000 }), 'answer-too-long', true)
  await faults(post(`${url}/told`), 'answer-too-long', true)
  await until(() => closed >= 2)
  assert.ok(sent < 50 * 2 ** 20, `${sent} bytes`)
})

test('the parts of an answer are handed over as they come, up to its bound, and those of an error are kept', async (t) => {
  const { url } = await startServer(t, ({ url: path }, response) => {
    if (path === '/none') return void response.writeHead(404).end('none')
    response.write('one')
    setImmediate(() => response.end(path === '/long' ? 'x'.repeat(2000) : 'two'))
  })
  const { post } = startOutgoing(t)
  const parts: string[] = []
  const onPart = (part: Buffer) => void parts.push(part.toString())
  assert.equal((await post(url, { onPart })).body.length, 0)
  assert.equal(parts.join(), 'one,two')
  assert.equal((await post(`${url}/none`, { onPart })).body.toString(), 'none')
  await faults(post(`${url}/long`, { onPart, maxBytes: 1000 }), 'answer-too-long', true)
})

test('an answer as long as it may be is taken', async (t) => {
  const { url } = await startServer(t, (_, response) => response.end('x'.repeat(1000)))
  const { post } = startOutgoing(t)
  assert.equal((await post(url, { maxBytes: 1000 })).body.length, 1000)
})

test('who does not answer, or does not come to an end, is waited for until the time is up', async (t) => {
  let asked = 0
  const { url } = await startServer(t, (request, response) => {
    asked += 1
    if (request.url === '/dripping') response.write('x')
  })
  const { post, clock } = startOutgoing(t)
  for (const [index, path] of ['/silent', '/dripping'].entries()) {
    const refused = faults(post(url + path), 'timeout', true)
    await until(() => asked > index)
    await clock.advance(9_999)
    await clock.advance(1)
    await refused
  }
})

test('a connection that closes after the request is lost, at every stage', async (t) => {
  const { post } = startOutgoing(t)
  for (const [what, reply] of [
    ['before a byte', ''],
    ['in the middle of the headers', 'HTTP/1.1 200 OK\r\ncontent-le'],
    ['in the middle of the body', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf'],
    [
      'after an upgrade that nobody asked for',
      'HTTP/1.1 101 Switching\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n',
    ],
    ['after what is no HTTP', 'SSH-2.0-OpenSSH\r\n'],
    ['after endless headers', `HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(20_000)}`],
  ] as const) {
    const port = await listening(
      t,
      createTcpServer((socket) => socket.once('data', () => socket.end(reply))),
    )
    await t.test(what, () => faults(post(`http://127.0.0.1:${port}`), 'connection-lost', true))
  }
})

test('nothing arrives where nothing listens, and where a name has no address', async (t) => {
  const { url } = await startServer(t, () => {})
  const taken = createTcpServer()
  const port = await listening(t, taken)
  await new Promise((resolve) => taken.close(resolve))
  const lookup = async (host: string) => {
    if (host === 'empty.test') return []
    throw Object.assign(new Error('no such host'), { code: 'ENOTFOUND' })
  }
  const { post } = startOutgoing(t, { lookup })
  await faults(post(`http://127.0.0.1:${port}`), 'no-connection', false)
  await faults(post('http://nowhere.test'), 'no-such-host', false)
  await faults(post('http://empty.test'), 'no-such-host', false)
  assert.ok(url)
})

for (const url of [
  'http://127.0.0.1',
  'http://127.1',
  'http://2130706433',
  'http://0x7f000001',
  'http://0177.0.0.1',
  'http://0',
  'http://0.0.0.0',
  'http://[::1]',
  'http://[::]',
  'http://[::ffff:127.0.0.1]',
  'http://[::ffff:7f00:1]',
  'http://[64:ff9b::127.0.0.1]',
  'http://[fe80::1]',
  'http://169.254.169.254/latest/meta-data',
  'http://[fd00:ec2::254]',
  'http://10.1.2.3',
  'http://localhost',
  'https://127.0.0.1',
]) {
  test(`${url} is refused, and not connected to`, async (t) => {
    const server = await startServer(t, (_, response) => response.end())
    const { post } = startOutgoing(t, { privateAddresses: 'refused' })
    const target = new URL(url)
    target.port = String(server.port)
    await faults(post(target.href), 'private-address', false)
    assert.equal(server.connections(), 0)
  })
}

/** In these tests 127.0.0.2 stands for an address of the public Internet. */
const isPublic = (address: string) => address === '127.0.0.2'
const at = (...addresses: readonly string[]) => addresses.map((address) => ({ address, family: 4 }))

test('a name that changes its address from a public to a private one is refused from then on', async (t) => {
  const server = await startServer(t, (_, response) => response.writeHead(200, { connection: 'close' }).end())
  const answers = [at('127.0.0.2'), at('127.0.0.1')]
  let lookups = 0
  const lookup = async () => answers[lookups++] ?? assert.fail()
  const { post } = startOutgoing(t, { privateAddresses: 'refused', lookup, isPublic })
  assert.equal((await post(`http://rebinding.test:${server.port}`)).status, 200)
  assert.equal(lookups, 1, 'what was looked at is what is connected to')
  await faults(post(`http://rebinding.test:${server.port}`), 'private-address', false)
  assert.equal(server.connections(), 1)
})

test('a name with a private address beside a public one is refused', async (t) => {
  const server = await startServer(t, (_, response) => response.end())
  const lookup = async () => at('127.0.0.2', '127.0.0.1')
  const { post } = startOutgoing(t, { privateAddresses: 'refused', lookup, isPublic })
  await faults(post(`http://both.test:${server.port}`), 'private-address', false)
  assert.equal(server.connections(), 0)
})

test('the address is looked at again once it is connected, before a byte is sent', async (t) => {
  const server = await startServer(t, (_, response) => response.end())
  let looks = 0
  const { post } = startOutgoing(t, {
    privateAddresses: 'refused',
    lookup: async () => at('127.0.0.2'),
    isPublic: () => looks++ === 0,
  })
  await faults(post(`http://moved.test:${server.port}`), 'private-address', false)
  assert.equal(looks, 2)
  assert.deepEqual(server.bodies, [])
})

async function startHttps(t: TestContext, certificate: string) {
  const bodies: string[] = []
  const server = createHttpsServer({ cert: pem(certificate), key: pem('key') }, (request, response) => {
    bodies.push(request.url ?? '')
    response.end('safe')
  })
  const port = await listening(t, server)
  return { url: (host: string) => `https://${host}:${port}`, port, bodies }
}

test('a certificate must be good: in its time, for its host, and of an authority that is known', async (t) => {
  const lookup = async () => at('127.0.0.1')
  const trusting = startOutgoing(t, { lookup, tls: { ca: [pem('valid'), pem('expired')].join('\n') } })
  const valid = await startHttps(t, 'valid')
  const expired = await startHttps(t, 'expired')
  assert.equal((await trusting.post(valid.url('receiver.test'))).body.toString(), 'safe')
  await faults(trusting.post(expired.url('receiver.test')), 'bad-certificate', false)
  await faults(trusting.post(valid.url('other.test')), 'bad-certificate', false)
  const usual = startOutgoing(t, { lookup })
  await faults(usual.post(valid.url('receiver.test')), 'bad-certificate', false)
  const plain = await startServer(t, (_, response) => response.end())
  await faults(usual.post(`https://receiver.test:${plain.port}`), 'bad-certificate', false)
  assert.deepEqual([expired.bodies, valid.bodies], [[], ['/']])
})

test('a connection is kept and used again', async (t) => {
  const { url, connections } = await startServer(t, (_, response) => response.end())
  const { post } = startOutgoing(t)
  for (let each = 0; each < 5; each += 1) await post(url)
  assert.equal(connections(), 1)
})

test('a request that waited for a connection may have arrived once it had it', async (t) => {
  let asked = 0
  const { url, connections } = await startServer(t, (_, response) => {
    asked += 1
    if (asked < 2) response.end()
    else response.destroy()
  })
  const { post } = startOutgoing(t, { maxSockets: 1 })
  const [first, second] = [post(url), post(url)]
  const lost = faults(second, 'connection-lost', true)
  await first
  await lost
  assert.equal(connections(), 1)
})

test('no more connections to one host are opened than allowed; who waits too long has sent nothing', async (t) => {
  const { url, connections } = await startServer(t, () => {})
  const { post, clock } = startOutgoing(t, { maxSockets: 2 })
  const waiting = [post(url), post(url)]
  const arrived = waiting.map((each) => faults(each, 'timeout', true))
  await until(() => connections() >= 2)
  const third = faults(post(url, { timeoutMilliseconds: 5_000 }), 'timeout', false)
  await clock.advance(5_000)
  await third
  assert.equal(connections(), 2)
  await clock.advance(5_000)
  await Promise.all(arrived)
})

test('a request is given up when it is told to be', async (t) => {
  let asked = 0
  const { url } = await startServer(t, () => {
    asked += 1
  })
  const { post } = startOutgoing(t)
  await faults(post(url, { signal: AbortSignal.abort() }), 'aborted', false)
  assert.equal(asked, 0)
  const controller = new AbortController()
  const given = faults(post(url, { signal: controller.signal }), 'aborted', true)
  await until(() => asked > 0)
  controller.abort()
  await given
})

test('a body that holds a secret arrives whole, and is overwritten afterwards, answered or not', async (t) => {
  const { url, bodies } = await startServer(t, (request, response) => {
    if (request.url === '/lost') response.destroy()
    else response.end()
  })
  const { post } = startOutgoing(t, { privateAddresses: 'allowed' })
  const secret = () => Buffer.from('a secret')
  const kept = secret()
  await post(url, { body: kept })
  assert.equal(kept.toString(), 'a secret')
  const [answered, lost, refused] = [secret(), secret(), secret()]
  await post(url, { body: answered, wipeBody: true })
  await assert.rejects(post(`${url}/lost`, { body: lost, wipeBody: true }), NoAnswer)
  const guarded = startOutgoing(t, { privateAddresses: 'refused' })
  await assert.rejects(guarded.post(url, { body: refused, wipeBody: true }), NoAnswer)
  for (const body of [answered, lost, refused]) assert.deepEqual(body, Buffer.alloc(8))
  assert.deepEqual(bodies, ['a secret', 'a secret', 'a secret'])
})

test('a URL with credentials, or of another kind, is a mistake of ours', async (t) => {
  const { post } = startOutgoing(t)
  for (const url of ['http://user:password@127.0.0.1', 'file:///etc/passwd', 'ftp://127.0.0.1']) {
    await assert.rejects(post(url), TypeError)
  }
})

test('an error says nothing of the request', async (t) => {
  const { post } = startOutgoing(t, { privateAddresses: 'refused' })
  const error: unknown = await post('http://127.0.0.1/path?token=1').catch((reason: unknown) => reason)
  assert.equal(String(error), 'NoAnswer: No answer: private-address.')
})
