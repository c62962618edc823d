import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import { maxWaiting } from './in-turn.ts'
import { createWipingServer } from './wiping-server.ts'

/** A server that answers when the test says so, and a connection to it. */
async function start(t: TestContext) {
  const begun: (readonly [url: string | undefined, response: ServerResponse])[] = []
  const server = createWipingServer({}, ({ url }, response) => begun.push([url, response]))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').setEncoding('latin1')
  let received = ''
  socket.on('data', (text: string) => {
    received += text
  })
  t.after(() => {
    socket.destroy()
    server.close()
  })
  const until = async (isSo: () => boolean) => {
    while (!isSo()) await new Promise(setImmediate)
  }
  return { begun, socket, until, received: () => received }
}

const requests = (count: number) =>
  Array.from({ length: count }, (_, place) => `GET /${place} HTTP/1.1\r\nHost: x\r\n\r\n`).join('')

test('requests of one connection are begun one after the other, as their answers leave', async (t) => {
  const { begun, socket, until, received } = await start(t)
  socket.write(requests(3))
  for (let place = 0; place < 3; place += 1) {
    await until(() => begun.length > place)
    assert.equal(begun.length, place + 1)
    const [url, response] = begun[place] ?? assert.fail()
    assert.equal(url, `/${place}`)
    response.end(`answer ${place}`)
  }
  await until(() => received().includes('answer 2'))
  assert.deepEqual(received().match(/answer ./g), ['answer 0', 'answer 1', 'answer 2'])
  socket.write(requests(1))
  await until(() => begun.length === 4)
})

test('the answer of a connection that reads nothing is one, and nothing is begun for one that is gone', async (t) => {
  const { begun, socket, until } = await start(t)
  socket.pause()
  socket.write(requests(2))
  await until(() => begun.length === 1)
  const [, response] = begun[0] ?? assert.fail()
  response.end('x'.repeat(20_000_000))
  const gone = once(response, 'close')
  socket.destroy()
  await gone
  await new Promise(setImmediate)
  assert.equal(begun.length, 1)
})

test('nothing is begun behind an answer that ends its connection', async (t) => {
  const { begun, socket, until } = await start(t)
  const ended = once(socket, 'end')
  socket.write(requests(2))
  await until(() => begun.length === 1)
  const [, response] = begun[0] ?? assert.fail()
  response.setHeader('connection', 'close').end('last')
  await ended
  assert.equal(begun.length, 1)
})

test('who sends more than some requests before an answer is cut off', async (t) => {
  const { begun, socket, until } = await start(t)
  socket.write(requests(1 + maxWaiting))
  await until(() => begun.length === 1)
  socket.on('error', () => {})
  const cut = once(socket, 'close')
  socket.write(requests(1))
  await cut
  assert.equal(begun.length, 1)
})
