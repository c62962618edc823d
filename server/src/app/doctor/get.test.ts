import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { makeTestFolder } from '../../../test/harness/test-folder.ts'
import { get } from './get.ts'

async function listening(t: TestContext, server: Server & { closeAllConnections(): void }): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

function certificate(t: TestContext) {
  const folder = makeTestFolder('tonegate-doctor-tls')
  t.after(() => rmSync(folder, { recursive: true }))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '5']
  const words = ['req', '-x509', ...kind, '-keyout', key, '-out', cert, '-subj', '/CN=127.0.0.1']
  execFileSync('openssl', words, { stdio: 'ignore' })
  return { key: readFileSync(key), cert: readFileSync(cert) }
}

test('an answer is read with its status, and a redirect is not followed', async (t) => {
  const port = await listening(
    t,
    createServer((request, response) => {
      response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(request.headers.authorization)
    }),
  )
  const answer = await get(`http://127.0.0.1:${port}/`, { authorization: 'Bearer x' })
  assert.deepEqual(answer, { status: 302, body: 'Bearer x' })
})

test('why there is no answer is said in words', async (t) => {
  assert.deepEqual(await get('http://127.0.0.1:1/'), { fault: 'it refused the connection' })
  const ends = await listening(
    t,
    createServer((_, response) => void response.destroy()),
  )
  assert.ok('fault' in (await get(`http://127.0.0.1:${ends}/`)))
  const plain = await listening(
    t,
    createServer((_, response) => void response.end('plain')),
  )
  assert.deepEqual(await get(`https://127.0.0.1:${plain}/`), {
    fault: 'it does not speak TLS, or only a version that is too old',
  })
  const tls = await listening(
    t,
    createTlsServer(certificate(t), (_, response) => void response.end()),
  )
  assert.deepEqual(await get(`https://127.0.0.1:${tls}/`), {
    fault: 'its TLS certificate is not signed by a trusted authority',
  })
})

test('an answer without an end, or one that is too long, is given up', async (t) => {
  const port = await listening(
    t,
    createServer((_, response) => {
      response.on('error', () => {})
      response.write('x'.repeat(5_000_000))
    }),
  )
  assert.deepEqual(await get(`http://127.0.0.1:${port}/`), { fault: 'its answer is too long' })
})
