import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { Issuer, type TokenSet } from 'openid-client-5'
import type { NewClient } from '../../src/identity/clients/create-client.ts'
import { readJwt } from '../../src/identity/test-identity.ts'
import { listenIdentity, redirectUri } from './test-listening-identity.ts'

/** A relying party of the time when RS256 was all that one had to know. */
async function listen(
  t: TestContext,
  order: Partial<NewClient> = {},
  metadata: object = {},
  keys: object[] = [],
) {
  const started = await listenIdentity(t)
  const { clientId, clientSecret } = await started.createClient(order)
  const issuer = await Issuer.discover(started.region.issuer)
  const secret = clientSecret === '' ? {} : { client_secret: clientSecret }
  const client = new issuer.Client({ client_id: clientId, ...secret, ...metadata }, { keys } as never)

  async function signInWith(parameters: object = {}): Promise<TokenSet> {
    const checks = { state: 'a state', nonce: 'a nonce' }
    const scope = 'openid profile globalpci offline_access'
    const asked = { redirect_uri: redirectUri, scope, ...checks, ...parameters }
    const arrived = await started.signIn(client.authorizationUrl(asked))
    return client.callback(redirectUri, client.callbackParams(arrived), checks)
  }
  return { ...started, client, signInWith }
}

test('an old openid-client signs a person in as it comes: its ID tokens are RS256', async (t) => {
  const { client, signInWith, callerOf } = await listen(t)
  const tokens = await signInWith()
  assert.equal(readJwt(tokens.id_token ?? '').header.alg, 'RS256')
  assert.equal(tokens.claims().name, 'Grace Hopper')
  assert.equal((await callerOf(tokens.access_token ?? '')).agentId, 'agent12345')
  assert.equal((await client.userinfo(tokens)).sub, tokens.claims().sub)
  const renewed = await client.refresh(tokens)
  assert.equal(renewed.claims().sub, tokens.claims().sub)
  assert.equal((await client.introspect(renewed.access_token ?? '')).active, true)
})

for (const algorithm of ['ES256', 'EdDSA'] as const) {
  test(`one that says ${algorithm} gets it, when its client does`, async (t) => {
    const { signInWith } = await listen(
      t,
      { idTokenAlgorithm: algorithm },
      { id_token_signed_response_alg: algorithm },
    )
    const tokens = await signInWith()
    assert.equal(readJwt(tokens.id_token ?? '').header.alg, algorithm)
  })
}

test('one that expects another algorithm than its client has refuses the ID token', async (t) => {
  const { signInWith } = await listen(t, { idTokenAlgorithm: 'ES256' })
  await assert.rejects(signInWith(), /unexpected JWT alg received, expected RS256, got: ES256/)
})

test('its private_key_jwt is accepted, whichever audiences it names', async (t) => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { client } = await listen(
    t,
    { flows: ['client_credentials'], publicKeys: [publicKey.export({ format: 'jwk' })] },
    { token_endpoint_auth_method: 'private_key_jwt', token_endpoint_auth_signing_alg: 'ES256' },
    [{ ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig' }],
  )
  const tokens = await client.grant({ grant_type: 'client_credentials', scope: 'globalpci' })
  assert.ok(tokens.access_token)
})
