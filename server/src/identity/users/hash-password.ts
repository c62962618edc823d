import { argon2 } from 'node:crypto'
import type { Random } from '../../base/random.ts'

/** What OWASP's Password Storage Cheat Sheet asks of Argon2id: 19 MiB, two passes, one lane. */
const memoryKibibytes = 19_456
const passes = 2
const parallelism = 1

/**
 * Hashes a person's password with Argon2id (RFC 9106), off the main thread, into the PHC string form:
 * `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. The same password typed in another Unicode form hashes alike.
 */
export function hashPassword(password: string, random: Random): Promise<string> {
  const salt = random(16)
  const parameters = {
    message: password.normalize('NFKC'),
    nonce: salt,
    parallelism,
    tagLength: 32,
    memory: memoryKibibytes,
    passes,
  }
  return new Promise((resolve, reject) => {
    argon2('argon2id', parameters, (error, tag) => {
      if (error) return reject(error)
      const settings = `m=${memoryKibibytes},t=${passes},p=${parallelism}`
      resolve(`$argon2id$v=19$${settings}$${unpadded(salt)}$${unpadded(tag)}`)
    })
  })
}

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '')
