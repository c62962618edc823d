import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { exportJWK, type GenerateKeyPairOptions, generateKeyPair, SignJWT } from 'jose'
import type { NewClient } from '../clients/create-client.ts'
import { ofPeople, redirectUri, startGrants } from '../grants/test-grants.ts'
import type { Scope } from '../scopes.ts'
import { basic, readJwt } from '../test-identity.ts'

/** An identity server, what it says of itself, and ways to ask whether it is so. */
async function startDiscovered(t: TestContext, order: Partial<NewClient> = {}) {
  const started = await startGrants(t, {
    client: { ...ofPeople, flows: ['authorization_code', 'implicit'], ...order },
  })
  const { app, clientId, clock, region } = started
  const metadata = (await app.inject('/auth/.well-known/openid-configuration')).json()

  const post = (url: string, form: Readonly<Record<string, string>>, headers: object = {}) =>
    app.inject({
      method: 'POST',
      url: new URL(url).pathname,
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      payload: new URLSearchParams(form).toString(),
    })

  const authorize = (changes: Readonly<Record<string, string>> = {}) => {
    const form = new URLSearchParams({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirectUri,
      scope: 'openid',
      prompt: 'none',
      ...changes,
    })
    return app.inject(`${new URL(metadata.authorization_endpoint).pathname}?${form}`)
  }

  /** The error with which the client is answered, wherever in the answer it is. */
  async function authorizeError(changes: Readonly<Record<string, string>> = {}): Promise<string | undefined> {
    const { headers, body } = await authorize(changes)
    return /[?&#]error=(\w+)|name="error" value="(\w+)"/
      .exec(`${headers.location} ${body}`)
      ?.slice(1)
      .find(Boolean)
  }

  /** A client with a key, and an assertion in its name. */
  async function createAssertingClient(algorithm: string) {
    const { publicKey, privateKey } = await keyPairFor(algorithm)
    const publicKeys = [{ ...(await exportJWK(publicKey)), alg: algorithm }]
    const client = await started.createClient({ publicKeys })
    return async () => ({
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await new SignJWT({ jti: started.newGuid() })
        .setProtectedHeader({ alg: algorithm })
        .setIssuer(client.clientId)
        .setSubject(client.clientId)
        .setAudience(region.issuer)
        .setExpirationTime(clock.now() / 1000 + 60)
        .sign(privateKey),
    })
  }
  return { ...started, metadata, post, authorize, authorizeError, createAssertingClient }
}

const keyPairFor = (algorithm: string) => {
  const options: GenerateKeyPairOptions = {
    extractable: true,
    ...(algorithm === 'EdDSA' && { crv: 'Ed25519' }),
  }
  return generateKeyPair(algorithm, options)
}

test('every endpoint that the metadata names is there (RFC-36)', async (t) => {
  const { metadata, app } = await startDiscovered(t)
  const endpoints = Object.entries(metadata).filter(([name]) => /_endpoint$|^jwks_uri$/.test(name))
  assert.equal(endpoints.length, 7)
  for (const [name, url] of endpoints) {
    const { pathname, origin } = new URL(String(url))
    assert.equal(origin, 'https://nam.example.com')
    const answers = await Promise.all(
      (['GET', 'POST'] as const).map((method) => app.inject({ method, url: pathname })),
    )
    const codes = answers.map(({ statusCode }) => statusCode)
    assert.ok(!codes.includes(404) && codes.some((code) => code !== 405), `${name}: ${codes}`)
    assert.ok(
      codes.every((code) => code < 500),
      `${name}: ${codes}`,
    )
  }
})

test('every grant type that the metadata names is known, and no other (RFC-36)', async (t) => {
  const { metadata, post, clientId, secret } = await startDiscovered(t)
  const errorOf = async (grant_type: string) =>
    (await post(metadata.token_endpoint, { grant_type, client_id: clientId, client_secret: secret })).json()
      .error
  for (const grantType of metadata.grant_types_supported) {
    // It is no value of `grant_type`: its response type is asked for below.
    if (grantType === 'implicit') assert.ok(metadata.response_types_supported.includes('token'))
    else assert.notEqual(await errorOf(grantType), 'unsupported_grant_type', grantType)
  }
  const others = ['implicit', 'urn:ietf:params:oauth:grant-type:device_code', 'PASSWORD', 'toString']
  for (const other of [...others, 'urn:ietf:params:oauth:grant-type:jwt-bearer']) {
    assert.equal(await errorOf(other), 'unsupported_grant_type', other)
  }
})

test('every response type and mode that the metadata names works, and no other (RFC-36)', async (t) => {
  const { metadata, authorizeError } = await startDiscovered(t)
  for (const response_type of metadata.response_types_supported) {
    assert.equal(await authorizeError({ response_type }), 'login_required', response_type)
  }
  for (const response_type of ['id_token', 'code token', 'code id_token', 'id_token token', 'none']) {
    assert.equal(await authorizeError({ response_type }), 'unsupported_response_type', response_type)
  }
  for (const response_mode of metadata.response_modes_supported) {
    assert.equal(await authorizeError({ response_mode }), 'login_required', response_mode)
  }
  for (const response_mode of ['web_message', 'jwt', 'query.jwt']) {
    assert.equal(await authorizeError({ response_mode }), 'invalid_request', response_mode)
  }
})

test('every scope that the metadata names can be had, and no other (RFC-36)', async (t) => {
  const { metadata, createClient, authorizeError } = await startDiscovered(t)
  const scopes: readonly Scope[] = metadata.scopes_supported
  const { clientId } = await createClient({ ...ofPeople, scopes })
  for (const scope of scopes) {
    assert.equal(await authorizeError({ client_id: clientId, scope }), 'login_required', scope)
  }
  for (const scope of ['email', 'address', 'phone', 'GLOBALPCI']) {
    assert.equal(await authorizeError({ client_id: clientId, scope }), 'invalid_scope', scope)
  }
})

test('PKCE has the method that the metadata names, and no other (RFC-36, RFC-42)', async (t) => {
  const { metadata, authorizeError } = await startDiscovered(t)
  const code_challenge = hash('sha256', 'x', 'base64url')
  const errorWith = (code_challenge_method: string) =>
    authorizeError({ code_challenge, code_challenge_method })
  for (const method of metadata.code_challenge_methods_supported) {
    assert.equal(await errorWith(method), 'login_required', method)
  }
  for (const method of ['plain', 's256', 'S512']) assert.equal(await errorWith(method), 'invalid_request')
})

test('an authorization response names the issuer, as the metadata says (RFC-40, RFC-41)', async (t) => {
  const { metadata, authorize } = await startDiscovered(t)
  assert.equal(metadata.authorization_response_iss_parameter_supported, true)
  const location = new URL(String((await authorize()).headers.location))
  assert.equal(location.searchParams.get('iss'), metadata.issuer)
})

test('every prompt that the metadata names is understood, and no other', async (t) => {
  const { metadata, authorize, authorizeError } = await startDiscovered(t)
  for (const prompt of metadata.prompt_values_supported) {
    if (prompt === 'none') assert.equal(await authorizeError({ prompt }), 'login_required')
    else assert.equal((await authorize({ prompt })).statusCode, 200, prompt)
  }
  for (const prompt of ['create', 'LOGIN']) {
    assert.equal(await authorizeError({ prompt }), 'invalid_request', prompt)
  }
})

test('pages are in every language that the metadata names', async (t) => {
  const { metadata, authorize } = await startDiscovered(t)
  for (const ui_locales of metadata.ui_locales_supported) {
    const { body } = await authorize({ prompt: 'login', ui_locales })
    assert.match(body, new RegExp(`<html[^>]* lang="${ui_locales}"`))
  }
})

test('request objects and the parameter claims are not supported, as the metadata says', async (t) => {
  const { metadata, authorizeError } = await startDiscovered(t)
  assert.equal(metadata.request_parameter_supported, false)
  assert.equal(await authorizeError({ request: 'x' }), 'request_not_supported')
  assert.equal(metadata.request_uri_parameter_supported, false)
  assert.equal(await authorizeError({ request_uri: 'https://x.example/' }), 'request_uri_not_supported')
  assert.equal(metadata.claims_parameter_supported, false)
  const claims = '{"id_token":{"email":{"essential":true}}}'
  assert.equal(await authorizeError({ claims }), 'login_required')
})

for (const endpoint of ['token', 'introspection', 'revocation']) {
  test(`at the ${endpoint} endpoint a client authenticates in each way that the metadata names`, async (t) => {
    const { metadata, post, createClient, createAssertingClient } = await startDiscovered(t)
    const url = metadata[`${endpoint}_endpoint`]
    const asked =
      endpoint === 'token' ? { grant_type: 'client_credentials', scope: 'globalpci' } : { token: 'x' }
    const { clientId: client_id, clientSecret } = await createClient()
    const client_secret = clientSecret ?? ''
    const ways: Readonly<Record<string, () => Promise<number>>> = {
      async client_secret_basic() {
        const authorization = basic(client_id, client_secret)
        return (await post(url, asked, { authorization })).statusCode
      },
      async client_secret_post() {
        return (await post(url, { ...asked, client_id, client_secret })).statusCode
      },
      async private_key_jwt() {
        for (const algorithm of metadata[`${endpoint}_endpoint_auth_signing_alg_values_supported`]) {
          const assert_ = await createAssertingClient(algorithm)
          const { statusCode } = await post(url, { ...asked, ...(await assert_()) })
          if (statusCode !== 200) return statusCode
        }
        return 200
      },
      async none() {
        const { clientId } = await createClient({ ...ofPeople, clientType: 'public' })
        const code = { grant_type: 'authorization_code', code: 'x', redirect_uri: redirectUri }
        const answer = await post(url, { ...(endpoint === 'token' ? code : asked), client_id: clientId })
        // A public client is known, and its code is not.
        return answer.body.includes('"invalid_grant"') ? 200 : answer.statusCode
      },
    }
    for (const method of metadata[`${endpoint}_endpoint_auth_methods_supported`]) {
      assert.equal(await ways[method]?.(), 200, method)
    }
  })
}

test('a public client is nobody at the introspection endpoint, as the metadata says (RFC-33)', async (t) => {
  const { metadata, post, createClient } = await startDiscovered(t)
  const { clientId } = await createClient({ ...ofPeople, clientType: 'public' })
  assert.ok(!metadata.introspection_endpoint_auth_methods_supported.includes('none'))
  const answer = await post(metadata.introspection_endpoint, { token: 'x', client_id: clientId })
  assert.equal(answer.statusCode, 401)
})

test('a DPoP proof may be signed with every algorithm that the metadata names (RFC-56)', async (t) => {
  const { metadata, post, createClient, clock, newGuid } = await startDiscovered(t)
  const { clientId: client_id, clientSecret } = await createClient()
  const request = { grant_type: 'client_credentials', scope: 'globalpci', client_id }
  for (const alg of metadata.dpop_signing_alg_values_supported) {
    const { publicKey, privateKey } = await keyPairFor(alg)
    const dpop = await new SignJWT({ htm: 'POST', htu: metadata.token_endpoint, jti: newGuid() })
      .setProtectedHeader({ typ: 'dpop+jwt', alg, jwk: await exportJWK(publicKey) })
      .setIssuedAt(clock.now() / 1000)
      .sign(privateKey)
    const answer = await post(
      metadata.token_endpoint,
      { ...request, client_secret: clientSecret ?? '' },
      { dpop },
    )
    assert.equal(answer.json().token_type, 'DPoP', alg)
  }
})

test('ID tokens are signed as the metadata says, and tell with userinfo what it names', async (t) => {
  const { metadata, signIn, app } = await startDiscovered(t)
  const { accessToken, rest } = await signIn({ scope: 'openid profile', nonce: 'n' })
  const { header, claims } = readJwt(String(rest.id_token))
  assert.equal(header.alg, 'RS256')
  assert.ok(metadata.id_token_signing_alg_values_supported.includes(header.alg))
  const headers = { authorization: `Bearer ${accessToken}` }
  const userinfo = await app.inject({ url: new URL(metadata.userinfo_endpoint).pathname, headers })
  const told = new Set([...Object.keys(claims), ...Object.keys(userinfo.json())])
  assert.deepEqual([...told].sort(), [...metadata.claims_supported].sort())
})
