import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { jwtVerify } from 'jose'
import { createOauth2Server } from '../peers/oauth2-server.ts'
import { createOidcProvider } from '../peers/oidc-provider.ts'
import { tokenRequest } from '../tonegate.ts'
import type { Algorithm, TokenSettings } from './access-token.ts'
import { createTokenFloor } from './token-floor.ts'

const endpoints = {
  'the floor': async (t: TestContext, settings: TokenSettings) => {
    const app = createTokenFloor(settings)
    t.after(() => app.close())
    return app.listen()
  },
  'oidc-provider': async (t: TestContext, settings: TokenSettings) => {
    const server = await createOidcProvider(settings)
    server.listen(0, '127.0.0.1')
    t.after(() => server.close())
    await once(server, 'listening')
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  },
  'oauth2-server': async (t: TestContext, settings: TokenSettings) => {
    const app = createOauth2Server(settings)
    t.after(() => app.close())
    return app.listen()
  },
} as const

for (const [name, start] of Object.entries(endpoints)) {
  for (const algorithm of ['ES256', 'RS256'] as const) {
    test(`${name} issues a JWT signed with ${algorithm} that carries the claims`, async (t) => {
      const settings = newSettings(algorithm)
      const origin = await start(t, settings)
      const answer = await fetch(`${origin}/auth/connect/token`, tokenRequest(settings.client))
      assert.equal(answer.status, 200)
      const body = (await answer.json()) as Record<string, unknown>
      assert.equal(body.token_type, 'Bearer')
      assert.ok([3599, 3600].includes(Number(body.expires_in)))

      const publicKey = createPublicKey(settings.privateKey)
      const { payload } = await jwtVerify(String(body.access_token), publicKey, {
        algorithms: [algorithm],
        audience: settings.audience,
        issuer: settings.issuer,
        typ: 'at+jwt',
        requiredClaims: ['aud', 'client_id', 'exp', 'iat', 'iss', 'jti', 'nbf', 'scope', 'sub'],
      })
      assert.equal(Object.keys(payload).length, 10)
      assert.equal(payload.client_id, settings.client.id)
      assert.equal(payload.sub, settings.client.id)
      assert.equal(payload.scope, 'globalpci')
      assert.equal(payload.account, settings.client.account)
      assert.equal(Number(payload.exp) - Number(payload.iat), 3600)
    })
  }

  test(`${name} refuses a wrong secret`, async (t) => {
    const settings = newSettings('ES256')
    const origin = await start(t, settings)
    const wrong = tokenRequest({ id: settings.client.id, secret: 'wrong' })
    const answer = await fetch(`${origin}/auth/connect/token`, wrong)
    assert.notEqual(answer.status, 200)
    assert.equal(((await answer.json()) as Record<string, unknown>).error, 'invalid_client')
  })
}

function newSettings(algorithm: Algorithm): TokenSettings {
  const { privateKey } =
    algorithm === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 })
  return {
    algorithm,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    issuer: 'http://127.0.0.1/auth',
    audience: 'http://127.0.0.1/globalpci',
    client: { id: randomUUID(), secret: 'A'.repeat(40), account: 1 },
  }
}
