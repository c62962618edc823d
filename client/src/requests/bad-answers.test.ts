import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { inspect } from 'node:util'
import { createClient } from '../client.ts'
import { isTonegateError, type TonegateError } from '../errors.ts'
import { createTestClock } from '../test-clock.ts'
import { type Answering, json, paid, problem, sessionGuid, startApi, startServer } from '../test-servers.ts'

/** What the client throws, which is one of its own. */
async function errorOf(work: Promise<unknown>): Promise<TonegateError> {
  const error = await work.then(
    () => assert.fail('It was answered.'),
    (reason: unknown) => reason,
  )
  assert.ok(isTonegateError(error), String(error))
  return error
}

async function startBad(t: TestContext, answer: Answering) {
  const { tonegate, ...api } = await startApi(t, answer, { retries: 0 })
  return { ...api, tonegate, failure: () => errorOf(tonegate.getSession(sessionGuid)) }
}

test('a problem is told by its code, with all that was said', async (t) => {
  const { tonegate } = await startApi(t, (_, response) =>
    json(response, problem('call-has-session', 'The call has a session.', { sessionGuid }), 409, {
      'x-request-id': 'request-7',
    }),
  )
  const error = await errorOf(tonegate.createSession({ agentId: 'agent7', paymentData: { Amount: '1.00' } }))
  assert.ok(error.kind === 'problem' && error.code === 'call-has-session')
  const other: string = error.members.sessionGuid
  assert.deepEqual(
    [other, error.status, error.detail, error.message, error.requestId],
    [sessionGuid, 409, 'The call has a session.', 'The call has a session.', 'request-7'],
  )
})

test('wrong members are told, each by its path', async (t) => {
  const errors = [{ path: '/paymentData/Amount', message: 'is required' }]
  const { failure } = await startBad(t, (_, response) =>
    json(response, problem('invalid-request', 'No Amount.', { errors: [...errors, 7, { path: 1 }] }), 400),
  )
  const error = await failure()
  assert.ok(error.kind === 'problem')
  assert.deepEqual(error.errors, errors)
})

for (const [what, body] of [
  ['of a newer server', problem('something-newer', 'It is new.')],
  ['of the original service', { message: 'Authorization has been denied for this request.' }],
  ['without a word', {}],
] as const) {
  test(`a problem that is not known is ‘other’: ${what}`, async (t) => {
    const { failure } = await startBad(t, (_, response) => json(response, body, 403))
    const error = await failure()
    assert.ok(error.kind === 'problem' && error.code === 'other')
    assert.equal(error.status, 403)
    assert.notEqual(error.message, '')
  })
}

for (const [what, answer] of [
  ['a page', { type: 'text/html', body: '<h1>Welcome to the proxy</h1>' }],
  ['a page that says it is JSON', { type: 'application/json', body: '<h1>Welcome</h1>' }],
  ['a list', { type: 'application/json', body: '[]' }],
  ['nothing', { type: 'application/json', body: '' }],
  ['a session without a state', { type: 'application/json', body: `{"sessionGuid":"${sessionGuid}"}` }],
] as const) {
  test(`${what} is no session`, async (t) => {
    const { failure } = await startBad(t, (_, response) =>
      response.writeHead(200, { 'content-type': answer.type }).end(answer.body),
    )
    const error = await failure()
    assert.ok(error.kind === 'unexpected')
    assert.deepEqual([error.status, error.contentType], [200, answer.type])
    assert.doesNotMatch(error.message, /Welcome/)
  })
}

test('a redirect is not followed: no token reaches another host', async (t) => {
  const elsewhere = await startServer(t, (_, response) => json(response, {}))
  for (const status of [301, 302, 307, 308]) {
    const { failure } = await startBad(t, (_, response) =>
      json(response, paid, status, { location: `${elsewhere.origin}/session` }),
    )
    const error = await failure()
    assert.ok(error.kind === 'unexpected')
    assert.equal(error.status, status)
    assert.match(error.message, new RegExp(`redirect to ${new URL(elsewhere.origin).host}`))
  }
  assert.deepEqual(elsewhere.asked, [])
})

test('neither does the client secret', async (t) => {
  const elsewhere = await startServer(t, (_, response) => json(response, { access_token: 'caught' }))
  const { origin } = await startServer(t, (_, response) =>
    response.writeHead(307, { location: `${elsewhere.origin}/auth/connect/token` }).end(),
  )
  const tonegate = createClient({ baseUrl: origin, clientId: 'a', clientSecret: 'b' })
  assert.equal((await errorOf(tonegate.getSession(sessionGuid))).kind, 'unexpected')
  assert.deepEqual(elsewhere.asked, [])
})

test('a server that is down is told by its host', async (t) => {
  const { origin, server } = await startServer(t, () => {})
  await new Promise((resolve) => server.close(resolve))
  const tonegate = createClient({
    baseUrl: origin,
    clientId: 'a',
    clientSecret: 'b',
    clock: createTestClock(),
  })
  const error = await errorOf(tonegate.getSession(sessionGuid))
  assert.equal(error.kind, 'network')
  assert.match(error.message, /^127\.0\.0\.1:\d+ did not answer: .*ECONNREFUSED/)
})

test('half an answer is told', async (t) => {
  const { failure } = await startBad(t, (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
    response.write('{"sessionGuid":', () => response.destroy())
  })
  assert.equal((await failure()).kind, 'network')
})

test('an answer without an end is given up, and its connection is closed', async (t) => {
  const closed = Promise.withResolvers<void>()
  const { failure } = await startBad(t, (_, response) => {
    response.once('close', closed.resolve)
    const write = () => {
      while (!response.destroyed && response.write(' '.repeat(2 ** 20)));
    }
    response.writeHead(200, { 'content-type': 'application/json' }).on('drain', write)
    write()
  })
  const error = await failure()
  assert.ok(error.kind === 'unexpected')
  assert.match(error.message, /^127\.0\.0\.1:\d+ answered more than 8 MiB\.$/)
  await closed.promise
})

for (const secret of ['its-secret\n', 'its secret', 'its-sécret\u2028', '', undefined as unknown as string]) {
  test(`a token that no header can carry is refused, and not quoted: ${JSON.stringify(secret)}`, async (t) => {
    const { origin, asked } = await startServer(t, (_, response) => json(response, paid))
    for (const given of [secret, { accessToken: secret, expiresIn: 3600 }]) {
      const tonegate = createClient({ baseUrl: origin, token: async () => given })
      const error = await tonegate.getSession(sessionGuid).catch((reason: unknown) => reason)
      assert.ok(error instanceof TypeError)
      assert.doesNotMatch(inspect(error), /its/)
    }
    assert.deepEqual(asked, [])
  })
}

test('a key that no header can carry is refused, and nothing is asked', async (t) => {
  const { tonegate, asked } = await startApi(t, (_, response) => json(response, paid))
  for (const idempotencyKey of ['', 'order\n1001', 'Bestellung für 12'])
    await assert.rejects(tonegate.refundPayment(sessionGuid, {}, { idempotencyKey }), TypeError)
  assert.deepEqual(asked(), [])
})

for (const [what, begin] of [
  ['says nothing', () => {}],
  ['stops in the middle', (response: Parameters<Answering>[1]) => response.writeHead(200).write('{')],
] as const) {
  test(`a server that ${what} is waited for so long, and not longer`, async (t) => {
    const reached = Promise.withResolvers<void>()
    const { failure, clock } = await startBad(t, (_, response) => {
      begin(response)
      reached.resolve()
    })
    const failed = failure()
    await reached.promise
    clock.release(30_000)
    const error = await failed
    assert.ok(error.kind === 'timeout')
    assert.equal(error.milliseconds, 30_000)
  })
}

test('a caller that stops waiting gets its own reason', async (t) => {
  const stop = new AbortController()
  const reason = new Error('The agent has hung up.')
  const { tonegate, asked } = await startApi(t, () => stop.abort(reason), { retries: 0 })
  await assert.rejects(tonegate.getSession(sessionGuid, { signal: stop.signal }), (error) => error === reason)
  assert.equal(asked().length, 1)
})

for (const [what, body, status, expected] of [
  ['a page', '<h1>Sign in</h1>', 200, 'unexpected'],
  ['no token', { token_type: 'Bearer' }, 200, 'unexpected'],
  ['a token with a line break', { access_token: 'a\r\nb' }, 200, 'unexpected'],
  ['a token of another type', { access_token: 'a', token_type: 'mac' }, 200, 'unexpected'],
  ['a token without a life', { access_token: 'a', expires_in: 'soon' }, 200, 'unexpected'],
  ['a token that has expired', { access_token: 'a', expires_in: -1 }, 200, 'unexpected'],
  ['an error that is none', { error: 7 }, 400, 'unexpected'],
  ['an error', { error: 'invalid_client' }, 400, 'oauth'],
] as const) {
  test(`a token endpoint that answers ${what} is told, and nothing else is asked`, async (t) => {
    const { origin, asked } = await startServer(t, (_, response) =>
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(typeof body === 'string' ? body : JSON.stringify(body)),
    )
    const tonegate = createClient({ baseUrl: origin, clientId: 'a', clientSecret: 'b-secret' })
    const error = await errorOf(tonegate.getSession(sessionGuid))
    assert.equal(error.kind, expected)
    assert.doesNotMatch(error.message, /b-secret/)
    assert.equal(asked.length, 1)
  })
}

test('an OAuth error is told by its code', async (t) => {
  const { origin } = await startServer(t, (_, response) =>
    json(response, { error: 'invalid_scope', error_description: 'You must specify a scope' }, 400),
  )
  const tonegate = createClient({ baseUrl: origin, clientId: 'a', clientSecret: 'b' })
  const error = await errorOf(tonegate.getSession(sessionGuid))
  assert.ok(error.kind === 'oauth')
  assert.deepEqual([error.code, error.message], ['invalid_scope', 'invalid_scope: You must specify a scope'])
})
