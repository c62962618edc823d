import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http'
import { Agent, get as httpsGet } from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { systemClock } from '../base/clock.ts'
import { createLog } from '../base/log.ts'
import { inRequest } from '../base/request-scope.ts'
import type { RequestHandler } from '../http/listen.ts'
import { connectionAs } from '../split/channel.ts'
import { type NodeId, newNodeId } from '../store/nodes/node-id.ts'
import { type Forwarding, nameBy, openNodeChannel } from './node-channel.ts'

const key = Buffer.alloc(32, 7)

/** A path whose answer breaks off behind its first piece, as it does where the other node is killed. */
const breakingOff = '/breaks-off'
/** A path whose answer has no end. */
const endless = '/endless'
/** A path that answers what was sent to it, by whatever method. */
const echo = '/echo'
/** A path that has no answer. */
const silent = '/silent'
/** A path that is answered before a body is there. */
const early = '/early'

/** A node that says how a request came to it, and a server that passes each one on to it. */
async function startForwarding(t: TestContext, as: Forwarding, meant?: NodeId) {
  const parts = { clock: systemClock, log: createLog('silent') }
  const place = { host: '127.0.0.1', port: 0 }
  const [here, there] = [
    await openNodeChannel({ keys: [key], place }, parts),
    await openNodeChannel({ keys: [key], place }, parts),
  ]
  const open = new Set<ServerResponse>()
  const asked: (string | undefined)[] = []
  const answering =
    (how: string): RequestHandler =>
    (request, response) => {
      const { url, method } = request
      if (how === 'asked') asked.push(url)
      response.setHeader('content-type', 'text/plain')
      if (url === endless || url === silent) open.add(response.once('close', () => open.delete(response)))
      if (url === endless) response.flushHeaders()
      else if (url === silent) return
      else if (url === breakingOff) response.write('begun', () => response.destroy())
      else if (url === early || (method === 'GET' && url !== echo)) response.end(`${how} ${url}`)
      else request.on('data', (piece) => response.write(Buffer.from(piece))).once('end', () => response.end())
    }
  const node = newNodeId()
  there.serve(() => ({
    node,
    asked: answering('asked'),
    forwarded: answering('forwarded'),
    forwardedAgain: answering('forwardedAgain'),
  }))
  const to = { url: there.url, region: 'nam', node: meant ?? node } as const
  const forward: RequestHandler = (request, response) =>
    inRequest('a-request', () =>
      here.forward({ ...to, as }, request, response, () => response.end('unanswered')),
    )
  const server = createServer(forward).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(async () => {
    server.close()
    here.close()
    there.close()
    await Promise.all([here.stop(), there.stop()])
  })
  const { port } = server.address() as AddressInfo
  return {
    open,
    asked,
    url: there.url,
    /** Sends bytes to the server by one connection, until it has answered what it is to. */
    sendBytes: (pieces: readonly string[], isAll: (answers: string) => boolean) =>
      answersTo(connect(port, '127.0.0.1').setEncoding('latin1'), pieces, isAll),
    /** Asks, and leaves before the request is passed on. */
    leave: async (path: string) => {
      server.removeAllListeners('request')
      const asked = once(server, 'request') as Promise<[IncomingMessage, ServerResponse]>
      const leaving = get({ host: '127.0.0.1', port, path, agent: false }).on('error', () => {})
      const [request, response] = await asked
      leaving.destroy()
      await once(response, 'close')
      server.on('request', forward)
      forward(request, response)
    },
    answerTo: async (path: string) => {
      const asking = get({ host: '127.0.0.1', port, path, agent: false })
      return ((await once(asking, 'response')) as [IncomingMessage])[0]
    },
    readThere: (path: string) => here.read(to, path, {}),
    forget: () => here.forget(node),
    askThere: (path: string) => here.ask(to)(path, {}),
  }
}

async function answersTo(socket: Socket, pieces: readonly string[], isAll: (answers: string) => boolean) {
  for (const piece of pieces) socket.write(piece)
  let answers = ''
  for await (const text of socket) {
    answers += text
    if (isAll(answers)) break
  }
  return answers
}

const textOf = async (answer: IncomingMessage) => Buffer.concat(await answer.toArray()).toString()

async function assertBreaksOff(answer: IncomingMessage) {
  const pieces: Buffer[] = []
  await assert.rejects(
    async () => {
      for await (const piece of answer) pieces.push(piece)
    },
    { code: 'ECONNRESET' },
  )
  assert.equal(Buffer.concat(pieces).toString(), 'begun')
}

for (const as of ['forwarded', 'forwardedAgain'] as const) {
  test(`another node knows how a request came to it: ${as}`, async (t) => {
    const { answerTo } = await startForwarding(t, as)
    const path = '/calls/v1/calls/x/keys?y'
    assert.equal(await textOf(await answerTo(path)), `${as} ${path}`)
  })
}

test('an answer that another node breaks off is broken off, and the next one comes whole', async (t) => {
  const { answerTo, readThere } = await startForwarding(t, 'forwarded')
  for (const ask of [answerTo, readThere]) {
    await assertBreaksOff(await ask(breakingOff))
    assert.equal(await textOf(await ask('/next')), 'forwarded /next')
  }
})

for (const method of ['GET', 'HEAD', 'DELETE', 'OPTIONS', 'POST', 'QUERY']) {
  test(`what stands in the body of a request is no request to another node: ${method}`, async (t) => {
    const { asked, sendBytes } = await startForwarding(t, 'forwarded')
    const hidden = 'POST /nam/api/v1/session/x/cancel HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n'
    const chunks = `${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`
    const request = `${method} ${echo} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}`
    const next = 'GET /next HTTP/1.1\r\nHost: x\r\n\r\n'
    const answers = await sendBytes([request, next, next], (text) => text.split('/next').length === 3)
    assert.equal(answers.split('HTTP/1.1 200').length, 4)
    assert.equal(answers.includes(hidden), method !== 'HEAD')
    assert.deepEqual(asked, [])
  })
}

test('a request with as many and as long headers as there may be goes on', async (t) => {
  const { sendBytes } = await startForwarding(t, 'forwarded')
  const most = Array.from({ length: 999 }, (_, place) => `h${place}: 1\r\n`).join('')
  const longest = `x: ${'x'.repeat(16_350)}\r\n`
  for (const headers of [most, longest]) {
    const request = `GET /x HTTP/1.1\r\nHost: x\r\n${headers}\r\n`
    const answers = await sendBytes([request], (text) => /forwarded|431|unanswered/.test(text))
    assert.match(answers, /forwarded \/x/)
  }
})

test('a connection that brings what strangers have sent asks for nothing', async (t) => {
  const { asked, url } = await startForwarding(t, 'forwarded')
  const agent = new Agent({ ...connectionAs(nameBy(key), key), keepAlive: true, maxSockets: 1 })
  t.after(() => agent.destroy())
  const answerTo = async (path: string) => {
    const [answer] = (await once(httpsGet(`${url}${path}`, { agent }), 'response')) as [IncomingMessage]
    return textOf(answer)
  }
  assert.equal(await answerTo('/nam/forwarded/x'), 'forwarded /x')
  await assert.rejects(answerTo('/nam/x'), { code: 'ECONNRESET' })
  assert.deepEqual(asked, [])
  assert.equal(await answerTo('/nam/x'), 'asked /x')
})

test('a request that is answered before all of it is there leaves its connection to the next one', async (t) => {
  const { sendBytes } = await startForwarding(t, 'forwarded')
  const length = 3_000_000
  const request = `POST ${early} HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n`
  const next = 'GET /next HTTP/1.1\r\nHost: x\r\n\r\n'
  const answers = await sendBytes([request, 'x'.repeat(length), next], (text) => text.includes('/next'))
  assert.equal(answers.split('HTTP/1.1 200').length, 3)
})

test('what is meant for a node that is gone is not answered by one that has come in its place', async (t) => {
  const { answerTo, readThere, askThere, asked } = await startForwarding(t, 'forwarded', newNodeId())
  assert.equal(await textOf(await answerTo('/x')), 'unanswered')
  await assert.rejects(readThere('/x'), /in its place/)
  await assert.rejects(askThere('/x'), { code: 'provider-unavailable' })
  assert.deepEqual(asked, [])
})

test('what a node was asked for that is forgotten is waited for no longer', async (t) => {
  const { answerTo, readThere, askThere, forget, open } = await startForwarding(t, 'forwarded')
  const begun = await Promise.all([answerTo(endless), readThere(endless)])
  const asked = askThere(endless)
  const waiting = answerTo(silent)
  while (open.size < 4) await new Promise(setImmediate)
  forget()
  await Promise.all([
    ...begun.map((answer) => assert.rejects(textOf(answer), { code: 'ECONNRESET' })),
    assert.rejects(asked, { code: 'provider-unavailable' }),
  ])
  assert.equal(await textOf(await waiting), 'unanswered')
  assert.equal(await textOf(await answerTo('/next')), 'forwarded /next')
})

test('nothing is asked of another node for a reader that has left', async (t) => {
  const { answerTo, leave, open } = await startForwarding(t, 'forwarded')
  assert.equal(await textOf(await answerTo('/before')), 'forwarded /before')
  await leave(endless)
  assert.equal(await textOf(await answerTo('/after')), 'forwarded /after')
  assert.equal(open.size, 0)
})
