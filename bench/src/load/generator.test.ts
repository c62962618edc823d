import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { readAnswers } from './answers.ts'
import { startGenerator } from './generator.ts'
import { type Load, wireRequest } from './load.ts'

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
  const run = (paths: readonly string[], answers: number, more: Partial<Load> = {}) =>
    generator.run({ port, requests: paths.map(request), connections: 4, until: { answers }, ...more })
  return { run, request }
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

test('each request is sent once when as many answers are asked for, even fewer than connections', async (t) => {
  const seen: (string | undefined)[] = []
  const { run } = await startLoad(t, ({ url }, response) => {
    seen.push(url)
    response.end('{}')
  })
  const paths = Array.from({ length: 50 }, (_, index) => `/${index}`)
  assert.equal((await run(paths, 50)).answers, 50)
  assert.deepEqual(seen.toSorted(), paths.toSorted())
  seen.length = 0
  assert.equal((await run(['/a', '/b'], 2)).answers, 2)
  assert.deepEqual(seen.toSorted(), ['/a', '/b'])
})

test('the connections go to several ports in turn', async (t) => {
  const taken: string[] = []
  const servers = ['one', 'other'].map((name) =>
    createServer((_request, response) => {
      taken.push(name)
      response.end('{}')
    }).listen(0, '127.0.0.1'),
  )
  t.after(() => {
    for (const server of servers) server.close()
  })
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const [port = 0, ...morePorts] = servers.map((server) => (server.address() as AddressInfo).port)
  const { run } = await startLoad(t, () => {})
  await run(['/'], 4, { port, morePorts })
  assert.deepEqual(taken.toSorted(), ['one', 'one', 'other', 'other'])
})

test('a member of each answer is handed back', async (t) => {
  let count = 0
  const { run } = await startLoad(t, (_request, response) => {
    count += 1
    response.end(JSON.stringify({ access_token: `token ${count}` }))
  })
  const { kept } = await run(['/'], 9, { keep: 'access_token' })
  const all = Array.from({ length: 9 }, (_, index) => `token ${index + 1}`)
  assert.deepEqual(kept.toSorted(), all)
  assert.deepEqual((await run(['/'], 9)).kept, [])
  await assert.rejects(run(['/'], 9, { keep: 'id_token' }), /without id_token/)
})

test('each request of a chain carries what the answer before it gave', async (t) => {
  const seen: string[] = []
  const { run, request } = await startLoad(t, ({ url = '' }, response) => {
    seen.push(url)
    const [, chain = '', count = ''] = url.split('/')
    response.end(JSON.stringify({ next: `${chain}/${Number(count) + 1}`, other: 'x' }))
  })
  const requests = ['a', 'b', 'c', 'd'].map((name) => ({
    request: request(`/${name}/100`),
    value: `${name}/100`,
    member: 'next',
  }))
  await run([], 400, { requests })
  for (const name of ['a', 'b', 'c', 'd']) {
    const ofChain = seen.filter((url) => url.startsWith(`/${name}/`))
    assert.ok(ofChain.length > 0)
    assert.deepEqual(
      ofChain,
      ofChain.map((_, index) => `/${name}/${100 + index}`),
    )
  }
  assert.equal(seen.length, 400)
})

test('a chain ends the run when a value is missing, of another length, or not in the request', async (t) => {
  const answers: Readonly<Record<string, string>> = { '/a1': '{"next":"a10"}', '/b1': '{"other":"b2"}' }
  const { run, request } = await startLoad(t, ({ url = '' }, response) => response.end(answers[url]))
  const chain = (path: string, value: string) =>
    run([], 10, { requests: [{ request: request(path), value, member: 'next' }], connections: 1 })
  await assert.rejects(chain('/a1', 'a1'), /of 3 characters followed one of 2/)
  await assert.rejects(chain('/b1', 'b1'), /without next/)
  await assert.rejects(chain('/c1', 'd1'), /holds its value once/)
  const two = [{ request: request('/a1'), value: 'a1', member: 'next' }]
  await assert.rejects(run([], 10, { requests: two, connections: 2 }), /fewer chains than connections/)
})

test('an open loop comes to its end, by answers and by time', async (t) => {
  const { run } = await startLoad(t, (_request, response) => response.end('{}'))
  assert.equal((await run(['/'], 40, { perSecond: 1000 })).answers, 40)
  const { answers } = await run(['/'], 0, { perSecond: 1000, until: { milliseconds: 100 } })
  assert.ok(answers > 0 && answers <= 100, `${answers} answers at 1000 a second in 100 ms`)
})

test('an answer is recognised however it is cut', () => {
  const answer = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello')
  for (let cut = 1; cut < answer.length; cut += 1) {
    let answered = 0
    const read = readAnswers((body) => {
      assert.equal(body.toString(), 'hello')
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
