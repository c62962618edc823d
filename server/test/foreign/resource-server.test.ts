import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import jwt from 'jsonwebtoken'
import { JwksClient } from 'jwks-rsa'
import { spoiltJwt } from '../harness/test-spoilt.ts'
import { listenIdentity } from './test-listening-identity.ts'

test('jwks-rsa and jsonwebtoken verify a token by the key set alone (RFC-37, RFC-38)', async (t) => {
  const { region, issue, clientId } = await listenIdentity(t)
  const keys = new JwksClient({ jwksUri: `${region.issuer}/.well-known/openid-configuration/jwks` })
  const token = await issue()
  const { header } = jwt.decode(token, { complete: true }) ?? {}
  const key = await keys.getSigningKey(header?.kid)
  const claims = jwt.verify(token, key.getPublicKey(), {
    algorithms: ['ES256'],
    issuer: region.issuer,
    audience: region.apiUrl,
  })
  assert.equal(Reflect.get(Object(claims), 'client_id'), clientId)
  assert.throws(() => jwt.verify(spoiltJwt(token), key.getPublicKey(), { algorithms: ['ES256'] }))
})

test('jose verifies a token by the key set alone (RFC-37)', async (t) => {
  const { region, issue, clientId } = await listenIdentity(t)
  const keys = createRemoteJWKSet(new URL(`${region.issuer}/.well-known/openid-configuration/jwks`))
  const { payload } = await jwtVerify(await issue(), keys, {
    issuer: region.issuer,
    audience: region.apiUrl,
    typ: 'at+jwt',
  })
  assert.equal(payload.client_id, clientId)
})
