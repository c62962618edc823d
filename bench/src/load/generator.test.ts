import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { readAnswers } from './answers.ts'
import { startGenerator } from './generator.ts'
import { wireRequest } from './load.ts'

async function startLoad(t: TestContext, listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const generator = startGenerator()
  t.after(async () => {
    await generator.stop()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const request = (path: string) => wireRequest({ method: 'GET', url: `http://127.0.0.1:${port}${path}` })
  const run = (paths: readonly string[], answers: number) =>
    generator.run({ port, requests: paths.map(request), connections: 4, until: { answers } })
  return { run }
}

test('the generator sends the requests in turn and counts the answers', async (t) => {
  const seen: (string | undefined)[] = []
  const { run } = await startLoad(t, ({ url }, response) => {
    seen.push(url)
    response.end('{}')
  })
  const { answers, p50, p99, milliseconds } = await run(['/a', '/b'], 20)
  assert.equal(answers, 20)
  assert.equal(seen.length, 20)
  assert.equal(seen.filter((url) => url === '/a').length, 10)
  assert.ok(p50 > 0 && p99 >= p50 && milliseconds > 0)
})

test('one answer other than 200 fails the run, and the next run works', async (t) => {
  let requests = 0
  const { run } = await startLoad(t, (_request, response) => {
    requests += 1
    response.statusCode = requests === 7 ? 500 : 200
    response.end('some text')
  })
  await assert.rejects(run(['/'], 20), /HTTP\/1\.1 500[\s\S]*some text/)
  assert.equal((await run(['/'], 20)).answers, 20)
})

test('an answer is recognised however it is cut', () => {
  const answer = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello')
  for (let cut = 1; cut < answer.length; cut += 1) {
    let answered = 0
    const read = readAnswers(() => {
      answered += 1
    })
    for (let round = 0; round < 2; round += 1) {
      read(answer.subarray(0, cut))
      assert.equal(answered, round)
      read(answer.subarray(cut))
      assert.equal(answered, round + 1)
    }
  }
})
