import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createLog } from '../base/log.ts'
import { Problem } from '../base/problem.ts'
import { currentSpan, inRequest } from '../base/request-scope.ts'
import { inSpan } from '../base/tracing/in-span.ts'
import { createTestTracer } from '../base/tracing/test-tracer.ts'
import { regionValue } from '../config/regions.ts'
import { createHttp } from './http.ts'
import { describeRefusal } from './refusals.ts'

function startHttp(t: TestContext) {
  const { tracer, spans } = createTestTracer()
  const region = regionValue('nam', { domain: null, defaultRegion: 'nam', host: '127.0.0.1' }, 8080)
  const app = createHttp({ region, log: createLog('silent'), proxy: 'none', tracer })
  t.after(() => app.close())
  return { app, spans }
}

const guid = '0198c0fd-89c0-73ac-b013-c561988c2ffc'
const foreign = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', sampled: true }
const traceparent = `00-${foreign.traceId}-${foreign.spanId}-01`

test('a request is a span that is named by its route, and says nothing of its path', async (t) => {
  const { app, spans } = startHttp(t)
  app.get('/pay/:guid/:secret', async () => 'paid')
  await app.inject({ url: `/pay/${guid}/4111111111111111?card=4111111111111111` })
  await app.inject({ url: '/nowhere/4111111111111111', method: 'PUT' })
  assert.deepEqual(
    spans.map(({ name, kind, attributes, isOver, error }) => ({ name, kind, attributes, isOver, error })),
    [
      {
        name: 'GET /pay/:guid/:secret',
        kind: 'server',
        attributes: {
          'http.request.method': 'GET',
          'http.route': '/pay/:guid/:secret',
          'http.response.status_code': 200,
          'tonegate.capture_guid': guid,
        },
        isOver: true,
        error: undefined,
      },
      {
        name: 'PUT',
        kind: 'server',
        attributes: {
          'http.request.method': 'PUT',
          'http.response.status_code': 404,
          'error.type': 'not-found',
        },
        isOver: true,
        error: undefined,
      },
    ],
  )
})

test('what a request leads to is in its span: hooks, a body, the handler, and what that waits for', async (t) => {
  const { app, spans } = startHttp(t)
  const seen: (string | undefined)[] = []
  const look = () => void seen.push(currentSpan()?.spanId)
  app.addHook('onRequest', async () => look())
  app.post('/v1/x', async (request) => {
    look()
    await inSpan('write rows', {}, async () => {
      await new Promise(setImmediate)
      look()
    })
    return request.body
  })
  const { body } = await app.inject({ url: '/v1/x', method: 'POST', payload: { a: 1 } })
  assert.equal(body, '{"a":1}')
  const [request, rows] = spans
  assert.deepEqual(seen, [request?.place.spanId, request?.place.spanId, rows?.place.spanId])
  assert.equal(rows?.parent?.spanId, request?.place.spanId)
  assert.ok(rows?.isOver)
})

test('a refusal is told by its code; only what is an error on our side is one of the span', async (t) => {
  const { app, spans } = startHttp(t)
  app.get('/v1/:what', async ({ params }) => {
    if ((params as { what: string }).what === 'problem')
      throw new Problem('session-ended', 'The session has ended.')
    throw new TypeError('4111111111111111')
  })
  await app.inject({ url: '/v1/problem' })
  await app.inject({ url: '/v1/bug' })
  assert.deepEqual(
    spans.map(({ attributes, error }) => [
      attributes['http.response.status_code'],
      attributes['error.type'],
      error,
    ]),
    [
      [409, 'session-ended', undefined],
      [500, 'internal-error', 'internal-error'],
    ],
  )
})

test('what is answered all the same has no error, whatever was noted of it', async (t) => {
  const { app, spans } = startHttp(t)
  app.get('/v1/x', async (request, reply) => {
    describeRefusal(request, { code: 'session-ended', accountId: 7 })
    return reply.redirect('/elsewhere', 303)
  })
  await app.inject({ url: '/v1/x' })
  const { 'http.response.status_code': status, 'error.type': error } = spans[0]?.attributes ?? {}
  assert.deepEqual([status, error, spans[0]?.attributes['tonegate.account_id']], [303, undefined, 7])
})

test('the trace of a program goes on here, that of a browser does not', async (t) => {
  const { app, spans } = startHttp(t)
  const ofPrograms = [
    '/globalpci/v1/session',
    '/auth/connect/token',
    '/auth/connect/introspect',
    '/api/v1/session/7/launch',
    '/calls/v1/calls',
  ]
  const ofOthers = [
    '/auth/connect/authorize',
    '/auth/sign-in',
    '/pay/x',
    '/session/1/view/x',
    '/sandbox',
    '/globalpci/gateways/7/x/notifications',
  ]
  for (const url of [...ofPrograms, ...ofOthers]) await app.inject({ url, headers: { traceparent } })
  assert.deepEqual(
    spans.map(({ parent }) => parent),
    [...ofPrograms.map(() => foreign), ...ofOthers.map(() => undefined)],
  )
})

test('a strange traceparent is passed over: a trace begins', async (t) => {
  const { app, spans } = startHttp(t)
  for (const strange of [
    'x'.repeat(4_000),
    traceparent.toUpperCase(),
    [traceparent, traceparent],
    `00-4111111111111111${'0'.repeat(16)}-${foreign.spanId}-01`,
    `00-${foreign.traceId}-4111111111111111-01`,
  ]) {
    await app.inject({ url: '/globalpci/v1/session', headers: { traceparent: strange as string } })
  }
  assert.deepEqual(
    spans.map(({ parent }) => parent),
    spans.map(() => undefined),
  )
  assert.equal(spans.length, 5)
})

test('a request of another process of ours is part of what that does, whatever its header says', async (t) => {
  const { app, spans } = startHttp(t)
  await inRequest('request-1', async () => await app.inject({ url: '/pay/x', headers: { traceparent } }), {
    ...foreign,
    spanId: 'aaaaaaaaaaaaaaaa',
  })
  assert.equal(spans[0]?.parent?.spanId, 'aaaaaaaaaaaaaaaa')
})

test('an answer that was broken off has no status', async (t) => {
  const { app, spans } = startHttp(t)
  app.get('/v1/stream', (_request, reply) => {
    reply.hijack()
    reply.raw.write('…')
    setImmediate(() => reply.raw.destroy())
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const address = app.server.address() as { port: number }
  const answer = await fetch(`http://127.0.0.1:${address.port}/v1/stream`)
  await assert.rejects(answer.text())
  assert.deepEqual(spans[0]?.attributes['error.type'], 'aborted')
  assert.equal(spans[0]?.attributes['http.response.status_code'], undefined)
  assert.ok(spans[0]?.isOver)
})
