import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { generateCodeVerifier, OAuth2Client } from '@badgateway/oauth2-client'
import type { NewClient } from '../../src/identity/clients/create-client.ts'
import { listenIdentity, redirectUri } from './test-listening-identity.ts'

/** The library finds every endpoint by discovery. */
async function listen(t: TestContext, order: Partial<NewClient>) {
  const started = await listenIdentity(t)
  const { clientId, clientSecret } = await started.createClient(order)
  const client = new OAuth2Client({
    server: started.origin,
    discoveryEndpoint: '/.well-known/oauth-authorization-server/auth',
    clientId,
    ...(clientSecret && { clientSecret }),
  })
  return { ...started, client, clientId }
}

test('@badgateway/oauth2-client: client credentials, introspection, revocation', async (t) => {
  const { client, clientId } = await listen(t, { flows: ['client_credentials'] })
  const token = await client.clientCredentials({ scope: ['globalpci'] })
  const known = await client.introspect(token)
  assert.deepEqual([known.active, known.client_id, known.scope], [true, clientId, 'globalpci'])
  await client.revoke(token)
  assert.deepEqual(await client.introspect(token), { active: false })
})

test('@badgateway/oauth2-client: code with PKCE for a client without a secret, and refreshing', async (t) => {
  const { client, callerOf, signIn } = await listen(t, { clientType: 'public' })
  const codeVerifier = await generateCodeVerifier()
  const state = 'cafe'
  const address = await client.authorizationCode.getAuthorizeUri({
    redirectUri,
    state,
    codeVerifier,
    scope: ['globalpci', 'offline_access'],
  })
  const token = await client.authorizationCode.getTokenFromCodeRedirect(await signIn(address), {
    redirectUri,
    state,
    codeVerifier,
  })
  const renewed = await client.refreshToken(token)
  assert.notEqual(renewed.refreshToken, token.refreshToken)
  assert.equal((await callerOf(renewed.accessToken)).agentId, 'agent12345')
})

test('@badgateway/oauth2-client: username and password', async (t) => {
  const { client, callerOf, person } = await listen(t, { flows: ['password'] })
  const { accessToken } = await client.password({ ...person, scope: ['globalpci'] })
  assert.equal((await callerOf(accessToken)).agentId, 'agent12345')
})
