import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer as createHttpServer, get, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { setImmediate as turnEnd } from 'node:timers/promises'
import { currentRequestId, inRequest, inThisRequest } from '../request-scope.ts'
import { gatherWrites } from './gathered-writes.ts'

/** A connection of ours and its other end. */
async function connected(t: TestContext): Promise<readonly [Socket, Socket]> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const accepted = once(server, 'connection')
  const socket = gatherWrites(connect((server.address() as AddressInfo).port, '127.0.0.1'))
  const [[other]] = (await Promise.all([accepted, once(socket, 'connect')])) as [[Socket], unknown]
  t.after(() => {
    socket.destroy()
    other.destroy()
    server.close()
  })
  return [socket, other]
}

const textOf = async (socket: Socket) => Buffer.concat(await socket.toArray()).toString()

test('what is written leaves at the end of the turn', async (t) => {
  const [socket, other] = await connected(t)
  socket.write('later')
  assert.equal(socket.writableLength, 5)
  await turnEnd()
  assert.equal(socket.writableLength, 0)
  assert.deepEqual(await once(other, 'data'), [Buffer.from('later')])
})

test('the order of what is written is kept, over turns and up to the end', async (t) => {
  const [socket, other] = await connected(t)
  const large = 'x'.repeat(3_000_000)
  socket.write('a')
  socket.write('b')
  await turnEnd()
  socket.cork()
  socket.write('c')
  socket.write('d')
  socket.uncork()
  socket.end(large)
  assert.equal(await textOf(other), `abcd${large}`)
})

test('a connection that goes before the turn ends hurts no other', async (t) => {
  const [[gone], [stays, other]] = [await connected(t), await connected(t)]
  gone.on('error', () => {})
  gone.write('lost')
  stays.end('sent')
  gone.destroy()
  assert.equal(await textOf(other), 'sent')
})

test('answers that leave together end each in the scope of its own request', async (t) => {
  const held: (() => void)[] = []
  const ends: Promise<unknown>[] = []
  const asAnswered = (response: ServerResponse) =>
    new Promise((resolve) => response.once('finish', () => resolve(currentRequestId())))
  const server = createHttpServer((request, response) =>
    inRequest(request.url ?? '', () => {
      ends.push(asAnswered(response).then((id) => assert.equal(id, request.url)))
      held.push(inThisRequest(() => response.end()))
      if (held.length === 2) for (const answer of held) answer()
    }),
  ).listen(0, '127.0.0.1')
  server.on('connection', gatherWrites)
  t.after(() => server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const asked = ['/one', '/two'].map((path) =>
    once(get({ host: '127.0.0.1', port, path, agent: false }), 'response'),
  )
  for (const [answer] of await Promise.all(asked)) answer.resume()
  await Promise.all(ends)
  assert.equal(ends.length, 2)
})
