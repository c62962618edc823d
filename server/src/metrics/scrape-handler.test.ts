import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { createScrapeHandler } from './scrape-handler.ts'

const contentType = 'text/plain; version=0.0.4; charset=utf-8'

async function startHandler(
  t: TestContext,
  read: () => Promise<string>,
  {
    token = null,
    arrived = () => {},
  }: { readonly token?: string | null; readonly arrived?: () => void } = {},
) {
  const handler = createScrapeHandler({ contentType, read, token })
  const server = createServer((request, response) => {
    handler(request, response)
    arrived()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`
  return (init?: RequestInit) => fetch(url, init)
}

test('a scrape is answered in the text format, and kept by nobody', async (t) => {
  const scrape = await startHandler(t, async () => 'tonegate_ready 1\n')
  const answer = await scrape()
  assert.equal(answer.status, 200)
  assert.equal(answer.headers.get('content-type'), contentType)
  assert.equal(answer.headers.get('cache-control'), 'no-store')
  assert.equal(await answer.text(), 'tonegate_ready 1\n')
  const head = await scrape({ method: 'HEAD' })
  assert.equal(head.headers.get('content-length'), '17')
})

test('any other method is refused', async (t) => {
  const scrape = await startHandler(t, async () => '')
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
    const answer = await scrape({ method })
    assert.equal(answer.status, 405, method)
    assert.equal(answer.headers.get('allow'), 'GET, HEAD')
  }
})

test('a stranger’s scrape reads nothing where a token is asked for', async (t) => {
  let reads = 0
  const token = 'a-token-of-the-test'
  const read = async () => {
    reads += 1
    return 'metrics'
  }
  const scrape = await startHandler(t, read, { token })
  for (const authorization of ['', `Bearer ${token}x`, 'Bearer ', `Basic ${token}`, token]) {
    const answer = await scrape(authorization === '' ? {} : { headers: { authorization } })
    assert.equal(answer.status, 401, authorization)
    assert.equal(answer.headers.get('www-authenticate'), 'Bearer')
    assert.equal(await answer.text(), '')
  }
  assert.equal(reads, 0)
  const known = await scrape({ headers: { authorization: `Bearer ${token}` } })
  assert.equal(await known.text(), 'metrics')
})

test('scrapes that come at once read once, and a read that fails is told as such', async (t) => {
  let reads = 0
  const { promise, resolve } = Promise.withResolvers<string>()
  let waiting = 0
  const read = () => {
    reads += 1
    return promise
  }
  const arrived = () => {
    waiting += 1
    if (waiting === 5) resolve('metrics')
  }
  const scrape = await startHandler(t, read, { arrived })
  const answers = await Promise.all(Array.from({ length: 5 }, () => scrape()))
  for (const answer of answers) assert.equal(await answer.text(), 'metrics')
  assert.equal(reads, 1)
  const failing = await startHandler(t, () => Promise.reject(new Error('a bug')))
  assert.equal((await failing()).status, 500)
})
