import assert from 'node:assert/strict'
import { once } from 'node:events'
import { get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { createLog } from '../base/log.ts'
import { Problem } from '../base/problem.ts'
import { createHttp } from './http.ts'

const region = {
  name: 'nam',
  issuer: 'http://nam.test/auth',
  apiUrl: 'http://nam.api.test/globalpci',
  paymentOrigin: 'http://nam.test',
} as const

function startHttp() {
  const counted: string[] = []
  const told = Promise.withResolvers<void>()
  const app = createHttp({
    region,
    log: createLog('silent'),
    proxy: 'none',
    requestMeter: {
      ofRoute: ({ method, route }) => ({
        answered: (status, milliseconds) =>
          void counted.push(`${method} ${route} ${status}${milliseconds === undefined ? ' stream' : ''}`),
      }),
      unrouted: (method, status) => void counted.push(`${method} nowhere ${status}`),
      streams(stream, difference) {
        counted.push(`${stream} ${difference}`)
        if (difference === -1) setImmediate(told.resolve)
      },
    },
  })
  return { app, counted, closed: told.promise }
}

test('an answer is counted under the pattern of its route, whatever it is answered with', async () => {
  const { app, counted } = startHttp()
  app.get('/v1/session/:guid', async () => ({ fine: true }))
  app.post('/v1/session', async () => {
    throw new Problem('no-live-call', 'Agent 7 has no live call.')
  })
  await app.inject('/V1/SESSION/4111111111111111?card=4111111111111111')
  await app.inject({ method: 'POST', url: '/v1/session', payload: {} })
  await app.inject({
    method: 'POST',
    url: '/v1/session',
    payload: '{',
    headers: { 'content-type': 'application/json' },
  })
  assert.deepEqual(counted, ['GET /v1/session/:guid 200', 'POST /v1/session 409', 'POST /v1/session 400'])
})

test('of a route of two methods each is counted by itself', async () => {
  const { app, counted } = startHttp()
  app.route({ method: ['GET', 'POST'], url: '/form', handler: async () => ({}) })
  await app.inject('/form')
  await app.inject({ method: 'POST', url: '/form' })
  assert.deepEqual(counted, ['GET /form 200', 'POST /form 200'])
})

test('what has no route is counted together: an unknown path, another method, a path that cannot be read', async () => {
  const { app, counted } = startHttp()
  app.get('/v1/session/:guid', async () => ({ fine: true }))
  await app.inject('/4111111111111111')
  await app.inject({ method: 'DELETE', url: '/v1/session/4111111111111111' })
  await app.inject('/v1/session/%E0%A4%A')
  await app.inject({ method: 'QUERY' as never, url: '/v1/session' })
  const payload = { payload: '{', headers: { 'content-type': 'application/json' } }
  await app.inject({ method: 'POST', url: '/unknown', ...payload })
  assert.deepEqual(counted, [
    ...['GET nowhere 404', 'DELETE nowhere 405', 'GET nowhere 400', 'QUERY nowhere 400'],
    'POST nowhere 404',
  ])
})

test('a stream is counted as long as somebody reads it, and without a time', async (t) => {
  const { app, counted, closed } = startHttp()
  app.get('/events', { config: { stream: 'agent-view' } }, async (_, reply) => {
    reply.hijack()
    reply.raw.writeHead(200).flushHeaders()
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  t.after(() => app.close())
  const reader = get({ port: (app.server.address() as AddressInfo).port, path: '/events' })
  await once(reader, 'response')
  assert.deepEqual(counted, ['agent-view 1'])
  reader.destroy()
  await closed
  assert.deepEqual(counted, ['agent-view 1', 'agent-view -1', 'GET /events 200 stream'])
})
