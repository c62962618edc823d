import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { calculateJwkThumbprint, type JWK } from 'jose'
import { startIdentity } from '../test-identity.ts'
import { assertionAlgorithms, readPublicKeys } from './public-keys.ts'
import { newKey } from './test-assertions.ts'

const jwkOf = (key: { export(options: { format: 'jwk' }): unknown }) => key.export({ format: 'jwk' }) as JWK

for (const algorithm of assertionAlgorithms) {
  test(`of a key for ${algorithm} the public members are kept, its algorithm and its kid (RFC-53)`, async () => {
    const { publicJwk } = newKey(algorithm, 'mine')
    const given = { ...publicJwk, use: 'sig', x5u: 'https://evil.example/', note: 'mine' }
    const [kept, ...others] = readPublicKeys([given])
    assert.equal(others.length, 0)
    assert.deepEqual(kept, { ...publicJwk, kid: 'mine', alg: algorithm, use: 'sig' })
    assert.deepEqual(readPublicKeys([kept ?? {}]), [kept])
  })
}

test('a key without alg and kid gets the algorithm of its kind and its thumbprint (RFC-53)', async () => {
  for (const [algorithm, expected] of [
    ['ES256', 'ES256'],
    ['EdDSA', 'EdDSA'],
    ['PS256', 'RS256'],
  ] as const) {
    const { alg: _, ...publicJwk } = newKey(algorithm).publicJwk
    const [kept] = readPublicKeys([publicJwk as JWK])
    assert.equal(kept?.alg, expected)
    assert.equal(kept?.kid, await calculateJwkThumbprint(publicJwk as JWK))
  }
})

const ec = newKey('ES256', 'ec')
const rsaOf = (modulusLength: number) => jwkOf(generateKeyPairSync('rsa', { modulusLength }).publicKey)

const refusals: readonly (readonly [string, readonly JWK[]])[] = [
  ['a private key', [jwkOf(ec.privateKey)]],
  ['a private RSA key', [jwkOf(newKey('RS256').privateKey)]],
  ['a shared secret', [{ kty: 'oct', k: 'c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0' }]],
  ['RSA of 1024 bits', [rsaOf(1024)]],
  ['RSA of 2047 bits', [rsaOf(2047)]],
  ['P-384', [jwkOf(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey)]],
  ['secp256k1', [jwkOf(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey)]],
  ['X25519', [jwkOf(generateKeyPairSync('x25519').publicKey)]],
  ['Ed448', [jwkOf(generateKeyPairSync('ed448').publicKey)]],
  ['a point that is not on the curve', [{ ...ec.publicJwk, y: ec.publicJwk.x ?? '' }]],
  ['an algorithm of another kind', [{ ...ec.publicJwk, alg: 'RS256' }]],
  ['an algorithm that is not taken', [{ ...ec.publicJwk, alg: 'HS256' }]],
  ['alg none', [{ ...ec.publicJwk, alg: 'none' }]],
  ['a key for encryption', [{ ...ec.publicJwk, use: 'enc' }]],
  ['an empty kid', [{ ...ec.publicJwk, kid: '' }]],
  ['a long kid', [{ ...ec.publicJwk, kid: 'x'.repeat(201) }]],
  ['one kid for two keys', [ec.publicJwk, newKey('ES256', 'ec').publicJwk]],
  ['one key by two kids', [ec.publicJwk, { ...ec.publicJwk, kid: 'again' }]],
  ['nothing of a key', [{}]],
  ['eleven keys', Array.from({ length: 11 }, (_, index) => newKey('EdDSA', `${index}`).publicJwk)],
]

for (const [what, keys] of refusals) {
  test(`${what} cannot be registered (RFC-53)`, () => {
    assert.throws(() => readPublicKeys(keys), TypeError)
  })
}

test('a client with keys gets no secret, and cannot be public or bring one (RFC-46)', async (t) => {
  const { createClient, identity } = await startIdentity(t)
  const publicKeys = [ec.publicJwk]
  const { clientId, clientSecret } = await createClient({ publicKeys })
  assert.equal(clientSecret, null)
  assert.equal((await identity.clients.secrets.add(clientId)).outcome, 'has-no-secrets')
  await assert.rejects(createClient({ publicKeys, clientSecret: 'S'.repeat(40) }), TypeError)
  await assert.rejects(createClient({ publicKeys, clientType: 'public', flows: [] }), TypeError)
  await assert.rejects(createClient({ publicKeys: [jwkOf(ec.privateKey)] }), /Register only the public key/)
  await assert.rejects(identity.clients.edit(clientId, { publicKeys: [jwkOf(ec.privateKey)] }), TypeError)
})
