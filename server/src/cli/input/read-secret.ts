import { Refused } from '../refused.ts'
import { askTwice, type PasswordSource, readPiped } from './read-password.ts'

/**
 * Comes by a secret that somebody else has made: typed at a terminal without an echo, twice; or the one line that is
 * piped in. Never an argument, which every process of the machine can read.
 *
 * @throws {Refused} when it may not be taken.
 */
export type ReadSecret = (name: string) => Promise<string>

const maxCharacters = 4096

/** @param prompts where a person at a terminal is asked. */
export function createReadSecret({
  source,
  prompts,
}: {
  readonly source: PasswordSource
  readonly prompts: NodeJS.WritableStream
}): ReadSecret {
  return async (name) => {
    const secret = source.isTTY
      ? await askTwice(source, prompts, `Secret ${name}`)
      : await readPiped(source, 'secret')
    if (secret === '') throw new Refused('No secret was given. Nothing was changed.')
    requireSecret(secret)
    return secret
  }
}

/** @throws {Refused} when it may not be taken. */
export function requireSecret(secret: string): void {
  if (secret.length > maxCharacters)
    throw new Refused(`The secret is too long. The limit is ${maxCharacters} characters.`)
  if (/\p{Cc}/u.test(secret) || !secret.isWellFormed())
    throw new Refused('The secret contains control characters.')
}
