import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import type { SigningKey } from '../keys/signing-keys.ts'
import { signJwt } from './sign-jwt.ts'

test('what cannot be signed is an error for who asked, and nothing else ends', async () => {
  const { privateKey } = generateKeyPairSync('ed25519')
  // A key of another kind than its algorithm: OpenSSL finds that out on its own thread.
  const key = { kid: 'damaged', algorithm: 'ES256', privateKey } as SigningKey
  await assert.rejects(signJwt(key, 'JWT', {}), Error)
})
