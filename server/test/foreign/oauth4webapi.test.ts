import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import * as oauth from 'oauth4webapi'
import type { NewClient } from '../../src/identity/clients/create-client.ts'
import { listenIdentity, redirectUri } from './test-listening-identity.ts'

const http = { [oauth.allowInsecureRequests]: true }

async function listen(t: TestContext, order: Partial<NewClient> = {}) {
  const started = await listenIdentity(t)
  const issuer = new URL(started.region.issuer)
  const discovered = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...http })
  const server = await oauth.processDiscoveryResponse(issuer, discovered)
  const { clientId, clientSecret } = await started.createClient(order)
  const authentication = clientSecret ? oauth.ClientSecretPost(clientSecret) : oauth.None()
  return { ...started, server, client: { client_id: clientId }, authentication }
}

test('oauth4webapi: a code with PKCE, nonce and state, refreshing, introspection, revocation', async (t) => {
  const { server, client, authentication, signIn, callerOf } = await listen(t)
  const verifier = oauth.generateRandomCodeVerifier()
  const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()]
  const address = new URL(server.authorization_endpoint ?? '')
  address.search = new URLSearchParams({
    client_id: client.client_id,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid globalpci offline_access',
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
    max_age: '3600',
  }).toString()
  const arrived = oauth.validateAuthResponse(server, client, new URL(await signIn(address)), state)
  const answer = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    authentication,
    arrived,
    redirectUri,
    verifier,
    http,
  )
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, answer, {
    expectedNonce: nonce,
    maxAge: 3600,
    requireIdToken: true,
  })
  assert.equal((await callerOf(tokens.access_token)).agentId, 'agent12345')

  const refreshed = await oauth.processRefreshTokenResponse(
    server,
    client,
    await oauth.refreshTokenGrantRequest(server, client, authentication, tokens.refresh_token ?? '', http),
  )
  const question = await oauth.introspectionRequest(
    server,
    client,
    authentication,
    refreshed.access_token,
    http,
  )
  assert.equal((await oauth.processIntrospectionResponse(server, client, question)).active, true)
  const revocation = await oauth.revocationRequest(
    server,
    client,
    authentication,
    refreshed.refresh_token ?? '',
    http,
  )
  await oauth.processRevocationResponse(revocation)
  await assert.rejects(callerOf(refreshed.access_token), { code: 'invalid-token' })
})

test('oauth4webapi sees an error that came by redirect, with state and iss (RFC-9, RFC-10, RFC-40)', async (t) => {
  const { server, client } = await listen(t)
  const state = oauth.generateRandomState()
  const address = new URL(server.authorization_endpoint ?? '')
  address.search = new URLSearchParams({
    client_id: client.client_id,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'globalpci',
    prompt: 'none',
    state,
  }).toString()
  const { headers } = await fetch(address, { redirect: 'manual' })
  const arrived = new URL(headers.get('location') ?? '')
  assert.throws(() => oauth.validateAuthResponse(server, client, arrived, state), {
    error: 'login_required',
  })
})

test('oauth4webapi validates an access token as a resource server does (RFC-39)', async (t) => {
  const { server, region, issue, clientId } = await listen(t)
  const request = new Request(`${region.apiUrl}/v1/session`, {
    headers: { authorization: `Bearer ${await issue()}` },
  })
  const claims = await oauth.validateJwtAccessToken(server, request, region.apiUrl, http)
  assert.equal(claims.client_id, clientId)
})

test('oauth4webapi: tokens bound to a key (RFC-56)', async (t) => {
  const { server, client, authentication, callerOf } = await listen(t, {
    flows: ['client_credentials'],
    dpopBound: true,
  })
  const keys = await oauth.generateKeyPair('ES256')
  const DPoP = oauth.DPoP({}, keys)
  const answer = await oauth.clientCredentialsGrantRequest(
    server,
    client,
    authentication,
    { scope: 'globalpci' },
    { DPoP, ...http },
  )
  const tokens = await oauth.processClientCredentialsResponse(server, client, answer)
  assert.equal(tokens.token_type, 'dpop')
  await assert.rejects(callerOf(tokens.access_token), { code: 'invalid-token' })
})
