import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startGrants } from '../grants/test-grants.ts'
import { nam, readJwt } from '../start-identity.ts'

test('a token is for whom its scope is: the Payment API, the identity server with openid, or both', async (t) => {
  const { signIn } = await startGrants(t)
  for (const [scope, audience] of [
    ['globalpci', nam.apiUrl],
    ['users:read', nam.apiUrl],
    ['openid', nam.issuer],
    ['openid profile offline_access', nam.issuer],
    ['globalpci openid', [nam.apiUrl, nam.issuer]],
    ['globalpci openid profile offline_access', [nam.apiUrl, nam.issuer]],
  ] as const) {
    const { accessToken } = await signIn({ scope })
    assert.deepEqual(readJwt(accessToken).claims.aud, audience, scope)
  }
})
