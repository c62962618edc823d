import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import { createLog } from '../../base/log.ts'
import { NotReady } from '../not-ready.ts'
import { listenOps } from './listen-ops.ts'
import { createReadiness } from './readiness.ts'

async function start(t: TestContext, { withMetrics = false, samples = 1 } = {}) {
  const readiness = createReadiness()
  let scrapes = 0
  const ops = await listenOps({
    ...{ host: '127.0.0.1', port: 0, readiness, log: createLog('silent') },
    ...(withMetrics && {
      metrics: (_request, response) => {
        scrapes += 1
        response.end('tonegate_up 1\n'.repeat(samples))
      },
    }),
  })
  t.after(() => ops.close())
  const ask = async (path: string, method = 'GET') => {
    const answer = await fetch(`http://127.0.0.1:${ops.port}${path}`, { method })
    return { status: answer.status, headers: answer.headers, text: await answer.text() }
  }
  return { ask, readiness, ops, scrapes: () => scrapes }
}

test('health is answered from the first moment to the last, readiness by what there is', async (t) => {
  const { ask, readiness } = await start(t)
  const states: [number, string][] = []
  const look = async () => {
    const { status, text, headers } = await ask('/readyz')
    assert.equal(headers.get('retry-after'), status === 503 ? '5' : null)
    states.push([status, JSON.parse(text).status])
    assert.deepEqual(JSON.parse((await ask('/healthz')).text), { status: 'alive' })
  }
  await look()
  readiness.look(async () => ({}))
  await look()
  readiness.look(async () => {
    throw new NotReady('the database of nam cannot be written: the disk is full')
  })
  await look()
  readiness.stop()
  await look()
  assert.deepEqual(states, [
    [503, 'starting'],
    [200, 'ready'],
    [503, 'the database of nam cannot be written: the disk is full'],
    [503, 'stopping'],
  ])
})

test('nothing else is there, and nothing is changed', async (t) => {
  const { ask } = await start(t)
  for (const path of [
    '/',
    '/metrics',
    '/auth/connect/token',
    '/globalpci/v1/session',
    '/toString',
    '//healthz',
  ]) {
    assert.equal((await ask(path)).status, 404, path)
  }
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
    const refused = await ask('/healthz', method)
    assert.deepEqual([refused.status, refused.headers.get('allow')], [405, 'GET, HEAD'])
  }
  assert.deepEqual(
    [(await ask('/healthz', 'HEAD')).status, (await ask('/healthz?verbose=1')).status],
    [200, 200],
  )
})

test('metrics are answered by whoever has them', async (t) => {
  const { ask } = await start(t, { withMetrics: true })
  assert.equal((await ask('/metrics')).text, 'tonegate_up 1\n')
  assert.equal((await ask('/metrics', 'POST')).status, 405)
})

test('a question that never becomes whole keeps nobody from closing', async (t) => {
  const { ops, ask } = await start(t)
  const socket = connect(ops.port, '127.0.0.1')
  socket.on('error', () => {})
  let received = ''
  socket.on('data', (chunk) => (received += chunk))
  await once(socket, 'connect')
  socket.write('GET /healthz HTTP/1.1\r\nHost: a\r\n')
  await ask('/healthz')
  const ended = once(socket, 'close')
  await ops.close()
  await ended
  assert.equal(received, '', 'it was not waited for until it was refused')
})

test('of scrapes that nobody reads one is made', async (t) => {
  const { ops, scrapes } = await start(t, { withMetrics: true, samples: 1_000_000 })
  const socket = connect(ops.port, '127.0.0.1')
  t.after(() => socket.destroy())
  socket.pause().write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(3))
  while (scrapes() === 0) await new Promise(setImmediate)
  socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n')
  for (let turns = 0; turns < 100; turns += 1) await new Promise(setImmediate)
  assert.equal(scrapes(), 1)
})
