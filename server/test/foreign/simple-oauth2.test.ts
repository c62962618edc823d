import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { AuthorizationCode, ClientCredentials, ResourceOwnerPassword } from 'simple-oauth2'
import { listenIdentity, redirectUri } from './test-listening-identity.ts'

async function listen(t: TestContext, flow: 'authorization_code' | 'client_credentials' | 'password') {
  const started = await listenIdentity(t)
  const { clientId, clientSecret } = await started.createClient({ flows: [flow] })
  const config = {
    client: { id: clientId, secret: clientSecret },
    auth: {
      tokenHost: started.origin,
      tokenPath: '/auth/connect/token',
      revokePath: '/auth/connect/revocation',
    },
  }
  return { ...started, config, clientId }
}

/** A token as this library hands it out. */
const textOf = (token: object, member: string): string => String(Reflect.get(token, member))

test('simple-oauth2 gets a token by client credentials', async (t) => {
  const { config, callerOf, clientId } = await listen(t, 'client_credentials')
  const { token } = await new ClientCredentials(config).getToken({ scope: 'globalpci' })
  const caller = await callerOf(textOf(token, 'access_token'))
  assert.equal(caller.clientId, clientId)
})

for (const authorizationMethod of ['header', 'body'] as const) {
  test(`simple-oauth2 gets, renews and revokes tokens by a code, with its secret in the ${authorizationMethod}`, async (t) => {
    const { config, callerOf, signIn } = await listen(t, 'authorization_code')
    const client = new AuthorizationCode({
      ...config,
      auth: { ...config.auth, authorizePath: '/auth/connect/authorize' },
      options: { authorizationMethod },
    })
    const state = 'f00d'
    const address = client.authorizeURL({
      redirect_uri: redirectUri,
      scope: ['globalpci', 'offline_access'],
      state,
    })
    const arrived = new URL(await signIn(address)).searchParams
    assert.equal(arrived.get('state'), state)
    const first = await client.getToken({ code: arrived.get('code') ?? '', redirect_uri: redirectUri })
    const second = await first.refresh()
    const accessToken = textOf(second.token, 'access_token')
    assert.equal((await callerOf(accessToken)).agentId, 'agent12345')
    await second.revokeAll()
    await assert.rejects(callerOf(accessToken), { code: 'invalid-token' })
  })
}

test('simple-oauth2 gets a token by username and password', async (t) => {
  const { config, callerOf, person } = await listen(t, 'password')
  const client = new ResourceOwnerPassword(config)
  const { token } = await client.getToken({ ...person, scope: 'globalpci' })
  const caller = await callerOf(textOf(token, 'access_token'))
  assert.equal(caller.agentId, 'agent12345')
  await assert.rejects(client.getToken({ ...person, password: 'wrong', scope: 'globalpci' }), (error) => {
    assert.equal(Reflect.get(Object(error), 'output').statusCode, 400)
    return true
  })
})
