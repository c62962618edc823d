import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'
import { authorized } from '../../src/identity/test-identity.ts'
import { listenIdentity } from './test-listening-identity.ts'

const insecure = { [oauth.allowInsecureRequests]: true }

for (const [name, authentication] of [
  ['Basic', oauth.ClientSecretBasic],
  ['the body', oauth.ClientSecretPost],
] as const) {
  for (const algorithm of ['oauth2', 'oidc'] as const) {
    test(`oauth4webapi discovers (${algorithm}) and gets a token by ${name} (RFC-35)`, async (t) => {
      const { region, clientId, secret, identity } = await listenIdentity(t)
      const issuer = new URL(region.issuer)
      const discovered = await oauth.discoveryRequest(issuer, { algorithm, ...insecure })
      const server = await oauth.processDiscoveryResponse(issuer, discovered)
      const client = { client_id: clientId }
      const answer = await oauth.clientCredentialsGrantRequest(
        server,
        client,
        authentication(secret),
        { scope: 'globalpci' },
        insecure,
      )
      const { access_token, expires_in } = await oauth.processClientCredentialsResponse(
        server,
        client,
        answer,
      )
      assert.equal(expires_in, 3600)
      assert.equal((await identity.bearer(authorized(`Bearer ${access_token}`))).clientId, clientId)
    })
  }

  test(`openid-client discovers and gets a token by ${name}`, async (t) => {
    const { region, clientId, secret, identity } = await listenIdentity(t)
    const method = name === 'Basic' ? openid.ClientSecretBasic(secret) : openid.ClientSecretPost(secret)
    for (const algorithm of ['oauth2', 'oidc'] as const) {
      const configuration = await openid.discovery(new URL(region.issuer), clientId, undefined, method, {
        algorithm,
        execute: [openid.allowInsecureRequests],
      })
      const tokens = await openid.clientCredentialsGrant(configuration, { scope: 'globalpci' })
      assert.equal(tokens.expires_in, 3600)
      assert.equal((await identity.bearer(authorized(`Bearer ${tokens.access_token}`))).clientId, clientId)
    }
  })
}

test('oauth4webapi understands a wrong secret by Basic (RFC-6)', async (t) => {
  const { region, clientId } = await listenIdentity(t)
  const issuer = new URL(region.issuer)
  const discovered = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure })
  const server = await oauth.processDiscoveryResponse(issuer, discovered)
  const client = { client_id: clientId }
  const wrong = oauth.ClientSecretBasic('wrong')
  const request = { scope: 'globalpci' }
  const answer = await oauth.clientCredentialsGrantRequest(server, client, wrong, request, insecure)
  await assert.rejects(oauth.processClientCredentialsResponse(server, client, answer), (error) => {
    assert.ok(
      error instanceof oauth.WWWAuthenticateChallengeError || error instanceof oauth.ResponseBodyError,
    )
    assert.equal(error.status, 401)
    return true
  })
})

test('oauth4webapi finds the identity server from the Payment API’s metadata (RFC-55)', async (t) => {
  const { region } = await listenIdentity(t)
  const resource = new URL(region.apiUrl)
  const answer = await oauth.resourceDiscoveryRequest(resource, insecure)
  const { authorization_servers } = await oauth.processResourceDiscoveryResponse(resource, answer)
  assert.deepEqual(authorization_servers, [region.issuer])
})

test('a body of 10 MB over a real connection is answered, not cut off', async (t) => {
  const { origin } = await listenIdentity(t)
  const answer = await fetch(`${origin}/auth/connect/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: Buffer.alloc(10_000_000, 'a'),
  })
  assert.equal(answer.status, 400)
  assert.equal(((await answer.json()) as { error: string }).error, 'invalid_request')
})
