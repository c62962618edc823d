import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startIdentity } from '../test-identity.ts'

const pages = [
  '/auth/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server/auth',
  '/auth/.well-known/openid-configuration/jwks',
  '/.well-known/oauth-protected-resource/globalpci',
]

const byCredentials = ['client_secret_basic', 'client_secret_post', 'private_key_jwt']
const asymmetric = ['ES256', 'EdDSA', 'RS256', 'PS256']

test('authorization server metadata says only what works, at both of its paths (RFC-35, RFC-36, RFC-41)', async (t) => {
  const { app } = await startIdentity(t)
  const [oidc, oauth] = await Promise.all(pages.slice(0, 2).map((path) => app.inject(path)))
  assert.deepEqual(oidc?.json(), {
    issuer: 'https://nam.example.com/auth',
    authorization_endpoint: 'https://nam.example.com/auth/connect/authorize',
    token_endpoint: 'https://nam.example.com/auth/connect/token',
    userinfo_endpoint: 'https://nam.example.com/auth/connect/userinfo',
    introspection_endpoint: 'https://nam.example.com/auth/connect/introspect',
    revocation_endpoint: 'https://nam.example.com/auth/connect/revocation',
    end_session_endpoint: 'https://nam.example.com/auth/connect/endsession',
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
      'openid',
      'profile',
      'offline_access',
    ],
    response_types_supported: ['code', 'token'],
    response_modes_supported: ['query', 'fragment', 'form_post'],
    grant_types_supported: [
      'authorization_code',
      'client_credentials',
      'refresh_token',
      'password',
      'implicit',
    ],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    token_endpoint_auth_methods_supported: [...byCredentials, 'none'],
    token_endpoint_auth_signing_alg_values_supported: asymmetric,
    introspection_endpoint_auth_methods_supported: byCredentials,
    introspection_endpoint_auth_signing_alg_values_supported: asymmetric,
    revocation_endpoint_auth_methods_supported: [...byCredentials, 'none'],
    revocation_endpoint_auth_signing_alg_values_supported: asymmetric,
    dpop_signing_alg_values_supported: asymmetric,
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256', 'ES256'],
    claims_supported: [
      ...['iss', 'sub', 'aud', 'iat', 'exp', 'auth_time', 'nonce', 'at_hash', 'sid', 'amr'],
      ...['agent_id', 'name', 'preferred_username', 'account'],
    ],
    claims_parameter_supported: false,
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
    prompt_values_supported: ['none', 'login', 'consent', 'select_account'],
    ui_locales_supported: ['en', 'de', 'pl'],
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
    dpop_signing_alg_values_supported: asymmetric,
  })
})

test('the key set holds the public half of each key and nothing of the private one', async (t) => {
  const { app } = await startIdentity(t)
  const { keys } = (await app.inject('/auth/.well-known/openid-configuration/jwks')).json()
  const members = (alg: string) => Object.keys(keys.find((key: { alg: string }) => key.alg === alg)).sort()
  assert.equal(keys.length, 2)
  assert.deepEqual(members('ES256'), ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
  assert.deepEqual(members('RS256'), ['alg', 'e', 'kid', 'kty', 'n', 'use'])
})

test('each page is JSON, for pages of any origin, may be kept for a while, and is found in either case', async (t) => {
  const { app } = await startIdentity(t)
  for (const path of [...pages, ...pages.map((page) => page.toUpperCase())]) {
    const answer = await app.inject(path)
    assert.equal(answer.statusCode, 200, path)
    assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8')
    assert.equal(answer.headers['cache-control'], 'public, max-age=300')
    assert.equal(answer.headers['access-control-allow-origin'], '*')
  }
})

test('the metadata names every algorithm that tokens are signed with, RS256 always', async (t) => {
  const { app, createClient, clock } = await startIdentity(t, {
    settings: { signingAlgorithm: 'RS256' },
  })
  const read = async () => (await app.inject(pages[0] ?? '')).json().id_token_signing_alg_values_supported
  assert.deepEqual(await read(), ['RS256'])
  await createClient({ idTokenAlgorithm: 'EdDSA' })
  await clock.advance(1000)
  assert.deepEqual(await read(), ['RS256', 'EdDSA'])
})

test('there is nothing where RFC 8414 does not look', async (t) => {
  const { app } = await startIdentity(t)
  for (const path of [
    '/auth/.well-known/oauth-authorization-server',
    '/.well-known/oauth-authorization-server',
    '/.well-known/openid-configuration',
    '/.well-known/oauth-protected-resource',
  ]) {
    assert.equal((await app.inject(path)).statusCode, 404, path)
  }
})
