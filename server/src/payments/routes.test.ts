import assert from 'node:assert/strict'
import { test } from 'node:test'
import { problems } from '../base/problem.ts'
import { paymentData, startPayments } from './test-payments.ts'

const session = '/globalpci/v1/session'
const body = { agentId: 'agent7', paymentData, skipCallTransfer: true }

test('every request passes the bearer check, before its body is looked at', async (t) => {
  const { send, newGuid, sessions } = await startPayments(t)
  const guid = newGuid()
  const json = { 'content-type': 'application/json' }
  for (const request of [
    { method: 'POST', url: session, headers: json, payload: '{not json' },
    { method: 'POST', url: session, headers: json, payload: 'x'.repeat(100_000) },
    { method: 'POST', url: '/globalpci/v1/digitalsession', headers: json, payload: JSON.stringify(body) },
    { method: 'POST', url: session, headers: { 'content-type': 'text/xml' }, payload: '<a/>' },
    { method: 'GET', url: `${session}/${guid}` },
    { method: 'GET', url: `${session}s?limit=x` },
    { method: 'POST', url: `${session}/${guid}/cancel` },
  ] as const) {
    for (const as of ['nobody', 'somebody else']) {
      const answer = await send({ ...request, as })
      assert.equal(answer.statusCode, 401, JSON.stringify(request).slice(0, 100))
      assert.equal(answer.headers['www-authenticate'], 'Bearer')
      assert.equal(answer.json().message, 'Authorization has been denied for this request.')
    }
  }
  assert.equal(await sessions(), 0)
})

test('a token in the query or the body is not looked at (RFC-21)', async (t) => {
  const { send } = await startPayments(t)
  const answer = await send({
    method: 'POST',
    url: `${session}?access_token=backend`,
    as: 'nobody',
    headers: { 'content-type': 'application/json' },
    payload: JSON.stringify({ ...body, access_token: 'backend' }),
  })
  assert.equal(answer.statusCode, 401)
})

test('a client’s quota is told in every answer, and each client has its own (RFC-58)', async (t) => {
  const { post, clock } = await startPayments(t, { apiRequestsPerSecond: 2 })
  const first = await post(body)
  assert.equal(first.statusCode, 200)
  assert.equal(first.headers['ratelimit-policy'], '"default";q=2;w=1')
  assert.equal(first.headers.ratelimit, '"default";r=1;t=1')
  assert.equal(first.headers['ratelimit-limit'], undefined)
  await post(body)
  const refused = await post(body)
  assert.equal(refused.statusCode, 429)
  assert.equal(refused.headers['content-type'], 'application/problem+json; charset=utf-8')
  assert.equal(refused.json().type, 'https://iana.org/assignments/http-problem-types#quota-exceeded')
  assert.equal(refused.headers['retry-after'], '1')
  assert.equal(refused.headers.ratelimit, '"default";r=0;t=1')
  assert.equal((await post(body, { as: 'other-client' })).statusCode, 200)
  await clock.advance(1000)
  assert.equal((await post(body)).statusCode, 200)
})

test('people and accounts that share a client use up nothing of one another’s quota (RFC-58)', async (t) => {
  const { post } = await startPayments(t, { apiRequestsPerSecond: 1 })
  const statusOf = async (as: string) => (await post(body, { as })).statusCode
  await statusOf('agent7')
  assert.equal(await statusOf('agent7'), 429)
  for (const as of ['agent8', 'elsewhere', 'backend']) assert.notEqual(await statusOf(as), 429, as)
})

test('a request over the quota is refused before its key is claimed (RFC-57, RFC-58)', async (t) => {
  const { post, storedAnswers, clock } = await startPayments(t, { apiRequestsPerSecond: 1 })
  await post(body)
  const keyed = { headers: { 'idempotency-key': 'k' } }
  assert.equal((await post(body, keyed)).statusCode, 429)
  assert.equal(await storedAnswers(), 0)
  await clock.advance(1000)
  assert.equal((await post(body, keyed)).statusCode, 200)
})

test('where clients are not limited no quota is told', async (t) => {
  const { post } = await startPayments(t)
  const { headers } = await post(body)
  assert.equal(headers.ratelimit, undefined)
  assert.equal(headers['ratelimit-policy'], undefined)
})

test('other methods are refused with those that are allowed', async (t) => {
  const { send, newGuid } = await startPayments(t)
  for (const [method, url, allow] of [
    ['GET', session, 'POST'],
    ['DELETE', `${session}/${newGuid()}`, 'GET, HEAD'],
    ['GET', `${session}/${newGuid()}/cancel`, 'POST'],
    ['PUT', '/globalpci/v1/digitalsession', 'POST'],
    ['POST', `${session}s`, 'GET, HEAD'],
  ] as const) {
    const answer = await send({ method, url })
    assert.equal(answer.statusCode, 405)
    assert.equal(answer.headers.allow, allow)
  }
})

test('a body over 64 KiB is refused with 413, one that is not JSON with 415', async (t) => {
  const { post, sessions } = await startPayments(t)
  const large = { ...body, note: 'x'.repeat(65_536) }
  assert.equal((await post(large)).statusCode, 413)
  assert.equal((await post({ ...body, note: 'x'.repeat(60_000) })).statusCode, 200)
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
    const answer = await post(JSON.stringify(body), { headers: { 'content-type': type } })
    assert.equal(answer.statusCode, 415, type)
    assert.equal(answer.headers['content-type'], 'application/problem+json; charset=utf-8')
  }
  assert.equal(await sessions(), 1)
})

test('the page of errors explains every code at the place that a problem’s type leads to (RFC-54)', async (t) => {
  const { send } = await startPayments(t)
  const answer = await send({ url: '/globalpci/errors', as: 'nobody' })
  assert.equal(answer.statusCode, 200)
  assert.match(String(answer.headers['content-type']), /^text\/html/)
  for (const [code, { title }] of Object.entries(problems)) {
    assert.ok(answer.body.includes(`id="${code}"`), code)
    assert.ok(answer.body.includes(title), title)
  }
})

test('every problem has the members of RFC 9457 and says its own status (RFC-54)', async (t) => {
  const { post, get } = await startPayments(t)
  const answers = [
    await post('{'),
    await post({}),
    await post({ ...body, accountConfigurationId: 99 }),
    await post({ agentId: 'agent7', paymentData }),
    await post(body, { as: 'nobody' }),
    await post({ ...body, agentId: 'x' }, { as: 'agent7' }),
    await get('nothing'),
  ]
  for (const answer of answers) {
    const problem = answer.json()
    assert.equal(answer.headers['content-type'], 'application/problem+json; charset=utf-8')
    assert.equal(problem.status, answer.statusCode)
    assert.equal(problem.message, problem.detail)
    assert.match(problem.type, /^http:\/\/nam\.api\.test\/globalpci\/errors#[a-z-]+$/)
    assert.match(problem.instance, /^\/globalpci\/v1\/session/)
    assert.ok(problem.title.length > 0)
    assert.ok(!answer.body.includes('    at '), 'a stack trace')
  }
})
