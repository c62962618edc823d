import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Guid } from '../../base/guid.ts'
import { basic, startIdentity } from '../test-identity.ts'

const form = 'application/x-www-form-urlencoded'
const strange = '3f2b8c1e-0000-4000-8000-000000000000'

/** Changes of a well-formed request in the body, and what the contract answers. */
const refusals: readonly (readonly [string, Record<string, string | null>, string])[] = [
  [
    'grant_type missing',
    { grant_type: null },
    '{"error":"unsupported_grant_type","error_description":"Invalid grant_type"}',
  ],
  [
    'grant_type unknown',
    { grant_type: 'constructor' },
    '{"error":"unsupported_grant_type","error_description":"Invalid grant_type"}',
  ],
  [
    'grant_type in another case',
    { grant_type: 'Client_Credentials' },
    '{"error":"unsupported_grant_type","error_description":"Invalid grant_type"}',
  ],
  [
    'scope missing (RFC-4)',
    { scope: null },
    '{"error":"invalid_scope","error_description":"You must specify a scope"}',
  ],
  [
    'scope of spaces alone (RFC-4)',
    { scope: '  ' },
    '{"error":"invalid_scope","error_description":"You must specify a scope"}',
  ],
  [
    'scope unknown (RFC-4)',
    { scope: 'x' },
    '{"error":"invalid_scope","error_description":"\'x\' is an invalid scope"}',
  ],
  [
    'scope in another case (RFC-4)',
    { scope: 'GlobalPCI' },
    '{"error":"invalid_scope","error_description":"\'GlobalPCI\' is an invalid scope"}',
  ],
  [
    'scope with characters that a description may not hold (RFC-6)',
    { scope: 'a"b\\c\né' },
    '{"error":"invalid_scope","error_description":"\'a?b?c??\' is an invalid scope"}',
  ],
  ['wrong secret (RFC-1)', { client_secret: 'x'.repeat(40) }, '{"error":"invalid_client"}'],
  ['unknown client', { client_id: strange }, '{"error":"invalid_client"}'],
  ['client id that is no GUID', { client_id: 'me' }, '{"error":"invalid_client"}'],
  [
    'wrong secret and nothing else right: the client comes first (RFC-1)',
    { client_secret: 'x', grant_type: 'x', scope: 'x' },
    '{"error":"invalid_client"}',
  ],
]

for (const [what, changes, body] of refusals) {
  test(`${what} is refused`, async (t) => {
    const { requestToken } = await startIdentity(t)
    const answer = await requestToken(changes)
    assert.equal(answer.statusCode, 400)
    assert.equal(answer.body, body)
    assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8')
    assert.equal(answer.headers['cache-control'], 'no-store')
    assert.equal(answer.headers.pragma, 'no-cache')
    assert.equal(answer.headers['www-authenticate'], undefined)
  })
}

test('a client that failed by the Authorization header gets 401 and a challenge (RFC-6)', async (t) => {
  const { requestTokenByBasic, clientId, secret } = await startIdentity(t)
  for (const authorization of [
    basic(clientId, 'x'.repeat(40)),
    basic(strange, secret),
    `Basic ${Buffer.from([0xff, 0x3a, 0xff]).toString('base64')}`,
  ]) {
    const answer = await requestTokenByBasic({}, { authorization })
    assert.equal(answer.statusCode, 401, authorization)
    assert.equal(answer.body, '{"error":"invalid_client"}')
    assert.equal(answer.headers['www-authenticate'], 'Basic realm="tonegate"')
    assert.equal(answer.headers['cache-control'], 'no-store')
  }
})

test('Basic and body credentials together are refused (RFC-2)', async (t) => {
  const { requestTokenByBasic, clientId, secret } = await startIdentity(t)
  for (const extra of [
    { client_id: clientId, client_secret: secret },
    { client_secret: secret },
    { client_id: strange },
  ]) {
    const answer = await requestTokenByBasic(extra)
    assert.equal(answer.statusCode, 400)
    assert.equal(answer.json().error, 'invalid_request')
  }
})

test('a public client has no secret that could be right', async (t) => {
  const { requestToken, clientId } = await startIdentity(t, {
    client: { clientType: 'public', flows: ['authorization_code'] },
  })
  const answer = await requestToken({ client_id: clientId, client_secret: 'x'.repeat(40) })
  assert.equal(answer.body, '{"error":"invalid_client"}')
})

test('a public client gets nothing by client credentials, even if it is registered for them (RFC-18)', async (t) => {
  const { requestToken, store, clientId } = await startIdentity(t)
  const makePublic = store.prepare((db, p: { id: Guid }) =>
    db.updateTable('client').set({ client_type: 'public' }).where('id', '=', p.id),
  )
  await store.write((tx) => makePublic.run(tx, { id: clientId }))
  assert.equal((await requestToken({ client_secret: null })).json().error, 'unauthorized_client')
})

test('a confidential client whose secrets are gone does not become a public one', async (t) => {
  const { requestToken, store, clientId } = await startIdentity(t)
  const remove = store.prepare((db, p: { id: Guid }) =>
    db.deleteFrom('client_secret').where('client_id', '=', p.id),
  )
  await store.write((tx) => remove.run(tx, { id: clientId }))
  for (const client_secret of [null, 'x'.repeat(40)]) {
    assert.equal((await requestToken({ client_secret })).json().error, 'invalid_client')
  }
})

async function send(
  t: TestContext,
  body: (credentials: string) => string | Buffer,
  contentType: string | undefined,
) {
  const { app, clientId, secret } = await startIdentity(t)
  const credentials = `grant_type=client_credentials&client_id=${clientId}&client_secret=${secret}`
  return app.inject({
    method: 'POST',
    url: '/auth/connect/token',
    headers: contentType === undefined ? {} : { 'content-type': contentType },
    payload: body(credentials),
  })
}

const fine = '&scope=globalpci'
const unreadable: readonly (readonly [
  string,
  (credentials: string) => string | Buffer,
  string | undefined,
])[] = [
  ['a parameter twice (RFC-3)', (c) => `${c}${fine}&grant_type=client_credentials`, form],
  ['an unknown parameter twice (RFC-3)', (c) => `${c}${fine}&x=1&x=2`, form],
  ['a parameter twice, once without a value (RFC-3)', (c) => `${c}${fine}&scope=`, form],
  ['a parameter twice, once in another spelling (RFC-3)', (c) => `${c}${fine}&%73cope=globalpci`, form],
  ['JSON', () => '{"grant_type":"client_credentials"}', 'application/json'],
  ['no Content-Type', (c) => `${c}${fine}`, undefined],
  ['a Content-Type that is none', (c) => `${c}${fine}`, ';;;'],
  ['multipart', (c) => `${c}${fine}`, 'multipart/form-data; boundary=x'],
  ['more than 16 KiB', (c) => `${c}${fine}&pad=${'x'.repeat(16 * 1024)}`, form],
  ['10 MB', () => Buffer.alloc(10_000_000, 'a'), form],
  ['10 MB of another type', () => Buffer.alloc(10_000_000, 'a'), 'application/json'],
  [
    'bytes that are not UTF-8 (RFC-3)',
    (c) => Buffer.concat([Buffer.from(`${c}${fine}&x=`), Buffer.of(0xc3)]),
    form,
  ],
  ['escapes that are not UTF-8 (RFC-3)', (c) => `${c}&scope=globalpci%ff`, form],
]
for (const [what, body, contentType] of unreadable) {
  test(`${what} is refused as invalid_request, in OAuth’s JSON`, async (t) => {
    const answer = await send(t, body, contentType)
    assert.equal(answer.statusCode, 400, answer.body)
    assert.equal(answer.json().error, 'invalid_request')
    assert.match(answer.json().error_description, /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
    assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8')
    assert.equal(answer.headers['cache-control'], 'no-store')
    assert.equal(answer.headers.pragma, 'no-cache')
  })
}

test('a body of exactly 16 KiB is read', async (t) => {
  const answer = await send(t, (c) => `${c}${fine}&pad=`.padEnd(16 * 1024, 'x'), form)
  assert.equal(answer.statusCode, 200, answer.body)
})

test('an empty body is refused, with and without a Content-Type', async (t) => {
  for (const contentType of [form, undefined]) {
    const answer = await send(t, () => '', contentType)
    assert.equal(answer.json().error, 'invalid_client')
  }
})
