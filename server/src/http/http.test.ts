import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { InjectOptions } from 'fastify'
import { Type } from 'typebox'
import { createLog } from '../base/log.ts'
import { Problem } from '../base/problem.ts'
import type { FormBody } from './bodies/form-body.ts'
import { createHttp } from './http.ts'

const region = {
  name: 'nam',
  issuer: 'http://nam.test/auth',
  apiUrl: 'http://nam.api.test/globalpci',
  paymentOrigin: 'http://nam.test',
} as const

function startHttp() {
  const lines: string[] = []
  const log = createLog('trace', { write: (line) => lines.push(line) })
  const app = createHttp({ region, log, proxy: 'none' })
  app.get('/v1/session/:guid', async () => ({ fine: true }))
  app.post(
    '/v1/session',
    { schema: { body: Type.Object({ agentId: Type.String() }) } },
    async ({ body }) => body,
  )
  app.post('/form', async ({ body }) => ({ a: (body as FormBody).bytesOf('a').map(String) }))
  app.get('/bug', async () => {
    throw new Error('secret inside')
  })
  app.get('/problem', async () => {
    throw new Problem('no-live-call', 'Agent 7 has no live call.')
  })
  return { app, lines }
}

test('paths are matched without regard to case', async () => {
  const { app } = startHttp()
  assert.equal((await app.inject('/V1/Session/ABC')).statusCode, 200)
})

test('another method is refused with the methods that are allowed', async () => {
  const { app } = startHttp()
  const answer = await app.inject({ method: 'DELETE', url: '/v1/SESSION' })
  assert.equal(answer.statusCode, 405)
  assert.equal(answer.headers.allow, 'POST')
})

test('a method that nothing is served by is refused, and no fault of ours', async () => {
  const { app, lines } = startHttp()
  const query = (headers: Readonly<Record<string, string>>) =>
    app.inject({ method: 'QUERY', url: '/v1/session', payload: '{}', headers } as InjectOptions)
  assert.equal((await query({})).statusCode, 400)
  assert.equal((await query({ 'content-type': 'application/json' })).statusCode, 405)
  assert.deepEqual(
    lines.filter((line) => line.includes('"level":50')),
    [],
  )
})

test('a problem has the members of RFC 9457, an absolute type and a message (RFC-54)', async () => {
  const { app } = startHttp()
  const answer = await app.inject('/problem?card=4111111111111111')
  assert.equal(answer.statusCode, 409)
  assert.equal(answer.headers['content-type'], 'application/problem+json; charset=utf-8')
  assert.deepEqual(answer.json(), {
    type: 'http://nam.api.test/globalpci/errors#no-live-call',
    title: 'The agent is not on a call',
    status: 409,
    detail: 'Agent 7 has no live call.',
    instance: '/problem',
    message: 'Agent 7 has no live call.',
  })
})

test('a bug becomes a 500 that tells its id and nothing else (RFC-54)', async () => {
  const { app, lines } = startHttp()
  const answer = await app.inject('/bug')
  assert.equal(answer.statusCode, 500)
  assert.ok(!answer.body.includes('secret'))
  assert.ok(lines.some((line) => line.includes('secret inside') && line.includes(answer.json().id)))
})

test('a wrong type is refused by its path, not coerced', async () => {
  const { app } = startHttp()
  const answer = await app.inject({ method: 'POST', url: '/v1/session', payload: { agentId: 7 } })
  assert.equal(answer.statusCode, 400)
  assert.deepEqual(answer.json().errors, [{ path: '/agentId', message: 'must be string' }])
})

for (const [what, payload, contentType, status] of [
  ['a body that is not JSON', '{', 'application/json', 400],
  ['an empty body', '', 'application/json', 400],
  ['a body that is not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'application/json', 400],
  ['a body of 10 MB', Buffer.alloc(10_000_000, 32), 'application/json', 413],
  ['another media type', '<a/>', 'text/xml', 415],
  ['a form that is not UTF-8', 'a=%ff', 'application/x-www-form-urlencoded', 400],
] as const) {
  test(`${what} is refused with ${status}`, async () => {
    const { app } = startHttp()
    const url = contentType.includes('form') ? '/form' : '/v1/session'
    const answer = await app.inject({
      method: 'POST',
      url,
      payload,
      headers: { 'content-type': contentType },
    })
    assert.equal(answer.statusCode, status, answer.body)
    assert.equal(answer.headers['content-type'], 'application/problem+json; charset=utf-8')
  })
}

test('a form keeps what was sent twice', async () => {
  const { app } = startHttp()
  const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
  const answer = await app.inject({ method: 'POST', url: '/form', payload: 'a=1&a=2', headers })
  assert.deepEqual(answer.json(), { a: ['1', '2'] })
})

test('behind a trusted proxy the address is the one that the proxy added, not what the client claims (RFC-50)', async () => {
  const address = async (proxy: 'none' | 'trusted') => {
    const app = createHttp({ region, log: createLog('silent'), proxy })
    app.get('/ip', async ({ ip }) => ({ ip }))
    const headers = { 'x-forwarded-for': '203.0.113.9, 198.51.100.7' }
    return (await app.inject({ url: '/ip', headers })).json().ip
  }
  assert.equal(await address('trusted'), '198.51.100.7')
  assert.equal(await address('none'), '127.0.0.1')
})

test('a card number in a path does not come back', async () => {
  const { app } = startHttp()
  for (const number of ['4111111111111111', '4111-1111-1111-1111', '4111%201111%201111%201111']) {
    const answer = await app.inject(`/v1/nothing/${number}/here`)
    assert.equal(answer.statusCode, 404)
    assert.equal(answer.json().instance, '/v1/nothing/…/here')
  }
  for (const number of [
    '4111_1111_1111_1111',
    '4111,1111,1111,1111',
    '4111/1111/1111/1111',
    '%34111+1111+1111+1111',
  ]) {
    const { instance } = (await app.inject(`/v1/nothing/${number}/here`)).json()
    assert.match(instance, /^\/v1\/nothing\/[*/_,+]+1111\/here$/)
  }
})
