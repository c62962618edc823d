import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { startServer } from './harness/test-server.ts'

const idleConnections = 2_000
const slowConnections = 200
const questions = 50

/** Connects, and writes what a client of that kind writes first. */
async function connectAll(
  t: TestContext,
  port: number,
  count: number,
  text: string,
): Promise<readonly Socket[]> {
  const sockets: Socket[] = []
  t.after(() => {
    for (const socket of sockets) socket.destroy()
  })
  while (sockets.length < count) {
    const batch = Array.from({ length: Math.min(100, count - sockets.length) }, () => {
      const socket = connect(port, '127.0.0.1')
      socket.on('error', () => {})
      return socket
    })
    sockets.push(...batch)
    await Promise.all(batch.map((socket) => once(socket, 'connect')))
    for (const socket of batch) if (text !== '') socket.write(text)
  }
  return sockets
}

test(`health is answered while ${idleConnections} idle and ${slowConnections} slow connections lie on the main port`, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-flooded-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const server = startServer(t, {
    TONEGATE_DATA: folder,
    TONEGATE_REGIONS: 'nam',
    TONEGATE_OPS_LISTEN: '127.0.0.1:0',
  })
  const { port, opsPort } = await server.ready()
  const form = 'POST /auth/connect/token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n'
  await connectAll(t, port, idleConnections, '')
  const slow = await connectAll(
    t,
    port,
    slowConnections,
    `${form}Content-Type: application/x-www-form-urlencoded\r\n\r\n`,
  )
  const dripping = setInterval(() => {
    for (const socket of slow) if (socket.writable) socket.write('a')
  }, 20)
  t.after(() => clearInterval(dripping))

  const times: number[] = []
  for (let question = 0; question < questions; question += 1) {
    const began = performance.now()
    const path = question % 2 ? 'readyz' : 'healthz'
    const answer = await fetch(`http://127.0.0.1:${opsPort}/${path}`, { signal: AbortSignal.timeout(5_000) })
    await answer.arrayBuffer()
    assert.equal(answer.status, 200)
    times.push(performance.now() - began)
  }
  t.diagnostic(`slowest of ${questions}: ${Math.max(...times).toFixed(1)} ms`)
  server.kill('SIGTERM')
  assert.equal(await server.ended, 0)
})
