import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { basic, nam, readJwt, startIdentity } from '../test-identity.ts'

const noStore = { 'cache-control': 'no-store', pragma: 'no-cache' }

test('a token is answered byte for byte as the contract has it (RFC-5)', async (t) => {
  const { requestToken } = await startIdentity(t)
  const answer = await requestToken()
  assert.equal(answer.statusCode, 200)
  const token = answer.json().access_token
  assert.equal(answer.body, `{"access_token":"${token}","expires_in":3600,"token_type":"Bearer"}`)
  assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8')
  assert.equal(answer.headers['cache-control'], 'no-store')
  assert.equal(answer.headers.pragma, 'no-cache')
})

test('Basic authenticates as the body does, in every way of writing it (RFC-1)', async (t) => {
  const { requestTokenByBasic, clientId, secret } = await startIdentity(t)
  const formEncoded = basic(clientId.replaceAll('-', '%2D'), secret)
  for (const authorization of [
    basic(clientId, secret),
    formEncoded,
    basic(clientId, secret).replace('Basic ', 'bAsIc   '),
    basic(clientId, secret).replaceAll('=', ''),
    basic(clientId.toUpperCase(), secret),
  ]) {
    const answer = await requestTokenByBasic({}, { authorization })
    assert.equal(answer.statusCode, 200, answer.body)
    assert.deepEqual(Object.keys(answer.json()), ['access_token', 'expires_in', 'token_type'])
  }
})

test('the same client may be named in the body when it authenticates by Basic', async (t) => {
  const { requestTokenByBasic, clientId } = await startIdentity(t)
  assert.equal((await requestTokenByBasic({ client_id: clientId })).statusCode, 200)
  assert.equal((await requestTokenByBasic({ client_secret: '' })).statusCode, 200)
})

test('the path is matched without regard to case', async (t) => {
  const { app, clientId, secret } = await startIdentity(t)
  const answer = await app.inject({
    method: 'POST',
    url: '/Auth/Connect/TOKEN',
    headers: { 'content-type': 'Application/X-WWW-Form-URLEncoded; charset=UTF-8' },
    payload: `grant_type=client_credentials&scope=globalpci&client_id=${clientId}&client_secret=${secret}`,
  })
  assert.equal(answer.statusCode, 200, answer.body)
})

test('the token has the header and the claims of RFC 9068, typ first (RFC-37, RFC-38)', async (t) => {
  const { issue, clientId, clock, account } = await startIdentity(t)
  const token = await issue()
  assert.ok(token.startsWith('eyJ0eXAi'))
  const { header, claims } = readJwt(token)
  assert.equal(header.typ, 'at+jwt')
  assert.equal(header.alg, 'ES256')
  const now = Math.floor(clock.now() / 1000)
  assert.deepEqual(Object.keys(claims), [
    ...['iss', 'aud', 'sub', 'client_id', 'scope', 'iat', 'nbf', 'exp', 'jti', 'account'],
  ])
  const { jti, ...rest } = claims
  assert.match(jti, /^[0-9a-f-]{36}$/)
  assert.deepEqual(rest, {
    iss: nam.issuer,
    aud: nam.apiUrl,
    sub: clientId,
    client_id: clientId,
    scope: 'globalpci',
    iat: now,
    nbf: now,
    exp: now + 3600,
    account: account.id,
  })
  assert.notEqual(readJwt(await issue()).claims.jti, jti)
})

for (const signingAlgorithm of ['ES256', 'RS256', 'EdDSA'] as const) {
  test(`a token signed with ${signingAlgorithm} verifies against the key set (RFC-37)`, async (t) => {
    const { issue, app, clock } = await startIdentity(t, { settings: { signingAlgorithm } })
    const token = await issue()
    assert.equal(readJwt(token).header.alg, signingAlgorithm)
    const keySet = createLocalJWKSet((await app.inject('/auth/.well-known/openid-configuration/jwks')).json())
    const { payload } = await jwtVerify(token, keySet, { currentDate: new Date(clock.now()) })
    assert.equal(payload.iss, nam.issuer)
  })
}

test('the lifetime is a setting, told and kept', async (t) => {
  const { requestToken } = await startIdentity(t, { settings: { tokenLifetimeSeconds: 7200 } })
  const { access_token, expires_in } = (await requestToken()).json()
  const { claims } = readJwt(access_token)
  assert.equal(expires_in, 7200)
  assert.equal(claims.exp - claims.iat, 7200)
})

test('several scopes are granted, and told only when they are not the ones asked for (RFC-4)', async (t) => {
  const { requestToken } = await startIdentity(t)
  const asked = await requestToken({ scope: 'users:read globalpci' })
  assert.equal(readJwt(asked.json().access_token).claims.scope, 'users:read globalpci')
  assert.equal('scope' in asked.json(), false)
  const doubled = await requestToken({ scope: 'globalpci  globalpci' })
  assert.deepEqual(Object.keys(doubled.json()), ['access_token', 'expires_in', 'token_type', 'scope'])
  assert.equal(doubled.json().scope, 'globalpci')
})

test('a client has no scope for itself that means something for a person alone (RFC-4)', async (t) => {
  const scopes = ['globalpci', 'openid', 'profile', 'offline_access'] as const
  const { requestToken } = await startIdentity(t, { client: { scopes } })
  for (const scope of ['openid', 'profile', 'offline_access', 'globalpci openid']) {
    const answer = await requestToken({ scope })
    assert.equal(answer.statusCode, 400, scope)
    const { error, error_description } = answer.json()
    assert.equal(error, 'invalid_scope')
    assert.match(error_description, /Allowed scopes: globalpci\./)
  }
  assert.equal((await requestToken({ scope: 'globalpci' })).statusCode, 200)
})

test('no refresh token comes with client credentials (RFC-18)', async (t) => {
  const { requestToken } = await startIdentity(t)
  assert.equal('refresh_token' in (await requestToken()).json(), false)
})

test('unknown parameters are ignored and those without a value count as absent (RFC-3)', async (t) => {
  const { requestToken } = await startIdentity(t)
  assert.equal((await requestToken({ resource: 'x', __proto__x: 'y', assertion: '' })).statusCode, 200)
  assert.deepEqual((await requestToken({ scope: '' })).json(), {
    error: 'invalid_scope',
    error_description: 'You must specify a scope',
  })
})

test('both of two live secrets work, and neither of them for another client (RFC-1)', async (t) => {
  const { requestToken, addSecret, clientId, createClient } = await startIdentity(t)
  const second = 'b'.repeat(40)
  await addSecret(clientId, second)
  assert.equal((await requestToken()).statusCode, 200)
  assert.equal((await requestToken({ client_secret: second })).statusCode, 200)
  const other = await createClient()
  assert.equal((await requestToken({ client_id: other.clientId })).statusCode, 400)
})

test('a disabled client is refused within a second', async (t) => {
  const { requestToken, disableClient, clientId, clock } = await startIdentity(t)
  assert.equal((await requestToken()).statusCode, 200)
  await disableClient(clientId)
  await clock.advance(1000)
  const answer = await requestToken()
  assert.equal(answer.statusCode, 400)
  assert.equal(answer.body, '{"error":"invalid_client"}')
})

test('other methods are refused with 405 and Allow: POST (RFC-3)', async (t) => {
  const { app } = await startIdentity(t)
  for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'] as const) {
    const answer = await app.inject({ method, url: '/auth/connect/token' })
    assert.equal(answer.statusCode, 405, method)
    assert.equal(answer.headers.allow, 'POST')
  }
})

test('credentials in the URL are not looked at (RFC-1)', async (t) => {
  const { app, clientId, secret } = await startIdentity(t)
  const answer = await app.inject({
    method: 'POST',
    url: `/auth/connect/token?client_id=${clientId}&client_secret=${secret}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: 'grant_type=client_credentials&scope=globalpci',
  })
  assert.equal(answer.statusCode, 400)
  assert.equal(answer.json().error, 'invalid_client')
})

test('a fault of ours is the 500 of the contract, and is logged without a secret', async (t) => {
  const { requestToken, store, lines, secret } = await startIdentity(t)
  const drop = store.prepare((db, _: object) => db.deleteFrom('account'))
  await assert.rejects(store.write((tx) => drop.run(tx, {})))
  t.mock.method(store.reader, 'execute', async () => {
    throw new Error('disk gone')
  })
  const answer = await requestToken()
  assert.equal(answer.statusCode, 500)
  assert.equal(
    answer.body,
    '{"error":"Internal Server Error","error_description":"An internal error occurred"}',
  )
  for (const [name, value] of Object.entries(noStore)) assert.equal(answer.headers[name], value)
  assert.ok(lines.some((line) => line.includes('disk gone')))
  assert.ok(!lines.join('').includes(secret))
})

test('a token is logged at debug and a refusal at info, by client id and never with a secret', async (t) => {
  const { requestToken, lines, clientId, secret, issue } = await startIdentity(t)
  const token = await issue()
  await requestToken({ client_secret: 'x'.repeat(40) })
  await requestToken({ client_id: 'not-a-guid-but-perhaps-a-secret' })
  const entries = lines.map((line) => JSON.parse(line))
  assert.deepEqual(
    entries.map(({ level, clientId, error }) => ({ level, clientId, error })),
    [
      { level: 20, clientId, error: undefined },
      { level: 30, clientId, error: 'invalid_client' },
      { level: 30, clientId: undefined, error: 'invalid_client' },
    ],
  )
  const all = lines.join('')
  for (const word of [secret, token, 'x'.repeat(40), 'not-a-guid']) assert.ok(!all.includes(word))
})

test('a limit for each client is told and kept, and is its own (RFC-58)', async (t) => {
  const { requestToken, createClient, clock } = await startIdentity(t, {
    settings: { tokenRequestsPerSecond: 2 },
  })
  const first = await requestToken()
  assert.equal(first.headers['ratelimit-policy'], '"default";q=2;w=1')
  assert.equal(first.headers.ratelimit, '"default";r=1;t=1')
  await requestToken()
  const refused = await requestToken()
  assert.equal(refused.statusCode, 429)
  assert.equal(refused.json().error, 'temporarily_unavailable')
  assert.equal(refused.headers['retry-after'], '1')
  for (const [name, value] of Object.entries(noStore)) assert.equal(refused.headers[name], value)
  const other = await createClient()
  const asOther = { client_id: other.clientId, client_secret: other.clientSecret }
  assert.equal((await requestToken(asOther)).statusCode, 200)
  const stranger = await requestToken({ client_secret: 'x' })
  assert.equal(stranger.json().error, 'invalid_client')
  assert.equal(stranger.headers.ratelimit, undefined)
  await clock.advance(1000)
  assert.equal((await requestToken()).statusCode, 200)
})
