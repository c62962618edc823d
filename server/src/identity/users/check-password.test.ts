import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemRandom } from '../../base/random.ts'
import { checkPassword } from './check-password.ts'
import { type Derivation, hashPassword } from './hash-password.ts'
import { createPasswordHashing } from './password-hashing.ts'
import { quickTag } from './test-hashing.ts'

const password = 'correct horse battery'
const derive = async (derivation: Derivation) => quickTag(derivation)
const kept = await hashPassword(password, systemRandom, derive)
const [, , , , salt = '', tag = ''] = kept.split('$')
const withSettings = (settings: string) => `$argon2id$v=19$${settings}$${salt}$${tag}`

test('a password is right for its own hash and no other', async () => {
  assert.equal(await checkPassword(password, kept, derive), 'right')
  assert.equal(await checkPassword(`${password} `, kept, derive), 'wrong')
  assert.equal(await checkPassword(password, await hashPassword('x', systemRandom, derive), derive), 'wrong')
  assert.equal(await checkPassword(password, undefined, derive), 'wrong')
})

test('a password is checked by Argon2id as RFC 9106 has it', async () => {
  const real = await hashPassword(password, systemRandom)
  const hashing = createPasswordHashing()
  assert.equal(await checkPassword(password, real, hashing.derive), 'right')
  assert.equal(await checkPassword(password.toUpperCase(), real, hashing.derive), 'wrong')
  await hashing.close()
})

const unreadable: readonly (readonly [string, string])[] = [
  ['nothing', ''],
  ['another scheme', kept.replace('argon2id', 'argon2i')],
  ['another version', kept.replace('v=19', 'v=16')],
  ['settings in another order', withSettings('t=2,m=19456,p=1')],
  ['a setting more', withSettings('m=19456,t=2,p=1,keyid=x')],
  ['a zero in front', withSettings('m=019456,t=2,p=1')],
  ['64 GiB', withSettings('m=67108864,t=2,p=1')],
  ['more than 64 MiB', withSettings('m=65537,t=2,p=1')],
  ['eleven passes', withSettings('m=19456,t=11,p=1')],
  ['five lanes', withSettings('m=19456,t=2,p=5')],
  ['less memory than its lanes need', withSettings('m=31,t=2,p=4')],
  ['no pass', withSettings('m=19456,t=0,p=1')],
  ['padding', `${kept}=`],
  ['base64 with bits that mean nothing', `${kept.slice(0, -1)}${nextLetter(kept.at(-1) ?? '')}`],
  ['a tag of fifteen bytes', kept.replace(tag, Buffer.alloc(15, 1).toString('base64'))],
  ['a salt of seven bytes', kept.replace(salt, 'AAAAAAAAAA')],
  ['white space around it', ` ${kept}`],
  ['a line after it', `${kept}\n`],
]

for (const [what, text] of unreadable) {
  test(`a kept password with ${what} is none, and costs the hash of a usual one`, async () => {
    const derivations: Derivation[] = []
    const counted = async (derivation: Derivation) => {
      derivations.push(derivation)
      return quickTag(derivation)
    }
    assert.equal(await checkPassword(password, text, counted), 'unreadable')
    assert.equal(derivations.length, 1)
    assert.equal(derivations[0]?.memory, 19_456)
    assert.equal(derivations[0]?.passes, 2)
  })
}

/** The letter whose five or six bits differ in the last one. */
function nextLetter(letter: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  return letters[letters.indexOf(letter) ^ 1] ?? ''
}
