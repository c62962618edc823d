import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, get, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import { freePort } from '../../test/harness/test-free-port.ts'
import { createLog } from '../base/log.ts'
import { startIdentity } from '../identity/test-identity.ts'
import { listen } from './listen.ts'

/** A server of little patience, so that the test has some. */
async function start(t: TestContext) {
  const { app } = await startIdentity(t)
  await app.ready()
  const patience = { headers: 200, request: 400, interval: 50 }
  const listener = await listen({ host: '127.0.0.1', port: 0, log: createLog('silent'), patience })
  t.after(() => listener.close())
  await listener.serve({
    handlerFor: () => (request, response) => app.routing(request, response),
    mayAnswer: () => true,
    ready: async () => ({}),
  })
  return listener
}

/** Sends the pieces of a request with a pause between each, until the server hangs up. */
async function sendSlowly(port: number, pieces: readonly string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let received = ''
  socket.on('data', (chunk) => (received += chunk))
  // Whoever is cut off while he writes may be told by a reset.
  socket.on('error', () => {})
  let at = 0
  const timer = setInterval(() => socket.writable && socket.write(pieces[at++ % pieces.length] ?? ''), 20)
  await new Promise((resolve) => socket.once('close', resolve))
  clearInterval(timer)
  return received
}

const head =
  'POST /auth/connect/token HTTP/1.1\r\nHost: nam.example.com\r\n' +
  'Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 16000\r\n\r\n'

test('a body that drips in is answered with 408 and cut off, and others are served meanwhile', async (t) => {
  const { port } = await start(t)
  const dripping = sendSlowly(port, [head, ...Array.from({ length: 500 }, () => 'a')])
  const other = await fetch(`http://127.0.0.1:${port}/auth/.well-known/openid-configuration`)
  assert.equal(other.status, 200)
  assert.match(await dripping, /^HTTP\/1\.1 408 /)
})

test('headers that drip in are answered with 408 and cut off', async (t) => {
  const { port } = await start(t)
  const lines = Array.from({ length: 500 }, (_, line) => `X-Slow-${line}: 1\r\n`)
  assert.match(
    await sendSlowly(port, ['POST /auth/connect/token HTTP/1.1\r\nHost: a\r\n', ...lines]),
    /^HTTP\/1\.1 408 /,
  )
})

test('a connection whose stream has ended keeps nobody from closing', { timeout: 9_000 }, async () => {
  const listener = await listen({ host: '127.0.0.1', port: 0, log: createLog('silent') })
  const streaming = Promise.withResolvers<ServerResponse>()
  await listener.serve({
    handlerFor: () => (_request, response) => {
      response.writeHead(200).flushHeaders()
      streaming.resolve(response)
    },
    mayAnswer: () => true,
    ready: async () => ({}),
  })
  const agent = new Agent({ keepAlive: true })
  const answered = once(get({ port: listener.port, host: '127.0.0.1', agent }), 'response')
  const response = await streaming.promise
  const [answer] = await answered
  answer.resume()
  const closed = listener.close()
  response.end()
  await closed
  agent.destroy()
})

test('while it drains, requests are answered and their connections end; when it has closed, there are none', async (t) => {
  const listener = await start(t)
  const ask = () => fetch(`http://127.0.0.1:${listener.port}/auth/.well-known/openid-configuration`)
  assert.equal((await ask()).headers.get('connection'), 'keep-alive')
  listener.drain()
  const answer = await ask()
  assert.deepEqual([answer.status, answer.headers.get('connection')], [200, 'close'])
  const readiness = await fetch(`http://127.0.0.1:${listener.port}/readyz`)
  assert.deepEqual([readiness.status, await readiness.json()], [503, { status: 'stopping' }])
  assert.equal((await fetch(`http://127.0.0.1:${listener.port}/healthz`)).status, 200)
  await listener.close()
  await assert.rejects(ask())
})

test('a port is not listened at before there is anything to answer', async (t) => {
  const [host, port] = ['127.0.0.1', await freePort()]
  const listener = await listen({ host, port, log: createLog('silent') })
  t.after(() => listener.close())
  const ask = () => fetch(`http://${host}:${port}/readyz`)
  await assert.rejects(ask)
  await listener.serve({
    handlerFor: () => (_request, response) => response.end(),
    mayAnswer: () => true,
    ready: async () => ({}),
  })
  assert.deepEqual([listener.port, (await ask()).status], [port, 200])
  const second = await listen({ host, port, log: createLog('silent') })
  await assert.rejects(
    second.serve({ handlerFor: () => () => {}, mayAnswer: () => true, ready: async () => ({}) }),
    { code: 'EADDRINUSE', setting: 'PORT' },
  )
})

test('before there is anything to answer, a port that the machine has chosen says that it is starting', async (t) => {
  const listener = await listen({ host: '127.0.0.1', port: 0, log: createLog('silent') })
  t.after(() => listener.close())
  for (const path of ['/readyz', '/globalpci/v1/session']) {
    const answer = await fetch(`http://127.0.0.1:${listener.port}${path}`)
    assert.deepEqual([answer.status, await answer.json()], [503, { status: 'starting' }])
    assert.equal(answer.headers.get('retry-after'), '5')
  }
})

test('where a request came from is known after its connection is closed', async (t) => {
  const listener = await listen({ host: '127.0.0.1', port: 0, log: createLog('silent') })
  t.after(() => listener.close())
  const asked = Promise.withResolvers<void>()
  const address = Promise.withResolvers<string | undefined>()
  await listener.serve({
    handlerFor: () => (request, response) => {
      response.once('close', () => address.resolve(request.socket.remoteAddress))
      asked.resolve()
    },
    mayAnswer: () => true,
    ready: async () => ({}),
  })
  const reader = get({ host: '127.0.0.1', port: listener.port }).on('error', () => {})
  await asked.promise
  reader.destroy()
  assert.equal(await address.promise, '127.0.0.1')
})
