import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { systemClock } from '../base/clock.ts'
import { createLog } from '../base/log.ts'
import { inRequest } from '../base/request-scope.ts'
import type { RequestHandler } from '../http/listen.ts'
import { type Forwarding, openNodeChannel } from './node-channel.ts'

const key = Buffer.alloc(32, 7)

/** A path whose answer breaks off behind its first piece, as it does where the other node is killed. */
const breakingOff = '/breaks-off'
/** A path whose answer has no end. */
const endless = '/endless'

/** A node that says how a request came to it, and a server that passes each one on to it. */
async function startForwarding(t: TestContext, as: Forwarding) {
  const parts = { clock: systemClock, log: createLog('silent') }
  const place = { host: '127.0.0.1', port: 0 }
  const [here, there] = [
    await openNodeChannel({ keys: [key], place }, parts),
    await openNodeChannel({ keys: [key], place }, parts),
  ]
  const open = new Set<ServerResponse>()
  const answering =
    (how: string): RequestHandler =>
    ({ url }, response) => {
      response.setHeader('content-type', 'text/plain')
      if (url === endless) open.add(response.once('close', () => open.delete(response)))
      if (url === endless) response.flushHeaders()
      else if (url === breakingOff) response.write('begun', () => response.destroy())
      else response.end(`${how} ${url}`)
    }
  there.serve(() => ({
    asked: answering('asked'),
    forwarded: answering('forwarded'),
    forwardedAgain: answering('forwardedAgain'),
  }))
  const forward: RequestHandler = (request, response) =>
    inRequest('a-request', () =>
      here.forward({ url: there.url, region: 'nam', as }, request, response, () =>
        response.end('unanswered'),
      ),
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
    readThere: (path: string) => here.read({ url: there.url, region: 'nam' }, path, {}),
  }
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

test('nothing is asked of another node for a reader that has left', async (t) => {
  const { answerTo, leave, open } = await startForwarding(t, 'forwarded')
  assert.equal(await textOf(await answerTo('/before')), 'forwarded /before')
  await leave(endless)
  assert.equal(await textOf(await answerTo('/after')), 'forwarded /after')
  assert.equal(open.size, 0)
})
