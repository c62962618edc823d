import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SignJWT } from 'jose'
import { emeaRegion, fullScope, ofPeople, startGrants } from '../grants/test-grants.ts'
import { openSigningKeys } from '../keys/signing-keys.ts'
import { basic, readJwt } from '../test-identity.ts'
import { createAccessTokens } from '../tokens/issue-access-token.ts'

const machine = { flows: ['client_credentials'], scopes: ['globalpci', 'users:read'] } as const
const inactive = '{"active":false}'

test('a resource server learns what a person’s token is worth (RFC-33, RFC-34)', async (t) => {
  const { signIn, createClient, post, userId, clientId, account, region, clock } = await startGrants(t)
  const server = await createClient({ flows: [], scopes: [] })
  const { accessToken } = await signIn()
  const answer = await post('introspect', { token: accessToken, token_type_hint: 'refresh_token' }, server)
  assert.equal(answer.statusCode, 200)
  assert.equal(answer.headers['cache-control'], 'no-store')
  assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8')
  const now = Math.floor(clock.now() / 1000)
  assert.deepEqual(answer.json(), {
    active: true,
    scope: fullScope,
    client_id: clientId,
    username: 'agent.one',
    token_type: 'Bearer',
    exp: now + 3600,
    iat: now,
    nbf: now,
    sub: userId,
    aud: [region.apiUrl, region.issuer],
    iss: region.issuer,
    jti: readJwt(accessToken).claims.jti,
    account: account.id,
    agent_id: 'agent12345',
  })
})

test('a client’s own token names no person (RFC-34)', async (t) => {
  const { issue, introspect, clientId, region } = await startGrants(t, { client: machine })
  const { active, sub, client_id, aud, username, agent_id, cnf } = await introspect(await issue())
  assert.deepEqual([active, sub, client_id, aud], [true, clientId, clientId, region.apiUrl])
  assert.deepEqual([username, agent_id, cnf], [undefined, undefined, undefined])
})

test('a client without flows gets no token of its own', async (t) => {
  const { createClient, requestToken } = await startGrants(t)
  const { clientId, clientSecret } = await createClient({ flows: [], scopes: ['globalpci'] })
  const answer = await requestToken({ client_id: clientId, client_secret: clientSecret })
  assert.equal(answer.json().error, 'unauthorized_client')
})

test('an expired token is inactive at that very second (RFC-34)', async (t) => {
  const settings = { tokenLifetimeSeconds: 60 }
  const { issue, introspect, clock, post } = await startGrants(t, { client: machine, settings })
  const token = await issue()
  await clock.advance(59_999)
  assert.equal((await introspect(token)).active, true)
  await clock.advance(1)
  assert.equal((await post('introspect', { token })).body, inactive)
  await clock.advance(1000)
  assert.equal((await post('introspect', { token })).body, inactive)
})

test('what is forged, foreign, early or no access token is inactive, and says nothing else (RFC-34)', async (t) => {
  const started = await startGrants(t)
  const { signIn, issueCode, post, store, clock, sealer, region } = started
  const { accessToken, rest } = await signIn()
  const { header, claims } = readJwt(accessToken)
  const keys = await openSigningKeys({ store, clock, sealer, region })
  const key = keys.find(({ algorithm }) => algorithm === 'ES256')
  assert.ok(key)
  const signed = (changes: object, headerChanges: object = {}) =>
    new SignJWT({ ...claims, ...changes })
      .setProtectedHeader({ ...header, ...headerChanges })
      .sign(key.privateKey)
  assert.equal((await post('introspect', { token: await signed({}) })).json().active, true)
  const emea = await startGrants(t, { region: emeaRegion })
  const [head, , signature] = accessToken.split('.')
  const payload = Buffer.from(JSON.stringify({ ...claims, scope: 'admin:write' })).toString('base64url')
  const strange = [
    `${head}.${payload}.${signature}`,
    `${Buffer.from('{"typ":"at+jwt","alg":"none"}').toString('base64url')}.${payload}.`,
    await signed({ nbf: claims.nbf + 60 }),
    await signed({ iss: emeaRegion.issuer }),
    await signed({ aud: 'https://else.example.com' }),
    await signed({ account: claims.account + 1 }),
    await signed({ sub: '3f2b8c1e-0000-4000-8000-000000000000' }),
    await signed({}, { typ: 'JWT' }),
    (await emea.signIn()).accessToken,
    (await emea.signIn()).refreshToken,
    String(rest.id_token),
    await issueCode(),
    ...['x', 'A'.repeat(64), 'a.b.c', 'é'.repeat(200), 'A'.repeat(15_000)],
  ]
  for (const token of strange) {
    const answer = await post('introspect', { token })
    assert.equal(answer.statusCode, 200, token)
    assert.equal(answer.body, inactive, token)
  }
})

test('a revoked token is inactive, alone or by its grant (RFC-34)', async (t) => {
  const { signIn, post } = await startGrants(t)
  const alone = await signIn()
  await post('revocation', { token: alone.accessToken })
  assert.equal((await post('introspect', { token: alone.accessToken })).body, inactive)
  assert.equal((await post('introspect', { token: alone.refreshToken })).json().active, true)
  const granted = await signIn()
  await post('revocation', { token: granted.refreshToken })
  for (const token of [granted.accessToken, granted.refreshToken]) {
    assert.equal((await post('introspect', { token })).body, inactive)
  }
})

test('a token of a disabled person or client is inactive (RFC-34)', async (t) => {
  const { signIn, issue, createClient, post, disableUser, disableClient, clientId, clock } =
    await startGrants(t)
  const server = await createClient({ flows: [], scopes: [] })
  const { accessToken, refreshToken } = await signIn()
  await disableUser()
  await clock.advance(1000)
  for (const token of [accessToken, refreshToken]) {
    assert.equal((await post('introspect', { token })).body, inactive)
  }
  const third = await createClient()
  const token = await issue({ client_id: third.clientId, client_secret: third.clientSecret })
  assert.equal((await post('introspect', { token }, server)).json().active, true)
  await disableClient(third.clientId)
  await disableClient(clientId)
  await clock.advance(1000)
  assert.equal((await post('introspect', { token }, server)).body, inactive)
})

test('a token is nobody’s business but its account’s, and its client’s (RFC-34)', async (t) => {
  const { signIn, createClient, identity, person, post } = await startGrants(t)
  const other = await identity.accounts.create({ name: 'Other', production: false })
  const neighbour = await createClient({ accountId: other.id, flows: [], scopes: [] })
  const { accessToken } = await signIn()
  assert.equal((await post('introspect', { token: accessToken }, neighbour)).body, inactive)

  const shared = await createClient({ ...ofPeople, shared: true })
  const order = { ...person, accountId: other.id, username: 'visitor', agentId: null }
  const { id: userId } = await identity.users.create(order)
  const visit = await signIn({ userId }, shared)
  assert.equal((await post('introspect', { token: visit.accessToken }, neighbour)).json().username, 'visitor')
  assert.equal((await post('introspect', { token: visit.accessToken }, shared)).json().active, true)
  assert.equal((await post('introspect', { token: visit.accessToken })).body, inactive)
})

test('a refresh token is known to its own client alone, and only while it is good', async (t) => {
  const { signIn, createClient, refresh, post, userId, clientId, region, account, clock } =
    await startGrants(t)
  const { refreshToken } = await signIn()
  const other = await createClient(ofPeople)
  assert.equal((await post('introspect', { token: refreshToken }, other)).body, inactive)
  assert.deepEqual((await post('introspect', { token: refreshToken })).json(), {
    active: true,
    scope: fullScope,
    client_id: clientId,
    username: 'agent.one',
    exp: Math.floor(clock.now() / 1000) + 14 * 86_400,
    sub: userId,
    iss: region.issuer,
    account: account.id,
    agent_id: 'agent12345',
  })
  const { refresh_token } = (await refresh(refreshToken)).json()
  assert.equal((await post('introspect', { token: refreshToken })).body, inactive)
  assert.equal((await post('introspect', { token: refresh_token })).json().active, true)
})

test('looking at a used refresh token does not end its grant', async (t) => {
  const { signIn, refresh, post } = await startGrants(t)
  const { refreshToken } = await signIn()
  const { refresh_token } = (await refresh(refreshToken)).json()
  await post('introspect', { token: refreshToken })
  assert.equal((await refresh(refresh_token)).statusCode, 200)
})

test('a token that is bound to a key says so (RFC-56)', async (t) => {
  const started = await startGrants(t, { client: machine })
  const { clock, newGuid, region, store, sealer, clientId, introspect, account } = started
  const keys = await openSigningKeys({ store, clock, sealer, region })
  const key = keys.find(({ algorithm }) => algorithm === 'ES256')
  assert.ok(key)
  const keyring = { signing: () => key, find: () => key, published: () => [], generation: () => 0 }
  const issueAccessToken = createAccessTokens({
    clock,
    newGuid,
    region,
    keyring,
    lifetimeSeconds: 3600,
    algorithm: 'ES256',
  })
  const client = { id: clientId, account } as Parameters<typeof issueAccessToken>[0]['client']
  const token = await issueAccessToken({ client, scope: 'globalpci', keyThumbprint: 'k'.repeat(43) })
  const { token_type, cnf } = await introspect(token)
  assert.deepEqual([token_type, cnf], ['DPoP', { jkt: 'k'.repeat(43) }])
})

test('whoever does not authenticate is answered with 401, and so is a public client (RFC-33)', async (t) => {
  const { signIn, post, createClient, app, own } = await startGrants(t)
  const { accessToken: token } = await signIn()
  const open = await createClient({ ...ofPeople, clientType: 'public' })
  const refusals = [
    await post('introspect', { token, client_secret: 'x'.repeat(40) }),
    await post('introspect', { token, client_secret: null }),
    await post('introspect', { token, client_id: null, client_secret: null }),
    await post('introspect', { token }, open),
    await app.inject({
      method: 'POST',
      url: '/auth/connect/introspect',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: basic(own.clientId, 'x'.repeat(40)),
      },
      payload: `token=${token}`,
    }),
    await app.inject({
      method: 'POST',
      url: '/auth/connect/introspect',
      headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: `Bearer ${token}` },
      payload: `token=${token}`,
    }),
  ]
  for (const answer of refusals) {
    assert.equal(answer.statusCode, 401)
    assert.match(String(answer.headers['www-authenticate']), /^Basic /)
    assert.equal(answer.json().error, 'invalid_client')
  }
})

test('guessing a secret is throttled here as well (RFC-2)', async (t) => {
  const { post } = await startGrants(t)
  for (let attempt = 0; attempt < 10; attempt += 1) {
    await post('introspect', { token: 'x', client_secret: 'x'.repeat(40) })
  }
  const answer = await post('introspect', { token: 'x', client_secret: 'x'.repeat(40) })
  assert.equal(answer.statusCode, 429)
  assert.ok(Number(answer.headers['retry-after']) > 0)
  assert.equal((await post('introspect', { token: 'x' })).statusCode, 200)
  assert.equal((await post('revocation', { token: 'x' })).statusCode, 200)
  assert.equal((await post('revocation', { token: 'x', client_secret: 'x'.repeat(40) })).statusCode, 429)
})

test('a request without a token is invalid, and only POST is taken (RFC-33)', async (t) => {
  const { post, app } = await startGrants(t)
  const answer = await post('introspect', {})
  assert.equal(answer.statusCode, 400)
  assert.equal(answer.json().error, 'invalid_request')
  const got = await app.inject({ method: 'GET', url: '/auth/connect/introspect?token=x' })
  assert.equal(got.statusCode, 405)
})
