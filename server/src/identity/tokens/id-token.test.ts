import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { createRemoteJWKSet, customFetch, jwtVerify } from 'jose'
import { startGrants } from '../grants/test-grants.ts'
import { authorized, readJwt } from '../test-identity.ts'

const minute = 60_000

/** The digest whose left half is `at_hash`, for each algorithm of the signature. */
const digests = { ES256: 'sha256', RS256: 'sha256', EdDSA: 'sha512' } as const

for (const [signingAlgorithm, digest] of Object.entries(digests)) {
  test(`an ID token signed with ${signingAlgorithm} says who signed in, when, and for whom`, async (t) => {
    const algorithm = signingAlgorithm as keyof typeof digests
    const { signIn, clock, region, clientId, userId, signInId } = await startGrants(t, {
      client: { idTokenAlgorithm: algorithm },
    })
    const authenticatedAt = clock.now() - 20 * minute
    const { accessToken, rest } = await signIn({ authenticatedAt, nonce: 'n-0S6_WzA2Mj' })
    const { header, claims } = readJwt(String(rest.id_token))
    assert.deepEqual([header.typ, header.alg], ['JWT', algorithm])
    const now = clock.now() / 1000
    const whole = createHash(digest).update(accessToken, 'ascii').digest()
    assert.deepEqual(claims, {
      iss: region.issuer,
      sub: userId,
      aud: clientId,
      iat: now,
      exp: now + 3600,
      auth_time: authenticatedAt / 1000,
      nonce: 'n-0S6_WzA2Mj',
      at_hash: whole.subarray(0, whole.length / 2).toString('base64url'),
      sid: signInId,
      amr: ['pwd'],
      agent_id: 'agent12345',
    })
  })
}

test('the scope profile adds the person’s names', async (t) => {
  const { signIn } = await startGrants(t)
  const { rest } = await signIn({ scope: 'openid profile' })
  const { name, preferred_username } = readJwt(String(rest.id_token)).claims
  assert.deepEqual([name, preferred_username], ['Agent One', 'agent.one'])
})

test('without a nonce and an agent the ID token has no such claims', async (t) => {
  const { signIn, identity, account } = await startGrants(t)
  const { id: userId } = await identity.users.create({
    accountId: account.id,
    username: 'boss',
    password: 'correct horse battery',
    agentId: null,
    licence: 'administrator',
  })
  const { rest } = await signIn({ nonce: null, userId })
  const { claims } = readJwt(String(rest.id_token))
  assert.equal(claims.sub, userId)
  assert.ok(!('nonce' in claims) && !('agent_id' in claims))
})

test('without openid in the scope there is none', async (t) => {
  const { signIn } = await startGrants(t)
  const { rest } = await signIn({ scope: 'globalpci offline_access' })
  assert.equal(rest.id_token, undefined)
})

test('a refreshed ID token keeps when the person proved who they are, and has no nonce', async (t) => {
  const { signIn, refresh, clock, userId, signInId } = await startGrants(t)
  const authenticatedAt = clock.now()
  const { refreshToken } = await signIn({ authenticatedAt, nonce: 'once' })
  await clock.advance(50 * minute)
  const answer = (await refresh(refreshToken)).json()
  const { claims } = readJwt(answer.id_token)
  assert.equal(claims.auth_time, authenticatedAt / 1000)
  assert.equal(claims.iat, clock.now() / 1000)
  assert.deepEqual([claims.sub, claims.sid, 'nonce' in claims], [userId, signInId, false])
})

test('an ID token is refused wherever an access token is taken (RFC-39, RFC-53)', async (t) => {
  const { signIn, identity, app, introspect } = await startGrants(t)
  const { accessToken, rest } = await signIn({ scope: 'globalpci openid' })
  const idToken = String(rest.id_token)
  const userinfo = async (token: string) =>
    (await app.inject({ url: '/auth/connect/userinfo', headers: { authorization: `Bearer ${token}` } }))
      .statusCode
  assert.equal(await userinfo(accessToken), 200)
  assert.equal(await userinfo(idToken), 401)
  assert.ok(await identity.bearer(authorized(`Bearer ${accessToken}`)))
  await assert.rejects(async () => identity.bearer(authorized(`Bearer ${idToken}`)), {
    code: 'invalid-token',
  })
  assert.deepEqual(await introspect(idToken), { active: false })
})

test('an access token is no ID token, to us and to others (RFC-53)', async (t) => {
  const { signIn, app, region, clientId, clock } = await startGrants(t)
  const { accessToken, rest } = await signIn({ scope: 'globalpci openid' })
  const idToken = String(rest.id_token)
  const keySet = createRemoteJWKSet(new URL(`${region.issuer}/.well-known/openid-configuration/jwks`), {
    [customFetch]: async (url: string) => new Response((await app.inject(new URL(url).pathname)).body),
  })
  const checks = { issuer: region.issuer, audience: clientId, currentDate: new Date(clock.now()) }
  assert.equal((await jwtVerify(idToken, keySet, checks)).payload.aud, clientId)
  await assert.rejects(jwtVerify(accessToken, keySet, checks), /"aud"/)
  await assert.rejects(
    jwtVerify(accessToken, keySet, { ...checks, audience: region.apiUrl, typ: 'JWT' }),
    /"typ"/,
  )
})
