import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { TestContext } from 'node:test'
import { CompactSign, type JWK } from 'jose'
import { startIdentity } from '../test-identity.ts'
import { jwtBearer } from './client-assertion.ts'
import type { NewClient } from './create-client.ts'
import type { assertionAlgorithms } from './public-keys.ts'

type Algorithm = (typeof assertionAlgorithms)[number]
type Members = Readonly<Record<string, unknown>>

/** A key pair of a client; the public half is as it is registered. */
export function newKey(algorithm: Algorithm, kid?: string) {
  const { publicKey, privateKey } = generatePair(algorithm)
  const publicJwk: JWK = {
    ...(publicKey.export({ format: 'jwk' }) as JWK),
    alg: algorithm,
    ...(kid !== undefined && { kid }),
  }
  return { algorithm, publicKey, privateKey, publicJwk }
}

function generatePair(algorithm: Algorithm) {
  switch (algorithm) {
    case 'ES256':
      return generateKeyPairSync('ec', { namedCurve: 'P-256' })
    case 'EdDSA':
      return generateKeyPairSync('ed25519')
    case 'RS256':
    case 'PS256':
      return generateKeyPairSync('rsa', { modulusLength: 2048 })
  }
}

/** Signs claims; members that are `undefined` are left out. */
export function signAssertion(
  claims: Members,
  { key, alg, header = {} }: { readonly key: KeyObject; readonly alg: string; readonly header?: Members },
): Promise<string> {
  return new CompactSign(Buffer.from(JSON.stringify(claims))).setProtectedHeader({ alg, ...header }).sign(key)
}

/** For the tests: an identity server with a client that has a key, and requests that it signs. */
export async function startAssertions(
  t: TestContext,
  {
    algorithm = 'ES256',
    client = {},
  }: { readonly algorithm?: Algorithm; readonly client?: Partial<NewClient> } = {},
) {
  const key = newKey(algorithm, 'first')
  const started = await startIdentity(t, { client: { publicKeys: [key.publicJwk], ...client } })
  const { clock, region, newGuid, clientId, requestToken } = started

  const claimsWith = (changes: Members = {}): Members => {
    const now = Math.floor(clock.now() / 1000)
    const times = { iat: now, exp: now + 60 }
    return { iss: clientId, sub: clientId, aud: region.issuer, jti: newGuid(), ...times, ...changes }
  }
  const sign = (changes: Members = {}, header: Members = {}) =>
    signAssertion(claimsWith(changes), {
      key: key.privateKey,
      alg: algorithm,
      header: { kid: 'first', ...header },
    })

  const parametersWith = (assertion: string) => ({
    client_id: null,
    client_secret: null,
    client_assertion_type: jwtBearer,
    client_assertion: assertion,
  })
  const present = (
    assertion: string,
    changes: Readonly<Record<string, string | null>> = {},
    options: Parameters<typeof requestToken>[1] = {},
  ) => requestToken({ ...parametersWith(assertion), ...changes }, options)

  return { ...started, key, claimsWith, sign, parametersWith, present }
}
