import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startIdentity } from './start-identity.ts'

const pages = [
  '/auth/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server/auth',
  '/auth/.well-known/openid-configuration/jwks',
  '/.well-known/oauth-protected-resource/globalpci',
]

test('authorization server metadata says only what works, at both of its paths (RFC-35, RFC-36)', async (t) => {
  const { app } = await startIdentity(t)
  const [oidc, oauth] = await Promise.all(pages.slice(0, 2).map((path) => app.inject(path)))
  assert.deepEqual(oidc?.json(), {
    issuer: 'https://nam.example.com/auth',
    token_endpoint: 'https://nam.example.com/auth/connect/token',
    jwks_uri: 'https://nam.example.com/auth/.well-known/openid-configuration/jwks',
    scopes_supported: [
      'globalpci',
      'agents-availability:read',
      'users:read',
      'users:write',
      'interaction-content:read',
      'interaction-content:delete',
      'interactions:write',
      'stats',
      'admin:read',
      'admin:write',
    ],
    response_types_supported: [],
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
  })
  assert.equal(oauth?.body, oidc?.body)
})

test('the Payment API’s metadata names it exactly and who issues its tokens (RFC-55)', async (t) => {
  const { app } = await startIdentity(t)
  assert.deepEqual((await app.inject('/.well-known/oauth-protected-resource/globalpci')).json(), {
    resource: 'https://nam.api.example.com/globalpci',
    authorization_servers: ['https://nam.example.com/auth'],
    scopes_supported: ['globalpci'],
    bearer_methods_supported: ['header'],
  })
})

test('the key set holds the public half of each key and nothing of the private one', async (t) => {
  const { app } = await startIdentity(t)
  const { keys } = (await app.inject('/auth/.well-known/openid-configuration/jwks')).json()
  const members = (alg: string) => Object.keys(keys.find((key: { alg: string }) => key.alg === alg)).sort()
  assert.equal(keys.length, 3)
  assert.deepEqual(members('ES256'), ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
  assert.deepEqual(members('RS256'), ['alg', 'e', 'kid', 'kty', 'n', 'use'])
  assert.deepEqual(members('EdDSA'), ['alg', 'crv', 'kid', 'kty', 'use', 'x'])
})

test('each page is JSON, may be kept for a while, and is found in either case', async (t) => {
  const { app } = await startIdentity(t)
  for (const path of [...pages, ...pages.map((page) => page.toUpperCase())]) {
    const answer = await app.inject(path)
    assert.equal(answer.statusCode, 200, path)
    assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8')
    assert.equal(answer.headers['cache-control'], 'public, max-age=300')
  }
})
