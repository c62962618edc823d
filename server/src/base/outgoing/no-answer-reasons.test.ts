import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:https'
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net'
import { type TestContext, test } from 'node:test'
import { testCertificate } from '../../../test/harness/test-certificate.ts'
import { createMovableClock } from '../clock.ts'
import { createOutgoing } from './create-outgoing.ts'
import type { LookUpHost } from './look-up-host.ts'
import { statusReason } from './no-answer-reasons.ts'
import { NoAnswer } from './outgoing.ts'

async function listening(t: TestContext, server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => void server.close())
  return (server.address() as AddressInfo).port
}

/** Sends a request to a path that is a secret, and says why there is no answer. */
function startAsking(t: TestContext, lookup?: LookUpHost) {
  const clock = createMovableClock()
  const outgoing = createOutgoing({ clock, privateAddresses: 'allowed', ...(lookup && { lookup }) })
  t.after(() => outgoing.close())
  const reason = async (origin: string): Promise<string> => {
    const url = new URL(`${origin}/secret-path?token=secret`)
    const asked = outgoing.send({
      method: 'POST',
      url,
      headers: {},
      timeoutMilliseconds: 10_000,
      maxBytes: 100,
    })
    const error = await asked.then(
      () => assert.fail('there is an answer'),
      (thrown: unknown) => thrown,
    )
    assert.ok(error instanceof NoAnswer)
    assert.ok(!`${error.message} ${error.reason}`.includes('secret'))
    return error.reason
  }
  return { clock, reason }
}

const day = 86_400_000

for (const [what, from, until, wanted] of [
  ['that has expired', -2 * day, -day, 'its TLS certificate has expired'],
  ['that is not valid yet', day, 2 * day, 'its TLS certificate is not valid yet'],
  ['of its own making', -day, day, 'its TLS certificate is not signed by a trusted authority'],
] as const) {
  test(`a certificate ${what} is named`, async (t) => {
    const now = Date.now()
    const { key, cert } = testCertificate({ from: now + from, until: now + until })
    const port = await listening(t, createServer({ key, cert }))
    const clock = createMovableClock()
    const tls = what === 'of its own making' ? {} : { ca: cert }
    const outgoing = createOutgoing({ clock, privateAddresses: 'allowed', tls })
    t.after(() => outgoing.close())
    const url = new URL(`https://127.0.0.1:${port}/`)
    await assert.rejects(
      outgoing.send({ method: 'GET', url, headers: {}, timeoutMilliseconds: 10_000 }),
      (error) => error instanceof NoAnswer && error.reason === wanted && error.fault === 'bad-certificate',
    )
  })
}

test('a refused connection, one without TLS, and what is no HTTP are named', async (t) => {
  const { reason } = startAsking(t)
  const closed = createTcpServer()
  const port = await listening(t, closed)
  closed.close()
  await once(closed, 'close')
  assert.equal(await reason(`http://127.0.0.1:${port}`), 'it refused the connection')
  const plain = await listening(t, createHttpServer())
  assert.equal(
    await reason(`https://127.0.0.1:${plain}`),
    'it does not speak TLS, or only a version that is too old',
  )
  const other = createTcpServer((socket) => void socket.on('error', () => {}).end('SSH-2.0-x\r\n'))
  assert.equal(await reason(`http://127.0.0.1:${await listening(t, other)}`), 'its answer is not HTTP')
})

test('a name without an address is told from name servers that do not answer', async (t) => {
  const failing = (code: string) =>
    startAsking(t, async () => {
      throw Object.assign(new Error('no'), { code })
    })
  assert.equal(await failing('ENOTFOUND').reason('http://shop.example.com'), 'its host name has no address')
  for (const code of ['EAI_AGAIN', 'ETIMEOUT', 'ESERVFAIL']) {
    assert.equal(
      await failing(code).reason('http://shop.example.com'),
      'its host name could not be looked up: no name server answered',
    )
  }
})

test('what took too long is named by the step that it came to', async (t) => {
  const looking = Promise.withResolvers<void>()
  const silent = startAsking(t, () => {
    looking.resolve()
    return new Promise(() => {})
  })
  const lookedUp = silent.reason('http://shop.example.com')
  await looking.promise
  await silent.clock.advance(10_000)
  assert.equal(await lookedUp, 'its host name could not be looked up in time')

  const { clock, reason } = startAsking(t)
  const connected = createTcpServer((socket) => void socket.on('error', () => {}))
  const mute = await listening(t, connected)
  const handshake = reason(`https://127.0.0.1:${mute}`)
  const [tlsSocket] = await once(connected, 'connection')
  await once(tlsSocket, 'data')
  await clock.advance(10_000)
  assert.equal(await handshake, 'it did not finish the TLS handshake in time')

  const asked = reason(`http://127.0.0.1:${mute}`)
  const [socket] = await once(connected, 'connection')
  await once(socket, 'data')
  await clock.advance(10_000)
  assert.equal(await asked, 'it did not answer in time')

  const begun = Promise.withResolvers<void>()
  const hear = () => begun.resolve()
  subscribe('http.client.response.finish', hear)
  t.after(() => void unsubscribe('http.client.response.finish', hear))
  const dripping = createHttpServer((_, response) => void response.writeHead(200).write('x'))
  const unfinished = reason(`http://127.0.0.1:${await listening(t, dripping)}`)
  await begun.promise
  await clock.advance(10_000)
  assert.equal(await unfinished, 'it did not finish its answer in time')
  dripping.closeAllConnections()
})

test('a status is told in words', () => {
  assert.equal(statusReason(404), 'answered 404 (Not Found)')
  assert.equal(statusReason(302), 'answered 302 (Found), and redirects are not followed')
  assert.equal(statusReason(599), 'answered 599')
})

test('that this server itself may open no more sockets is not said of the other side', async (t) => {
  for (const code of ['EMFILE', 'ENFILE', 'ENOBUFS', 'EADDRNOTAVAIL']) {
    const { reason } = startAsking(t, () => Promise.reject(Object.assign(new Error(code), { code })))
    assert.equal(await reason('http://receiver.example'), 'this server cannot open any more connections')
  }
})
