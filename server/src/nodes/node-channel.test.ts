import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { systemClock } from '../base/clock.ts'
import { createLog } from '../base/log.ts'
import { inRequest } from '../base/request-scope.ts'
import type { RequestHandler } from '../http/listen.ts'
import { type Forwarding, openNodeChannel } from './node-channel.ts'

const key = Buffer.alloc(32, 7)

/** A node that says how a request came to it, and a server that passes each one on to it. */
async function startForwarding(t: TestContext, as: Forwarding) {
  const parts = { clock: systemClock, log: createLog('silent') }
  const place = { host: '127.0.0.1', port: 0 }
  const [here, there] = [
    await openNodeChannel({ keys: [key], place }, parts),
    await openNodeChannel({ keys: [key], place }, parts),
  ]
  const answering =
    (how: string): RequestHandler =>
    ({ url }, response) => {
      response.setHeader('content-type', 'text/plain').end(`${how} ${url}`)
    }
  there.serve(() => ({
    asked: answering('asked'),
    forwarded: answering('forwarded'),
    forwardedAgain: answering('forwardedAgain'),
  }))
  const server = createServer((request, response) =>
    inRequest('a-request', () =>
      here.forward({ url: there.url, region: 'nam', as }, request, response, () =>
        response.end('unanswered'),
      ),
    ),
  ).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(async () => {
    server.close()
    here.close()
    there.close()
    await Promise.all([here.stop(), there.stop()])
  })
  return async (path: string) => {
    const { port } = server.address() as AddressInfo
    const [answer] = (await once(get({ host: '127.0.0.1', port, path, agent: false }), 'response')) as [
      IncomingMessage,
    ]
    return Buffer.concat(await answer.toArray()).toString()
  }
}

for (const as of ['forwarded', 'forwardedAgain'] as const) {
  test(`another node knows how a request came to it: ${as}`, async (t) => {
    const read = await startForwarding(t, as)
    assert.equal(await read('/calls/v1/calls/x/keys?y'), `${as} /calls/v1/calls/x/keys?y`)
  })
}
