import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, hash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { jwtVerify } from 'jose'
import { systemRandom } from '../../../server/src/base/random.ts'
import { hashPassword } from '../../../server/src/identity/users/hash-password.ts'
import { createOidcGrants } from '../peers/oidc-provider-grants.ts'
import { createAccessTokens, type TokenSettings } from './access-token.ts'
import { createBearerFloor } from './bearer-floor.ts'
import { createGrantsFloor } from './grants-floor.ts'
import { createIntrospectionFloor } from './introspection-floor.ts'
import { createPasswordFloor } from './password-floor.ts'

const redirectUri = 'http://127.0.0.1/callback'
const verifier = 'v'.repeat(43)
const challenge = hash('sha256', verifier, 'base64url')

const grantEndpoints = {
  'the floor': async (t: TestContext, settings: TokenSettings) => {
    const folder = mkdtempSync(join(tmpdir(), 'tonegate-bench-'))
    const app = createGrantsFloor({ ...settings, file: join(folder, 'floor.db'), rowBytes: 300 })
    t.after(async () => {
      await app.close()
      rmSync(folder, { recursive: true })
    })
    return app.listen()
  },
  'oidc-provider': (t: TestContext, settings: TokenSettings) => startPeer(t, settings, 'jwt'),
} as const

for (const [name, start] of Object.entries(grantEndpoints)) {
  test(`${name} exchanges a code once, for the verifier of its challenge`, async (t) => {
    const settings = newSettings()
    const origin = await start(t, settings)
    const [code = '', other = ''] = await newValues(origin, `2?challenge=${challenge}`)
    const exchange = (value: string, codeVerifier: string) =>
      post(settings, `${origin}/auth/connect/token`, {
        grant_type: 'authorization_code',
        code: value,
        redirect_uri: redirectUri,
        code_verifier: codeVerifier,
      })
    const { access_token: token } = await accepted(exchange(code, verifier))
    assert.equal((await claimsOf(settings, token)).scope, 'globalpci')
    await refused(exchange(code, verifier), 'invalid_grant')
    await refused(exchange(other, 'w'.repeat(43)), 'invalid_grant')
  })

  test(`${name} rotates a refresh token, again and again, each once`, async (t) => {
    const settings = newSettings()
    const origin = await start(t, settings)
    const [first = ''] = await newValues(origin, '1')
    const refresh = (value: unknown) =>
      post(settings, `${origin}/auth/connect/token`, {
        grant_type: 'refresh_token',
        refresh_token: String(value),
      })
    const second = await accepted(refresh(first))
    const third = await accepted(refresh(second.refresh_token))
    assert.equal((await claimsOf(settings, third.access_token)).scope, 'globalpci')
    assert.equal(new Set([first, second.refresh_token, third.refresh_token]).size, 3)
    assert.equal(String(third.refresh_token).length, first.length)
    await refused(refresh(second.refresh_token), 'invalid_grant')
  })

  test(`${name} exchanges nothing for a wrong secret`, async (t) => {
    const settings = newSettings()
    const origin = await start(t, settings)
    const [value = ''] = await newValues(origin, '1')
    const wrong = { ...settings, client: { ...settings.client, secret: 'wrong' } }
    const form = { grant_type: 'refresh_token', refresh_token: value }
    await refused(post(wrong, `${origin}/auth/connect/token`, form), 'invalid_client')
  })
}

test('the introspection floor answers a good token’s claims, seen before or not, and nothing of others', async (t) => {
  const settings = newSettings()
  const app = createIntrospectionFloor(settings)
  t.after(() => app.close())
  const url = `${await app.listen()}/auth/connect/introspect`
  const token = await newToken(settings)
  const claims = await claimsOf(settings, token)
  for (let round = 0; round < 2; round += 1) {
    assert.deepEqual(await accepted(post(settings, url, { token })), {
      active: true,
      ...claims,
      token_type: 'Bearer',
    })
  }
  const foreign = await newToken(newSettings())
  for (const bad of [foreign, 'x', '']) {
    assert.deepEqual(await accepted(post(settings, url, { token: bad })), { active: false })
  }
  const wrong = { ...settings, client: { ...settings.client, secret: 'wrong' } }
  await refused(post(wrong, url, { token }), 'invalid_client')
})

test('oidc-provider introspects the opaque tokens that it issues', async (t) => {
  const settings = newSettings()
  const origin = await startPeer(t, settings, 'opaque')
  const form = { grant_type: 'client_credentials', scope: 'globalpci' }
  const { access_token: token } = await accepted(post(settings, `${origin}/auth/connect/token`, form))
  const answer = await accepted(post(settings, `${origin}/auth/connect/introspect`, { token: String(token) }))
  assert.equal(answer.active, true)
  assert.equal(answer.scope, 'globalpci')
  assert.equal(answer.client_id, settings.client.id)
})

test('the bearer floor answers the status for a good token, and 401 for others', async (t) => {
  const settings = newSettings()
  const status = { sessionGuid: 'a', sessionState: 'Finished' }
  const app = createBearerFloor({ ...settings, status })
  t.after(() => app.close())
  const read = (token: string) =>
    app.inject({ url: '/globalpci/v1/session/a', headers: { authorization: `Bearer ${token}` } })
  assert.deepEqual((await read(await newToken(settings))).json(), status)
  assert.equal((await read(await newToken(newSettings()))).statusCode, 401)
  assert.equal((await read('')).statusCode, 401)
})

test('the password floor signs in with the right password, and clients without one', async (t) => {
  const settings = newSettings()
  const passwordHash = await hashPassword('correct horse', systemRandom)
  const app = createPasswordFloor({ ...settings, username: 'agent', passwordHash })
  t.after(() => app.close())
  const url = `${await app.listen()}/auth/connect/token`
  const signIn = (username: string, password: string) =>
    post(settings, url, { grant_type: 'password', scope: 'globalpci', username, password })
  const { access_token: token } = await accepted(signIn('agent', 'correct horse'))
  assert.equal((await claimsOf(settings, token)).scope, 'globalpci')
  await refused(signIn('agent', 'wrong horse'), 'invalid_grant')
  await refused(signIn('nobody', 'correct horse'), 'invalid_grant')
  const ofClient = await accepted(
    post(settings, url, { grant_type: 'client_credentials', scope: 'globalpci' }),
  )
  assert.equal((await claimsOf(settings, ofClient.access_token)).scope, 'globalpci')
})

async function startPeer(t: TestContext, settings: TokenSettings, accessTokenFormat: 'jwt' | 'opaque') {
  const server = await createOidcGrants({ ...settings, redirectUri, accessTokenFormat })
  server.listen(0, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function newValues(origin: string, path: string): Promise<readonly string[]> {
  return (await fetch(`${origin}/new/${path}`)).json() as Promise<readonly string[]>
}

function post({ client }: TokenSettings, url: string, form: Readonly<Record<string, string>>) {
  const credentials = Buffer.from(`${client.id}:${client.secret}`).toString('base64')
  return fetch(url, {
    method: 'POST',
    headers: { authorization: `Basic ${credentials}` },
    body: new URLSearchParams(form),
  })
}

async function accepted(answering: Promise<Response>): Promise<Readonly<Record<string, unknown>>> {
  const answer = await answering
  const text = await answer.text()
  assert.equal(answer.status, 200, text)
  return JSON.parse(text)
}

async function refused(answering: Promise<Response>, error: string): Promise<void> {
  const answer = await answering
  assert.notEqual(answer.status, 200)
  assert.equal(((await answer.json()) as Record<string, unknown>).error, error)
}

const newToken = (settings: TokenSettings): Promise<string> =>
  new Promise((resolve, reject) =>
    createAccessTokens(settings)('globalpci', (error, token) => (error ? reject(error) : resolve(token))),
  )

async function claimsOf({ privateKey, issuer, audience }: TokenSettings, token: unknown) {
  const key = createPublicKey(privateKey)
  const { payload } = await jwtVerify(String(token), key, { issuer, audience, typ: 'at+jwt' })
  return payload
}

function newSettings(): TokenSettings {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    algorithm: 'ES256',
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    issuer: 'http://127.0.0.1/auth',
    audience: 'http://127.0.0.1/globalpci',
    client: { id: randomUUID(), secret: 'A'.repeat(40), account: 1 },
  }
}
