import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { regionValue } from '../src/config/regions.ts'
import { readJwt, startIdentity } from '../src/identity/test-identity.ts'

const hosts = ['127.0.0.1:8080', 'localhost:8080', '[::1]:8080', 'nam.localhost:8080']
const issuerOf = (host: string) => `http://${host}/auth`
const apiOf = (host: string) => `http://${host.replace('nam.', 'nam.api.')}/globalpci`

/** The sandbox's default region, reached by whichever of its names. */
async function startSandboxIdentity(t: TestContext, client: object = {}) {
  const region = regionValue('nam', { domain: null, defaultRegion: 'nam', host: '127.0.0.1' }, 8080)
  const started = await startIdentity(t, { region, client })
  const get = async (host: string, url: string, headers: object = {}) =>
    started.app.inject({ url, headers: { ...headers, host } })
  const tokenAt = async (host: string): Promise<string> =>
    (await started.requestToken({}, { headers: { host } })).json().access_token
  return { ...started, region, get, tokenAt }
}

test('discovery speaks of the host that was asked, and of no other (RFC-36)', async (t) => {
  const { get } = await startSandboxIdentity(t)
  for (const host of hosts) {
    const issuer = issuerOf(host)
    for (const path of [
      '/auth/.well-known/openid-configuration',
      '/.well-known/oauth-authorization-server/auth',
    ]) {
      const metadata = (await get(host, path)).json()
      assert.equal(metadata.issuer, issuer)
      for (const [name, url] of Object.entries(metadata)) {
        if (/_endpoint$|^jwks_uri$/.test(name)) assert.ok(String(url).startsWith(`${issuer}/`), name)
      }
    }
    const resource = (await get(host, '/.well-known/oauth-protected-resource/globalpci')).json()
    assert.deepEqual([resource.resource, resource.authorization_servers], [apiOf(host), [issuer]])
  }
  const forged = (await get('evil.example:8080', '/auth/.well-known/openid-configuration')).body
  assert.ok(!forged.includes('evil'))
  assert.equal(JSON.parse(forged).issuer, issuerOf('127.0.0.1:8080'))
})

test('an error leads to the page of errors by the name that was asked, and by no other', async (t) => {
  const { get, app } = await startSandboxIdentity(t)
  const oauthAt = (host: string) =>
    app.inject({ method: 'GET', url: '/auth/connect/token', headers: { host } })
  for (const host of hosts) {
    assert.equal((await get(host, '/nothing')).json().type, `${apiOf(host)}/errors#not-found`)
    assert.equal((await get(host, '/%zz')).json().type, `${apiOf(host)}/errors#invalid-request`)
    assert.equal((await oauthAt(host)).json().error_uri, `${apiOf(host)}/errors#invalid_request`)
  }
  for (const forged of ['evil.example:8080', 'localhost:9999', 'nam.evil.example']) {
    const { type } = (await get(forged, '/nothing')).json()
    assert.equal(type, `${apiOf('127.0.0.1:8080')}/errors#not-found`)
  }
})

test('a token names the issuer that was asked, and is taken under every name', async (t) => {
  const { tokenAt, identity, app, clientId, secret } = await startSandboxIdentity(t)
  for (const host of hosts) {
    const token = await tokenAt(host)
    const { iss, aud } = readJwt(token).claims
    assert.deepEqual([iss, aud], [issuerOf(host), apiOf(host)])
    for (const other of hosts) {
      const headers = { host: other, authorization: `Bearer ${token}` }
      const caller = await identity.bearer({ method: 'GET', url: '/globalpci/v1/session/1', headers })
      assert.equal(caller.clientId, clientId)
      const introspected = await app.inject({
        method: 'POST',
        url: '/auth/connect/introspect',
        headers: { host: other, 'content-type': 'application/x-www-form-urlencoded' },
        payload: new URLSearchParams({ token, client_id: clientId, client_secret: secret }).toString(),
      })
      const { active, iss: told } = introspected.json()
      assert.deepEqual([active, told], [true, issuerOf(host)])
    }
  }
})

test('a token of a name that the region does not have is refused', async (t) => {
  const { tokenAt, identity, store, clock, sealer, region } = await startSandboxIdentity(t)
  const { openSigningKeys } = await import('../src/identity/keys/signing-keys.ts')
  const token = await tokenAt('evil.example:8080')
  assert.equal(readJwt(token).claims.iss, issuerOf('127.0.0.1:8080'))
  const keys = await openSigningKeys({ store, clock, sealer, region })
  const key = keys.find(({ algorithm }) => algorithm === 'ES256') ?? assert.fail('no key')
  const { header, claims } = readJwt(token)
  for (const changes of [{ iss: issuerOf('evil.example:8080') }, { aud: apiOf('evil.example:8080') }]) {
    const forged = await new SignJWT({ ...claims, ...changes })
      .setProtectedHeader(header)
      .sign(key.privateKey)
    const headers = { host: 'evil.example:8080', authorization: `Bearer ${forged}` }
    await assert.rejects(async () => identity.bearer({ method: 'GET', url: '/x', headers }), {
      code: 'invalid-token',
    })
  }
})

test('a challenge leads to the metadata of the host that was asked (RFC-55)', async (t) => {
  const { identity } = await startSandboxIdentity(t)
  for (const host of hosts) {
    const where = `${new URL(apiOf(host)).origin}/.well-known/oauth-protected-resource/globalpci`
    await assert.rejects(
      async () => identity.bearer({ method: 'GET', url: '/globalpci/v1/session', headers: { host } }),
      ({ options }: { options: { headers: Record<string, string> } }) =>
        options.headers['www-authenticate']?.includes(`resource_metadata="${where}"`) === true,
    )
  }
})

test('an authorization response names the issuer that was asked (RFC-40)', async (t) => {
  const redirectUri = 'http://127.0.0.1/cb'
  const { get, clientId } = await startSandboxIdentity(t, {
    flows: ['authorization_code', 'implicit'],
    redirectUris: [redirectUri],
  })
  for (const host of hosts) {
    for (const response_type of ['code', 'token']) {
      const asked = { client_id: clientId, redirect_uri: redirectUri, response_type, prompt: 'none' }
      const query = new URLSearchParams({ ...asked, scope: 'globalpci' })
      const { headers } = await get(host, `/auth/connect/authorize?${query}`)
      assert.match(String(headers.location), new RegExp(`iss=${encodeURIComponent(issuerOf(host))}`))
    }
  }
})

test('an assertion may be made for every name of the region, and for no other (RFC-46)', async (t) => {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  const { requestToken, clientId, clock, newGuid } = await startSandboxIdentity(t, {
    publicKeys: [{ ...(await exportJWK(publicKey)), alg: 'ES256' }],
  })
  const present = async (aud: string, host: string) => {
    const assertion = new SignJWT({ jti: newGuid() }).setProtectedHeader({ alg: 'ES256' })
    const client_assertion = await assertion
      .setIssuer(clientId)
      .setSubject(clientId)
      .setAudience(aud)
      .setExpirationTime(clock.now() / 1000 + 60)
      .sign(privateKey)
    const client_assertion_type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
    const form = { client_id: null, client_secret: null, client_assertion, client_assertion_type }
    return (await requestToken(form, { headers: { host } })).statusCode
  }
  for (const host of hosts) {
    assert.equal(await present(issuerOf(host), host), 200, host)
    assert.equal(await present(`${issuerOf(host)}/connect/token`, 'localhost:8080'), 200, host)
  }
  assert.equal(await present(issuerOf('evil.example:8080'), 'evil.example:8080'), 400)
  assert.equal(await present(issuerOf('localhost:8081'), 'localhost:8081'), 400)
})

test('a DPoP proof is for the URL that the client has used, at both ends (RFC-56)', async (t) => {
  const { requestToken, identity, clock, newGuid, clientId } = await startSandboxIdentity(t)
  const { createHash } = await import('node:crypto')
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = await exportJWK(publicKey)
  const prove = (htm: string, htu: string, ath?: string) =>
    new SignJWT({ htm, htu, jti: newGuid(), ...(ath !== undefined && { ath }) })
      .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk })
      .setIssuedAt(clock.now() / 1000)
      .sign(privateKey)
  for (const host of hosts) {
    const dpop = await prove('POST', `${issuerOf(host)}/connect/token`)
    const answer = await requestToken({}, { headers: { host, dpop } })
    assert.equal(answer.json().token_type, 'DPoP', `${host}: ${answer.body}`)
    const token = answer.json().access_token
    const ath = createHash('sha256').update(token).digest('base64url')
    const url = '/globalpci/v1/session'
    const proof = await prove('POST', `http://${host}${url}`, ath)
    const headers = { host, authorization: `DPoP ${token}`, dpop: proof }
    assert.equal((await identity.bearer({ method: 'POST', url, headers })).clientId, clientId)
    const elsewhere = await prove('POST', `${issuerOf('evil.example:8080')}/connect/token`)
    const refused = await requestToken({}, { headers: { host, dpop: elsewhere } })
    assert.equal(refused.json().error, 'invalid_dpop_proof')
  }
})
