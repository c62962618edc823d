import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect as connectPlainly } from 'node:net'
import { type TestContext, test } from 'node:test'
import { type ConnectionOptions, connect } from 'node:tls'
import { connectionAs, listenFor } from './channel.ts'

const key = Buffer.alloc(32, 1)
const keyOf = (identity: string) => (identity === 'tonegate-api' ? key : undefined)

/** A vault's end that waits for the API process, and what a connection to it comes to. */
async function startListening(t: TestContext, handshakeTimeout?: number) {
  const server = await listenFor(keyOf, {
    host: '127.0.0.1',
    port: 0,
    ...(handshakeTimeout && { handshakeTimeout }),
    handler: (_, response) => void response.end('an answer'),
  })
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  async function connectionBy(options: ConnectionOptions) {
    const socket = connect({ host: '127.0.0.1', port, ...options })
    t.after(() => socket.destroy())
    try {
      await once(socket, 'secureConnect')
      const { name } = socket.getCipher()
      return `${socket.getProtocol()} ${name}`
    } catch {
      return 'refused'
    }
  }
  return { server, port, connectionBy }
}

test('whoever has the key and is the process that is waited for is let in, by TLS 1.2 with a key that is not kept', async (t) => {
  const { connectionBy } = await startListening(t)
  assert.equal(await connectionBy(connectionAs('tonegate-api', key)), 'TLSv1.2 ECDHE-PSK-CHACHA20-POLY1305')
})

test('another key, the other role, no key and another version of TLS are refused', async (t) => {
  const { connectionBy } = await startListening(t)
  const right = connectionAs('tonegate-api', key)
  assert.equal(await connectionBy(connectionAs('tonegate-api', Buffer.alloc(32, 2))), 'refused')
  assert.equal(await connectionBy(connectionAs('tonegate-vault', key)), 'refused')
  assert.equal(await connectionBy({ rejectUnauthorized: false }), 'refused')
  assert.equal(await connectionBy({ ...right, minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' }), 'refused')
  const stored = { ...right, ciphers: 'PSK-AES256-GCM-SHA384' }
  assert.equal(await connectionBy(stored), 'refused', 'session keys that follow from the key')
})

test('a connection that is not used is kept for as long as the other process keeps it, and five seconds', async (t) => {
  const { server } = await startListening(t)
  assert.equal(server.keepAliveTimeout, 65_000)
})

test('a port that is taken is an error, and one that was not is listened at without a word', async (t) => {
  const { server, port } = await startListening(t)
  const again = listenFor(keyOf, { host: '127.0.0.1', port, handler: () => {} })
  await assert.rejects(again, { code: 'EADDRINUSE' })
  assert.equal(server.listenerCount('error'), 0)
})

test('a connection that shows no key is cut', async (t) => {
  const { port } = await startListening(t, 50)
  const socket = connectPlainly(port, '127.0.0.1')
  t.after(() => socket.destroy())
  socket.resume().on('error', () => {})
  await once(socket, 'close')
})
