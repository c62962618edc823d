import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { openLanes } from './lanes.ts'
import { wireRequest } from './load.ts'

async function startLanes(t: TestContext, connections: number) {
  const asked: string[] = []
  const waiting: ServerResponse[] = []
  const arrivals = createServer((request, response) => {
    asked.push(request.url ?? '')
    waiting.push(response)
    arrivals.emit('asked')
  }).listen(0, '127.0.0.1')
  await once(arrivals, 'listening')
  const { port } = arrivals.address() as AddressInfo
  const lanes = await openLanes(port, connections)
  t.after(() => {
    lanes.close()
    arrivals.close()
  })
  const ask = (number: number, path: string) =>
    lanes.ask(number, wireRequest({ method: 'GET', url: `http://127.0.0.1:${port}${path}` }))
  const askedFor = async (count: number) => {
    while (asked.length < count) await once(arrivals, 'asked')
    return asked
  }
  const answer = (status = 200) => waiting.shift()?.writeHead(status, { 'content-length': 2 }).end('ok')
  return { ask, askedFor, answer, asked }
}

test('what has the same number goes out one after the other, whatever became of the one before', async (t) => {
  const { ask, askedFor, answer, asked } = await startLanes(t, 2)
  const first = ask(1, '/first')
  const second = ask(1, '/second')
  const third = ask(3, '/third')
  await askedFor(1)
  const refused = assert.rejects(first, /HTTP\/1\.1 500/)
  answer(500)
  await refused
  assert.deepEqual(await askedFor(2), ['/first', '/second'])
  answer()
  assert.equal((await second).toString(), 'ok')
  await askedFor(3)
  assert.deepEqual(asked, ['/first', '/second', '/third'])
  answer()
  await third
})

test('what has another number does not wait', async (t) => {
  const { ask, askedFor, answer } = await startLanes(t, 2)
  const both = [ask(0, '/'), ask(1, '/')]
  await askedFor(2)
  answer()
  answer()
  await Promise.all(both)
})
