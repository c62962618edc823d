import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { wireRequest } from './load.ts'
import { createWireSender } from './wire-sender.ts'

async function startSender(t: TestContext, listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}/token`
  const sender = createWireSender({ port, request: wireRequest({ method: 'POST', url, body: 'a=b' }) })
  t.after(() => {
    sender.close()
    server.close()
  })
  return { server, sender }
}

test('requests that overlap have a connection each, which later ones use again', async (t) => {
  const waiting: ServerResponse[] = []
  const { server, sender } = await startSender(t, (_request, response) => void waiting.push(response))
  let connections = 0
  server.on('connection', () => {
    connections += 1
  })
  const answerBoth = async (statuses: readonly [number, number]) => {
    const sent = [sender.send(), sender.send()]
    while (waiting.length < 2) await once(server, 'request')
    for (const [index, response] of waiting.splice(0).entries()) {
      response.statusCode = statuses[index] ?? 500
      response.end('{}')
    }
    return (await Promise.all(sent)).toSorted()
  }
  assert.deepEqual(await answerBoth([200, 429]), [200, 429])
  assert.deepEqual(await answerBoth([200, 200]), [200, 200])
  assert.equal(connections, 2)
})

test('a connection that breaks fails its request, and the next request has a new one', async (t) => {
  let requests = 0
  const { sender } = await startSender(t, (request, response) => {
    requests += 1
    if (requests === 1) request.socket.destroy()
    else response.end('{}')
  })
  await assert.rejects(sender.send())
  assert.equal(await sender.send(), 200)
})
