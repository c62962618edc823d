import assert from 'node:assert/strict'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import fastify from 'fastify'
import { takeBodies } from './take-bodies.ts'
import { createWipingServer } from './wiping-server.ts'

/** A server that keeps hold of the bytes of each body, to see what becomes of them. */
async function startServer(t: TestContext) {
  const bodies: Buffer[] = []
  const read: string[] = []
  const app = fastify({ bodyLimit: 100_000 })
  app.removeAllContentTypeParsers()
  app.decorateRequest('ownBody', null)
  app.addHook('onSend', async ({ ownBody }) => void ownBody?.fill(0))
  takeBodies(app, {
    mediaType: 'text/plain',
    maxBytes: 70_000,
    read(body) {
      bodies.push(body)
      read.push(body.toString())
      if (read.at(-1) === 'wrong') throw Object.assign(new Error('wrong'), { statusCode: 400 })
      return body
    },
  })
  app.post('/', async ({ body }) => `${(body as Buffer).length} bytes`)
  await app.ready()
  const server = createWipingServer({}, (incoming, response) => app.routing(incoming, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  const { port } = server.address() as AddressInfo
  const send = (body: string, path = '/') =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body,
    })
  return { port, send, bodies, read }
}

test('a body is read whole, and its bytes are zeros when the answer comes', async (t) => {
  const { send, bodies, read } = await startServer(t)
  for (const text of ['a', 'a secret', 'ä'.repeat(30_000)]) {
    const answer = await send(text)
    assert.equal(await answer.text(), `${Buffer.byteLength(text)} bytes`)
    assert.equal(read.at(-1), text)
  }
  assert.equal((await send('wrong')).status, 400)
  assert.equal(bodies.length, 4)
  for (const body of bodies) assert.ok(body.every((byte) => byte === 0))
})

test('a body of a length that is not told is read in pieces, and no piece is left', async (t) => {
  const { port, bodies, read } = await startServer(t)
  const pieces = Array.from({ length: 12 }, (_, index) => String(index).repeat(1000))
  const status = await new Promise((resolve, reject) => {
    const headers = { 'content-type': 'text/plain' }
    const sent = request({ port, method: 'POST', headers }, (answer) => resolve(answer.resume().statusCode))
    sent.once('error', reject)
    for (const piece of pieces) sent.write(piece)
    sent.end()
  })
  assert.equal(status, 200)
  assert.equal(read[0], pieces.join(''))
  assert.ok(bodies[0]?.every((byte) => byte === 0))
})

test('a body that is too long is refused with the limit, told or not, and others are answered on', async (t) => {
  const { send, port, read } = await startServer(t)
  const refused = await send('x'.repeat(70_001))
  assert.equal(refused.status, 413)
  assert.match(await refused.text(), /too large\. The limit is 70000 bytes\./)
  const status = await new Promise((resolve, reject) => {
    const headers = { 'content-type': 'text/plain' }
    const sent = request({ port, method: 'POST', headers }, (answer) => resolve(answer.resume().statusCode))
    sent.once('error', reject)
    sent.write('x'.repeat(70_001))
  })
  assert.equal(status, 413)
  assert.equal((await send('x'.repeat(70_000))).status, 200)
  assert.equal(read.length, 1)
})

test('where nothing is served, nothing is read', async (t) => {
  const { send, read } = await startServer(t)
  assert.equal((await send('a secret', '/nowhere')).status, 404)
  assert.deepEqual(read, [])
})
