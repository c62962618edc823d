import { hash } from 'node:crypto'
import type { Derivation, Derive } from './hash-password.ts'
import { createPasswordHashing } from './password-hashing.ts'

/** For the tests that are not about Argon2: derives at once, from all that Argon2 derives from. */
const deriveQuickly: Derive = async (derivation) => {
  const tag = quickTag(derivation)
  derivation.message.fill(0)
  return tag
}

/** Depends on all that Argon2 depends on. */
export function quickTag({ nonce, tagLength, ...rest }: Derivation): Uint8Array {
  const text = JSON.stringify([Buffer.from(nonce).toString('hex'), tagLength, rest])
  return new Uint8Array(hash('sha512', text, 'buffer').subarray(0, tagLength))
}

/** What an identity server hashes by in such a test. */
export const quickHashing = () => ({
  derive: deriveQuickly,
  passwordHashing: createPasswordHashing({
    startThread: () => ({ derive: deriveQuickly, close: async () => {} }),
  }),
})
