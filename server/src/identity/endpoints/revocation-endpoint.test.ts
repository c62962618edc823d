import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Problem } from '../../base/problem.ts'
import { ofPeople, startGrants } from '../grants/test-grants.ts'
import { basic, readJwt } from '../test-identity.ts'

const machine = { flows: ['client_credentials'], scopes: ['globalpci', 'users:read'] } as const

test('an access token that is given back is refused at once, and others are not (RFC-30, RFC-32)', async (t) => {
  const { post, issue, letsIn } = await startGrants(t, { client: machine })
  const [token, other] = [await issue(), await issue()]
  assert.equal(await letsIn(token), true)
  const answer = await post('revocation', { token, token_type_hint: 'access_token' })
  assert.equal(answer.statusCode, 200)
  assert.equal(answer.body, '{}')
  assert.equal(answer.headers['cache-control'], 'no-store')
  assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8')
  assert.equal(await letsIn(token), false)
  assert.equal(await letsIn(other), true)
})

test('an access token that is given back leaves its refresh token good', async (t) => {
  const { signIn, post, refresh, letsIn } = await startGrants(t)
  const { accessToken, refreshToken } = await signIn()
  assert.equal((await post('revocation', { token: accessToken })).statusCode, 200)
  assert.equal(await letsIn(accessToken), false)
  const answer = await refresh(refreshToken)
  assert.equal(answer.statusCode, 200)
  assert.equal(await letsIn(answer.json().access_token), true)
})

test('a refresh token that is given back ends its grant, access tokens as well (RFC-30, RFC-32)', async (t) => {
  const { signIn, post, refresh, letsIn } = await startGrants(t)
  const bystander = await signIn()
  const { accessToken, refreshToken } = await signIn()
  const { refresh_token, access_token } = (await refresh(refreshToken)).json()
  assert.equal((await post('revocation', { token: refresh_token })).statusCode, 200)
  for (const each of [accessToken, access_token]) assert.equal(await letsIn(each), false)
  assert.equal((await refresh(refresh_token)).json().error, 'invalid_grant')
  assert.equal(await letsIn(bystander.accessToken), true)
})

test('a used refresh token that is given back ends its grant too', async (t) => {
  const { signIn, post, refresh, letsIn } = await startGrants(t)
  const { refreshToken } = await signIn()
  const { refresh_token, access_token } = (await refresh(refreshToken)).json()
  assert.equal((await post('revocation', { token: refreshToken })).statusCode, 200)
  assert.equal(await letsIn(access_token), false)
  assert.equal((await refresh(refresh_token)).json().error, 'invalid_grant')
})

test('a revoked token stays revoked in another process and after a restart (RFC-32)', async (t) => {
  const { signIn, post, other, clock } = await startGrants(t)
  const { accessToken } = await signIn()
  await post('revocation', { token: accessToken })
  const { jti } = readJwt(accessToken).claims
  assert.equal(other.revocations.isRevoked(jti), false)
  await clock.advance(500)
  assert.equal(other.revocations.isRevoked(jti), true)
})

test('a hint that is wrong or unknown is ignored (RFC-31)', async (t) => {
  const { signIn, post, refresh, letsIn } = await startGrants(t)
  for (const token_type_hint of ['refresh_token', 'nonsense', '']) {
    const { accessToken } = await signIn()
    assert.equal((await post('revocation', { token: accessToken, token_type_hint })).statusCode, 200)
    assert.equal(await letsIn(accessToken), false, token_type_hint)
  }
  for (const token_type_hint of ['access_token', 'nonsense']) {
    const { refreshToken } = await signIn()
    assert.equal((await post('revocation', { token: refreshToken, token_type_hint })).statusCode, 200)
    assert.equal((await refresh(refreshToken)).json().error, 'invalid_grant')
  }
})

test('what is no token, or one no more, is answered with 200 and changes nothing (RFC-31)', async (t) => {
  const { signIn, issueCode, post, clock, store, letsIn } = await startGrants(t, {
    settings: { tokenLifetimeSeconds: 60 },
  })
  const { accessToken, refreshToken, rest } = await signIn()
  const expired = await signIn()
  const [header, payload] = accessToken.split('.')
  const forged = `${header}.${payload}.${'A'.repeat(86)}`
  const strange = [
    'x',
    '.',
    'a.b.c',
    'A'.repeat(64),
    'é'.repeat(100),
    forged,
    await issueCode(),
    String(rest.id_token),
  ]
  for (const token of strange) assert.equal((await post('revocation', { token })).statusCode, 200, token)
  await post('revocation', { token: refreshToken })
  assert.equal((await post('revocation', { token: refreshToken })).statusCode, 200)
  const revoked = store.prepare((db, _: object) => db.selectFrom('revocation').select('id'))
  assert.equal((await revoked.all(store.reader, {})).length, 1)
  await clock.advance(60_000)
  assert.equal((await post('revocation', { token: expired.accessToken })).statusCode, 200)
  assert.equal((await revoked.all(store.reader, {})).length, 1)
  assert.equal(await letsIn(accessToken), false)
})

test('a token of another client is refused and stays good (RFC-30)', async (t) => {
  const { signIn, post, refresh, createClient, letsIn } = await startGrants(t)
  const { accessToken, refreshToken } = await signIn()
  for (const thief of [
    await createClient(ofPeople),
    await createClient({ ...ofPeople, clientType: 'public' }),
  ]) {
    for (const token of [accessToken, refreshToken]) {
      const answer = await post('revocation', { token }, thief)
      assert.equal(answer.statusCode, 400)
      assert.equal(answer.json().error, 'invalid_grant')
    }
  }
  assert.equal(await letsIn(accessToken), true)
  assert.equal((await refresh(refreshToken)).statusCode, 200)
})

test('a public client gives its tokens back by its id alone (RFC-30)', async (t) => {
  const { signIn, post, letsIn } = await startGrants(t, { client: { clientType: 'public' } })
  const { accessToken, refreshToken } = await signIn()
  assert.equal((await post('revocation', { token: refreshToken })).statusCode, 200)
  assert.equal(await letsIn(accessToken), false)
})

test('whoever does not authenticate revokes nothing (RFC-30)', async (t) => {
  const { signIn, post, app, own, letsIn } = await startGrants(t)
  const { accessToken: token } = await signIn()
  for (const form of [{ client_secret: 'x'.repeat(40) }, { client_secret: null }, { client_id: null }]) {
    const answer = await post('revocation', { token, ...form })
    assert.equal(answer.statusCode, 400)
    assert.equal(answer.json().error, 'invalid_client')
  }
  const byBasic = await app.inject({
    method: 'POST',
    url: '/auth/connect/revocation',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: basic(own.clientId, 'x'.repeat(40)),
    },
    payload: `token=${token}`,
  })
  assert.equal(byBasic.statusCode, 401)
  assert.match(String(byBasic.headers['www-authenticate']), /^Basic /)
  assert.equal(await letsIn(token), true)
})

test('a request without a token, or with two, is invalid, and only POST is taken (RFC-30)', async (t) => {
  const { post, app, own } = await startGrants(t)
  assert.equal((await post('revocation', {})).json().error, 'invalid_request')
  const twice = await app.inject({
    method: 'POST',
    url: '/auth/connect/revocation',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: `client_id=${own.clientId}&client_secret=${own.clientSecret}&token=a&token=b`,
  })
  assert.equal(twice.json().error, 'invalid_request')
  const got = await app.inject({ method: 'GET', url: '/auth/connect/revocation?token=x' })
  assert.equal(got.statusCode, 405)
  assert.equal(got.headers.allow, 'POST')
})

test('a revocation that could not be stored is a fault of ours, and can be tried again', async (t) => {
  const { signIn, post, letsIn, failWrites } = await startGrants(t)
  const { accessToken: token } = await signIn()
  const mend = failWrites()
  assert.equal((await post('revocation', { token })).statusCode, 500)
  mend()
  assert.equal(await letsIn(token), true)
  assert.equal((await post('revocation', { token })).statusCode, 200)
  assert.equal(await letsIn(token), false)
})

test('a store that has too much to do is told as 503, with when to come again (RFC-32)', async (t) => {
  const { signIn, post, store } = await startGrants(t)
  const { accessToken: token } = await signIn()
  t.mock.method(store, 'write', async () => {
    throw new Problem('overloaded', 'Too much to write.', { headers: { 'retry-after': '1' } })
  })
  const answer = await post('revocation', { token })
  assert.equal(answer.statusCode, 503)
  assert.equal(answer.headers['retry-after'], '1')
  assert.equal(answer.json().error, 'temporarily_unavailable')
})

test('no token is in the log', async (t) => {
  const { signIn, post, lines, own } = await startGrants(t)
  const { accessToken, refreshToken } = await signIn()
  await post('revocation', { token: accessToken })
  await post('revocation', { token: refreshToken })
  const logged = lines.join('')
  assert.ok(logged.includes('a grant was revoked'))
  for (const each of [accessToken, refreshToken, String(own.clientSecret)]) assert.ok(!logged.includes(each))
})
