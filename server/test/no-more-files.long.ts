import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { eventually } from './harness/test-eventually.ts'
import { makeTestFolder } from './harness/test-folder.ts'

const maxFiles = 64

/** A server whose process may open few files and sockets. */
async function startWithFewFiles(t: TestContext): Promise<number> {
  const folder = makeTestFolder('tonegate-files')
  const program = join(import.meta.dirname, '../src/main.ts')
  const server = spawn(
    '/bin/sh',
    ['-c', `ulimit -n ${maxFiles} && exec "$@"`, 'sh', process.execPath, program],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { PATH: process.env.PATH, PORT: '0', TONEGATE_DATA: folder, TONEGATE_REGIONS: 'nam' },
    },
  )
  t.after(async () => {
    server.kill('SIGKILL')
    await once(server, 'exit')
    rmSync(folder, { recursive: true })
  })
  for await (const line of createInterface(server.stdout)) {
    if (!line.startsWith('{')) continue
    const { message, port } = JSON.parse(line)
    if (message === 'Tonegate is ready') return port
  }
  throw new Error('The server did not start.')
}

/** @returns the status and text of `/readyz`. */
function askReadiness(port: number, agent: Agent): Promise<readonly [number | undefined, string]> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path: '/readyz', agent }, (response) =>
      text(response).then((body) => resolve([response.statusCode, body]), reject),
    ).on('error', reject)
  })
}

test('a server that may open no more files refuses connections, goes on with its own, and recovers', async (t) => {
  const port = await startWithFewFiles(t)
  const kept = new Agent({ keepAlive: true, maxSockets: 1 })
  const fresh = new Agent()
  t.after(() => kept.destroy())
  assert.equal((await askReadiness(port, kept))[0], 200)

  const { promise: refused, resolve } = Promise.withResolvers<void>()
  const sockets: Socket[] = []
  for (let count = 0; count < maxFiles; count += 1) {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    socket.on('close', () => resolve())
    sockets.push(socket)
  }
  t.after(() => {
    for (const socket of sockets) socket.destroy()
  })
  await refused
  assert.deepEqual(await askReadiness(port, kept), [200, '{"status":"ready"}'])

  for (const socket of sockets) socket.destroy()
  await eventually(() =>
    askReadiness(port, fresh).then(
      ([status]) => status === 200,
      () => false,
    ),
  )
})
