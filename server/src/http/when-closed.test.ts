import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, get, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { whenClosed } from './when-closed.ts'

/** A request, and the response to it that the server has not begun. */
async function startRequest(t: TestContext) {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const asked = once(server, 'request') as Promise<[unknown, ServerResponse]>
  const request = get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' }).on(
    'error',
    () => {},
  )
  const [, response] = await asked
  return { request, response }
}

test('of a reader that went before anybody looked is told at once', async (t) => {
  const { request, response } = await startRequest(t)
  request.destroy()
  await once(response, 'close')
  let times = 0
  whenClosed(response, () => times++)
  assert.equal(times, 1)
})

test('that a response was sent is told, once', async (t) => {
  const { response } = await startRequest(t)
  let times = 0
  whenClosed(response, () => times++)
  assert.equal(times, 0)
  response.end()
  await once(response, 'close')
  assert.equal(times, 1)
})
