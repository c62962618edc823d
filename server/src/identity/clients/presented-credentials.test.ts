import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { basic, startIdentity } from '../test-identity.ts'

const endpoints = ['token', 'revocation', 'introspect'] as const
type Endpoint = (typeof endpoints)[number]

const unknownId = '3f2b8c1e-0000-4000-8000-000000000000'
const errorsPage = 'https://nam.api.example.com/globalpci/errors'

/** What makes a request good at each endpoint, but for its credentials. */
const usual = {
  token: { grant_type: 'client_credentials', scope: 'globalpci' },
  revocation: { token: 'x' },
  introspect: { token: 'x' },
}

async function startEndpoints(t: TestContext, options: Parameters<typeof startIdentity>[1] = {}) {
  const started = await startIdentity(t, options)
  const { app, clientId, secret } = started
  const own = { client_id: clientId, client_secret: secret }

  async function send(
    endpoint: Endpoint,
    credentials: Readonly<Record<string, string>>,
    { authorization, query = '' }: { readonly authorization?: string; readonly query?: string } = {},
  ) {
    return app.inject({
      method: 'POST',
      url: `/auth/connect/${endpoint}${query}`,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        ...(authorization !== undefined && { authorization }),
      },
      payload: new URLSearchParams({ ...usual[endpoint], ...credentials }).toString(),
    })
  }
  return { ...started, own, send }
}

const notOfClients = [
  'Bearer eyJhbGciOiJub25lIn0.e30.',
  'bearer',
  'DPoP abc',
  'Negotiate YII=',
  'Digest x=1',
  '',
  ' ',
]
for (const endpoint of endpoints) {
  test(`at ${endpoint} a header that is no client’s way to authenticate does not count`, async (t) => {
    const { send, own } = await startEndpoints(t)
    for (const authorization of [...notOfClients, 'Basic', 'basic ', 'Basic Og==', 'BASIC Og==']) {
      const answer = await send(endpoint, own, { authorization })
      assert.equal(answer.statusCode, 200, `${authorization}: ${answer.body}`)
    }
  })

  test(`at ${endpoint} Basic, in any case, beside credentials in the body is two ways (RFC-2)`, async (t) => {
    const { send, own } = await startEndpoints(t)
    const right = basic(own.client_id, own.client_secret)
    for (const authorization of [right, right.replace('Basic', 'bASIC'), basic('x', 'y'), 'Basic %%%']) {
      const answer = await send(endpoint, own, { authorization })
      assert.deepEqual([answer.statusCode, answer.json().error], [400, 'invalid_request'], authorization)
      assert.match(answer.json().error_description, /more than one authentication method/)
    }
  })

  test(`at ${endpoint} a refusal says what to do, where that tells a guesser nothing`, async (t) => {
    const { send, own } = await startEndpoints(t)
    const { client_id, client_secret } = own
    const inQuery = `?${new URLSearchParams(own)}`
    for (const [described, answer] of [
      [/no client credentials/, await send(endpoint, {})],
      [/no client credentials/, await send(endpoint, { client_secret })],
      [/no client credentials/, await send(endpoint, {}, { authorization: 'Bearer abc' })],
      [/no client credentials/, await send(endpoint, {}, { authorization: 'Basic' })],
      [/no client credentials/, await send(endpoint, {}, { authorization: 'Basic Og==' })],
      [/in the URL are ignored/, await send(endpoint, {}, { query: inQuery })],
      [/in the URL are ignored/, await send(endpoint, {}, { query: inQuery, authorization: 'Bearer abc' })],
      [/no client_secret/, await send(endpoint, { client_id })],
      [/no client_secret/, await send(endpoint, { client_id: unknownId })],
      [/no client_secret/, await send(endpoint, {}, { authorization: basic(client_id, '') })],
      [/cannot be decoded/, await send(endpoint, {}, { authorization: 'Basic %%%' })],
      [/cannot be decoded/, await send(endpoint, {}, { authorization: 'Basic bm8gY29sb24=' })],
    ] as const) {
      const { error, error_description, error_uri } = answer.json()
      assert.equal(error, 'invalid_client')
      assert.match(error_description, described)
      assert.match(error_description, /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
      assert.equal(error_uri, `${errorsPage}#invalid_client`)
    }
  })
}

test('a wrong id or secret, a disabled client and one with keys are answered alike, to the letter', async (t) => {
  const { send, own, createClient, disableClient, clock } = await startEndpoints(t)
  const disabled = await createClient()
  await disableClient(disabled.clientId)
  await clock.advance(1000)
  const wrong = 'x'.repeat(40)
  for (const credentials of [
    { client_id: own.client_id, client_secret: wrong },
    { client_id: unknownId, client_secret: wrong },
    { client_id: 'me', client_secret: wrong },
    { client_id: disabled.clientId, client_secret: disabled.clientSecret ?? '' },
  ]) {
    const answer = await send('token', credentials)
    assert.deepEqual([answer.statusCode, answer.body], [400, '{"error":"invalid_client"}'])
    const authorization = basic(credentials.client_id, credentials.client_secret)
    const byBasic = await send('token', {}, { authorization })
    assert.deepEqual([byBasic.statusCode, byBasic.body], [401, '{"error":"invalid_client"}'])
  }
})

test('only whoever used Basic is challenged to (RFC-6)', async (t) => {
  const { send } = await startEndpoints(t)
  for (const [authorization, status] of [
    ['Bearer abc', 400],
    ['', 400],
    ['Basic', 401],
    ['Basic %%%', 401],
  ] as const) {
    const answer = await send('token', {}, { authorization })
    assert.equal(answer.statusCode, status, authorization)
    assert.equal(answer.headers['www-authenticate'], status === 401 ? 'Basic realm="tonegate"' : undefined)
  }
})

for (const [asked, client, described] of [
  [
    { grant_type: 'client_credentials' },
    { flows: ['authorization_code'] },
    /flow client_credentials. Its flows: authorization_code/,
  ],
  [{ grant_type: 'password', username: 'a', password: 'b' }, { flows: [] }, /flow password. Its flows: none/],
  [
    { grant_type: 'authorization_code', code: 'x' },
    {},
    /flow authorization_code. Its flows: client_credentials/,
  ],
  [{ grant_type: 'refresh_token', refresh_token: 'x' }, {}, /refresh tokens/],
] as const) {
  test(`${asked.grant_type} that the client was not registered for is refused with its own flows (RFC-6, RFC-18)`, async (t) => {
    const { send, own } = await startEndpoints(t, { client })
    const answer = await send('token', { ...own, ...asked })
    const { error, error_description, error_uri } = answer.json()
    assert.deepEqual([answer.statusCode, error], [400, 'unauthorized_client'])
    assert.match(error_description, described)
    assert.equal(error_uri, `${errorsPage}#unauthorized_client`)
  })
}

test('a public client gets nothing by client credentials, and is told what to use (RFC-18)', async (t) => {
  const { send, clientId } = await startEndpoints(t, {
    client: { clientType: 'public', flows: ['authorization_code'] },
  })
  const { error, error_description } = (await send('token', { client_id: clientId })).json()
  assert.equal(error, 'unauthorized_client')
  assert.match(error_description, /Use authorization_code with PKCE/)
})

test('a scope that is not this client’s is refused with those that are (RFC-4)', async (t) => {
  const { send, own } = await startEndpoints(t)
  const { error, error_description, error_uri } = (
    await send('token', { ...own, scope: 'globalpci admin:write' })
  ).json()
  assert.equal(error, 'invalid_scope')
  assert.match(
    error_description,
    /^'admin:write' is an invalid scope for this client. Allowed scopes: globalpci users:read\./,
  )
  assert.equal(error_uri, `${errorsPage}#invalid_scope`)
})

test('a body that is no form is told what it is, and what it should be', async (t) => {
  const { app, own } = await startEndpoints(t)
  const payload = JSON.stringify({ ...usual.token, ...own })
  for (const [type, described] of [
    ['application/json', /^The body is JSON\. Send a form/],
    [undefined, /^The body has no Content-Type\. Send a form/],
    ['multipart/form-data; boundary=x', /^The body is not form-encoded\. Send a form/],
  ] as const) {
    const answer = await app.inject({
      method: 'POST',
      url: '/auth/connect/token',
      payload,
      headers: type === undefined ? {} : { 'content-type': type },
    })
    const { error, error_description, error_uri } = answer.json()
    assert.deepEqual([answer.statusCode, error], [400, 'invalid_request'])
    assert.match(error_description, described)
    assert.equal(error_uri, `${errorsPage}#invalid_request`)
  }
})

for (const endpoint of endpoints) {
  test(`at ${endpoint} any other method is refused in OAuth’s own form (RFC-3)`, async (t) => {
    const { app } = await startEndpoints(t)
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const) {
      const answer = await app.inject({ method, url: `/auth/connect/${endpoint}` })
      assert.equal(answer.statusCode, 405, method)
      assert.equal(answer.headers.allow, 'POST')
      assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8')
      assert.equal(answer.headers['cache-control'], 'no-store')
      assert.equal(answer.json().error, 'invalid_request')
      assert.match(answer.json().error_description, /^This endpoint allows only POST/)
    }
  })
}
