import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { createMovableClock } from '../../base/clock.ts'
import { createGuids } from '../../base/guid.ts'
import { systemRandom } from '../../base/random.ts'
import type { Client } from '../clients/known-clients.ts'
import { startGrants } from '../grants/test-grants.ts'
import type { SigningKey } from '../keys/signing-keys.ts'
import { nam, readJwt } from '../test-identity.ts'
import { createAccessTokens } from './issue-access-token.ts'

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

test('a scope that has openid within its name is another one', async () => {
  const { privateKey } = generateKeyPairSync('ed25519')
  const key = { kid: 'one', algorithm: 'EdDSA', privateKey } as SigningKey
  const clock = createMovableClock()
  const newGuid = createGuids({ clock, random: systemRandom })
  const issue = createAccessTokens({
    clock,
    newGuid,
    region: nam,
    keyring: { signing: () => key },
    algorithm: 'EdDSA',
    lifetimeSeconds: 3600,
  })
  const client = { id: newGuid(), account: { id: 1 } } as Client
  for (const scope of ['openid:read', 'globalpci openids', 'globalpci xopenid profile']) {
    const { aud } = readJwt(await issue({ client, scope })).claims
    assert.equal(aud, nam.apiUrl, scope)
  }
})
