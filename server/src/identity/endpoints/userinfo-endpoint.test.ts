import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { startGrants } from '../grants/test-grants.ts'
import { readJwt } from '../test-identity.ts'

const path = '/auth/connect/userinfo'
const realm = 'realm="https://nam.example.com/auth"'
const invalid = `Bearer error="invalid_token", ${realm}`

async function startUserinfo(t: TestContext, options: Parameters<typeof startGrants>[1] = {}) {
  const started = await startGrants(t, options)
  const ask = (authorization: string | undefined, request: object = {}) =>
    started.app.inject({
      method: 'GET',
      url: path,
      headers: authorization === undefined ? {} : { authorization },
      ...request,
    })
  return { ...started, ask }
}

test('who bears a token with openid learns whose it is, by GET and by POST', async (t) => {
  const { signIn, ask, userId, account } = await startUserinfo(t)
  const { accessToken, rest } = await signIn({ scope: 'openid profile globalpci' })
  const expected = {
    sub: userId,
    name: 'Agent One',
    preferred_username: 'agent.one',
    agent_id: 'agent12345',
    account: account.id,
  }
  for (const method of ['GET', 'POST']) {
    const answer = await ask(`Bearer ${accessToken}`, { method })
    assert.equal(answer.statusCode, 200)
    assert.deepEqual(answer.json(), expected)
    assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8')
    assert.equal(answer.headers['cache-control'], 'no-store')
  }
  assert.equal(readJwt(String(rest.id_token)).claims.sub, expected.sub, 'as in the ID token')
})

test('without profile there are no names, and without an agent there is none', async (t) => {
  const { signIn, ask, identity, account } = await startUserinfo(t)
  const { id: userId } = await identity.users.create({
    accountId: account.id,
    username: 'boss',
    password: 'correct horse battery',
    agentId: null,
    licence: 'administrator',
  })
  const { accessToken } = await signIn({ scope: 'openid', userId })
  assert.deepEqual((await ask(`Bearer ${accessToken}`)).json(), { sub: userId, account: account.id })
})

test('a token without openid is refused, and one of a client that acts for itself (RFC-24, RFC-45)', async (t) => {
  const { signIn, ask, createClient, requestToken } = await startUserinfo(t)
  const { accessToken } = await signIn({ scope: 'globalpci' })
  const { clientId, clientSecret } = await createClient()
  const ofClient = (await requestToken({ client_id: clientId, client_secret: clientSecret })).json()
  for (const token of [accessToken, ofClient.access_token]) {
    const answer = await ask(`Bearer ${token}`)
    assert.equal(answer.statusCode, 401)
    assert.equal(answer.headers['www-authenticate'], invalid)
  }
})

test('without a token there is a challenge and no error code (RFC-22, RFC-23)', async (t) => {
  const { ask } = await startUserinfo(t)
  for (const authorization of [undefined, 'Basic eDp5']) {
    const answer = await ask(authorization)
    const challenge = String(answer.headers['www-authenticate'])
    assert.equal(answer.statusCode, 401)
    assert.match(challenge, /^Bearer realm="https:\/\/nam\.example\.com\/auth"/)
    assert.doesNotMatch(challenge, /error/)
  }
})

test('a forged, a changed and an expired token are refused (RFC-24, RFC-39)', async (t) => {
  const { signIn, ask, clock } = await startUserinfo(t)
  const { accessToken } = await signIn({ scope: 'openid' })
  const [header, , signature] = accessToken.split('.')
  const other = Buffer.from(JSON.stringify({ ...readJwt(accessToken).claims, sub: 'x' })).toString(
    'base64url',
  )
  for (const token of ['x', '', `${header}.${other}.${signature}`]) {
    const answer = await ask(`Bearer ${token}`)
    assert.equal(answer.statusCode, 401)
    assert.equal(answer.headers['www-authenticate'], invalid)
  }
  assert.equal((await ask(`Bearer ${accessToken}`)).statusCode, 200)
  await clock.advance(3600_000)
  const late = await ask(`Bearer ${accessToken}`)
  const description = 'error_description="The access token expired"'
  assert.equal(late.headers['www-authenticate'], `Bearer error="invalid_token", ${description}, ${realm}`)
})

test('a revoked token is refused at once, a disabled person’s within a second', async (t) => {
  const { signIn, ask, post, identity, userId, clock } = await startUserinfo(t)
  const [one, other] = [await signIn({ scope: 'openid' }), await signIn({ scope: 'openid' })]
  const status = async (token: string) => (await ask(`Bearer ${token}`)).statusCode
  assert.deepEqual([await status(one.accessToken), await status(other.accessToken)], [200, 200])
  await post('revocation', { token: one.accessToken })
  assert.deepEqual([await status(one.accessToken), await status(other.accessToken)], [401, 200])
  await identity.users.setDisabled(userId, 'disabled')
  await clock.advance(1000)
  assert.equal(await status(other.accessToken), 401)
})

test('a token that is sent in two ways is refused; one in the body or the query alone is not read (RFC-21)', async (t) => {
  const { signIn, ask } = await startUserinfo(t)
  const { accessToken } = await signIn({ scope: 'openid' })
  const authorization = `Bearer ${accessToken}`
  const form = { method: 'POST', payload: `access_token=${accessToken}` }
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  const inQuery = { url: `${path}?access_token=${accessToken}` }
  for (const request of [{ ...form, headers: { ...type, authorization } }, inQuery]) {
    const answer = await ask(authorization, request)
    assert.equal(answer.statusCode, 400)
    assert.equal(answer.headers['www-authenticate'], `Bearer error="invalid_request", ${realm}`)
  }
  for (const request of [{ ...form, headers: type }, inQuery]) {
    const answer = await ask(undefined, request)
    assert.equal(answer.statusCode, 401)
    assert.doesNotMatch(String(answer.headers['www-authenticate']), /error/)
  }
})

test('a form without a token does not matter, and other methods are refused', async (t) => {
  const { signIn, ask } = await startUserinfo(t)
  const authorization = `Bearer ${(await signIn({ scope: 'openid' })).accessToken}`
  const headers = { authorization, 'content-type': 'application/x-www-form-urlencoded' }
  assert.equal((await ask(undefined, { method: 'POST', headers, payload: 'a=b' })).statusCode, 200)
  const answer = await ask(authorization, { method: 'PUT' })
  assert.equal(answer.statusCode, 405)
  assert.equal(answer.headers.allow, 'GET, HEAD, POST')
})

test('pages of the client’s origins may read the answer, of others not', async (t) => {
  const origin = 'https://shop.example.com'
  const { signIn, ask, createClient } = await startUserinfo(t, { client: { allowedOrigins: [origin] } })
  await createClient({ allowedOrigins: ['https://other.example.com'] })
  const { accessToken } = await signIn({ scope: 'openid' })
  const authorization = `Bearer ${accessToken}`
  const allowed = async (from: string) =>
    (await ask(undefined, { headers: { authorization, origin: from } })).headers[
      'access-control-allow-origin'
    ]
  assert.equal(await allowed(origin), origin)
  for (const other of ['https://other.example.com', 'https://evil.example.com', 'null']) {
    assert.equal(await allowed(other), undefined)
  }
})
