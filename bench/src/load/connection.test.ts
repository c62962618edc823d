import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { askAll, openConnection } from './connection.ts'
import { wireRequest } from './load.ts'

async function serve(t: TestContext, listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  return {
    port,
    request: (path: string) => wireRequest({ method: 'GET', url: `http://127.0.0.1:${port}${path}` }),
  }
}

test('the answers come in the order of the requests, whichever was answered first', async (t) => {
  const { port, request } = await serve(t, ({ url }, response) => {
    setTimeout(() => response.end(JSON.stringify({ url })), Number(url?.slice(1)) % 7)
  })
  const paths = Array.from({ length: 100 }, (_, index) => `/${index}`)
  const answers = await askAll(port, paths.map(request))
  assert.deepEqual(
    answers,
    paths.map((url) => ({ url })),
  )
})

test('an answer other than 200 and a connection that breaks are errors', async (t) => {
  const { port, request } = await serve(t, ({ url, socket }, response) => {
    if (url === '/broken') return socket.destroy()
    response.writeHead(url === '/wrong' ? 400 : 200, { 'content-length': 2 }).end('{}')
  })
  const { ask, close } = await openConnection(port)
  assert.equal((await ask(request('/right'))).toString(), '{}')
  await assert.rejects(ask(request('/broken')), /closed a connection|ECONNRESET/)
  close()
  await assert.rejects(askAll(port, ['/right', '/wrong'].map(request)), /HTTP\/1\.1 400/)
})
