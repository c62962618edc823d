import assert from 'node:assert/strict'
import { generateKeyPair } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { exportJWK } from 'jose'
import * as openid from 'openid-client'
import type { NewClient } from '../../src/identity/clients/create-client.ts'
import { listenIdentity, redirectUri } from './test-listening-identity.ts'

const http = { execute: [openid.allowInsecureRequests] }

async function listen(t: TestContext, order: Partial<NewClient> = {}, authentication?: openid.ClientAuth) {
  const started = await listenIdentity(t)
  const { clientId, clientSecret } = await started.createClient(order)
  const configuration = await openid.discovery(
    new URL(started.region.issuer),
    clientId,
    clientSecret || undefined,
    authentication ?? (clientSecret ? undefined : openid.None()),
    http,
  )
  return { ...started, clientId, configuration }
}

/** Sends the person away and takes what they come back with. */
async function signInWith(
  { configuration, signIn }: Awaited<ReturnType<typeof listen>>,
  parameters: Readonly<Record<string, string>> = {},
  options?: Parameters<typeof openid.authorizationCodeGrant>[4],
) {
  const pkceCodeVerifier = openid.randomPKCECodeVerifier()
  const [expectedState, expectedNonce] = [openid.randomState(), openid.randomNonce()]
  const address = openid.buildAuthorizationUrl(configuration, {
    redirect_uri: redirectUri,
    scope: 'openid profile globalpci offline_access',
    code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    nonce: expectedNonce,
    ...parameters,
  })
  const arrived = new URL(await signIn(address))
  const checks = { pkceCodeVerifier, expectedState, expectedNonce }
  return openid.authorizationCodeGrant(configuration, arrived, checks, undefined, options)
}

test('openid-client signs a person in, reads who they are, renews, asks about and revokes tokens', async (t) => {
  const listening = await listen(t)
  const { configuration, callerOf } = listening
  const tokens = await signInWith(listening)
  const claims = tokens.claims()
  assert.equal(claims?.name, 'Grace Hopper')
  assert.equal((await callerOf(tokens.access_token)).agentId, 'agent12345')

  const person = await openid.fetchUserInfo(configuration, tokens.access_token, claims?.sub ?? '')
  assert.equal(person.name, 'Grace Hopper')

  const renewed = await openid.refreshTokenGrant(configuration, tokens.refresh_token ?? '')
  assert.equal(renewed.claims()?.sub, claims?.sub)
  assert.equal((await openid.tokenIntrospection(configuration, renewed.access_token)).active, true)
  await openid.tokenRevocation(configuration, renewed.refresh_token ?? '')
  assert.deepEqual(await openid.tokenIntrospection(configuration, renewed.access_token), { active: false })
  await assert.rejects(openid.refreshTokenGrant(configuration, renewed.refresh_token ?? ''), {
    error: 'invalid_grant',
  })
})

test('openid-client signs a person in for a client without a secret (RFC-42)', async (t) => {
  const listening = await listen(t, { clientType: 'public' })
  const tokens = await signInWith(listening)
  assert.equal((await listening.callerOf(tokens.access_token)).agentId, 'agent12345')
})

test('openid-client has a person prove anew who they are, and sees when they did', async (t) => {
  const listening = await listen(t)
  const tokens = await signInWith(listening, { prompt: 'login', max_age: '600' })
  assert.ok(tokens.claims()?.auth_time)
})

test('openid-client authenticates by a key pair (RFC-46)', async (t) => {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' })
  const key = await crypto.subtle.importKey(
    'pkcs8',
    privateKey.export({ format: 'der', type: 'pkcs8' }),
    { name: 'ECDSA', namedCurve: 'P-256' },
    false,
    ['sign'],
  )
  const publicKeys = [{ ...(await exportJWK(publicKey)), alg: 'ES256', use: 'sig' }]
  const order = { flows: ['client_credentials'], publicKeys } as const
  const { configuration, callerOf, clientId } = await listen(t, order, openid.PrivateKeyJwt(key))
  const tokens = await openid.clientCredentialsGrant(configuration, { scope: 'globalpci' })
  assert.equal((await callerOf(tokens.access_token)).clientId, clientId)
})

test('openid-client gets and uses tokens that are bound to its key (RFC-56)', async (t) => {
  const listening = await listen(t, { clientType: 'public', dpopBound: true })
  const { configuration, callerOf } = listening
  const DPoP = openid.getDPoPHandle(configuration, await openid.randomDPoPKeyPair('ES256'))
  const tokens = await signInWith(listening, {}, { DPoP })
  assert.equal(tokens.token_type.toLowerCase(), 'dpop')
  await assert.rejects(callerOf(tokens.access_token), { code: 'invalid-token' })
  const subject = tokens.claims()?.sub ?? ''
  const person = await openid.fetchUserInfo(configuration, tokens.access_token, subject, { DPoP })
  assert.equal(person.sub, subject)
  const renewed = await openid.refreshTokenGrant(configuration, tokens.refresh_token ?? '', undefined, {
    DPoP,
  })
  assert.notEqual(renewed.access_token, tokens.access_token)
})

test('openid-client takes an implicit answer apart (RFC-15)', async (t) => {
  const { configuration, signIn, callerOf } = await listen(t, { clientType: 'public', flows: ['implicit'] })
  const state = openid.randomState()
  const address = openid.buildAuthorizationUrl(configuration, {
    response_type: 'token',
    redirect_uri: redirectUri,
    scope: 'globalpci',
    state,
  })
  const answer = new URLSearchParams(new URL(await signIn(address)).hash.slice(1))
  assert.equal(answer.get('state'), state)
  assert.equal(answer.get('token_type'), 'Bearer')
  assert.equal((await callerOf(answer.get('access_token') ?? '')).agentId, 'agent12345')
})

test('openid-client signs a person out', async (t) => {
  const postLogoutRedirectUris = ['http://127.0.0.1/bye']
  const listening = await listen(t, { postLogoutRedirectUris })
  const tokens = await signInWith(listening)
  const address = openid.buildEndSessionUrl(listening.configuration, {
    post_logout_redirect_uri: postLogoutRedirectUris[0] ?? '',
    id_token_hint: tokens.id_token ?? '',
    state: 'done',
  })
  const answer = await fetch(address, { redirect: 'manual' })
  assert.ok(answer.status === 303 || answer.status === 200, String(answer.status))
})

test('openid-client gets tokens by username and password (RFC-17)', async (t) => {
  const { configuration, callerOf, person } = await listen(t, { flows: ['password'] })
  const order = { ...person, scope: 'openid globalpci offline_access' }
  const tokens = await openid.genericGrantRequest(configuration, 'password', order)
  assert.equal((await callerOf(tokens.access_token)).agentId, 'agent12345')
  const renewed = await openid.refreshTokenGrant(configuration, tokens.refresh_token ?? '')
  assert.equal((await callerOf(renewed.access_token)).agentId, 'agent12345')
})
