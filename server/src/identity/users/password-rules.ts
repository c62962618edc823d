import { canonicalUsername } from './find-user.ts'

const minCharacters = 12
const maxBytes = 1024

/**
 * What keeps a password that a person chose from being taken, in words for that person (NIST SP 800-63B §3.1.1.2):
 * its length counts, and no mixture of kinds of characters is asked for.
 *
 * @returns `undefined` when it may be taken.
 */
export function passwordFault(password: string, username: string): string | undefined {
  if (Buffer.byteLength(password) > maxBytes)
    return `The password is too long. The limit is ${maxBytes} bytes.`
  if (!password.isWellFormed()) return 'The password is not well-formed Unicode.'
  if ([...password.normalize('NFKC')].length < minCharacters) {
    return `The password is too short. It must have at least ${minCharacters} characters.`
  }
  if (canonicalUsername(password) === canonicalUsername(username))
    return 'The password must differ from the username.'
  return undefined
}
