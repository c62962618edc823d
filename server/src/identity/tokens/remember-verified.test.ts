import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../../base/clock.ts'
import type { Keyring } from '../keys/keyring.ts'
import { rememberVerified } from './remember-verified.ts'
import type { AccessToken } from './verify-access-token.ts'

/** What verifies the token 'good', which expires in a second, and nothing else. */
function startVerifying() {
  const clock = createMovableClock()
  const token = { expiresAt: clock.now() + 1000 } as AccessToken
  const verified: string[] = []
  let generation = 1
  const verify = rememberVerified({
    async verify(text) {
      verified.push(text)
      return text === 'good' ? token : 'invalid'
    },
    keyring: { generation: () => generation } as Keyring,
    clock,
  })
  return {
    clock,
    token,
    verified,
    verify,
    changeKeys() {
      generation += 1
    },
  }
}

test('a token is verified once, and known until it expires', async () => {
  const { clock, token, verified, verify } = startVerifying()
  assert.equal(await verify('good'), token)
  await clock.advance(999)
  assert.equal(await verify('good'), token)
  await clock.advance(1)
  assert.equal(await verify('good'), 'expired')
  assert.deepEqual(verified, ['good'])
})

test('when a key has left the keyring it is verified again', async () => {
  const { verified, verify, changeKeys } = startVerifying()
  await verify('good')
  changeKeys()
  await verify('good')
  assert.deepEqual(verified, ['good', 'good'])
})

test('what is invalid stays invalid, and takes no memory', async () => {
  const { verified, verify } = startVerifying()
  assert.deepEqual([await verify('bad'), await verify('bad')], ['invalid', 'invalid'])
  assert.deepEqual(verified, ['bad', 'bad'])
})
