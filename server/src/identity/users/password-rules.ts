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
  if (Buffer.byteLength(password) > maxBytes) return `The password has more than ${maxBytes} bytes.`
  if (!password.isWellFormed()) return 'The password is not well-formed Unicode.'
  if ([...password.normalize('NFKC')].length < minCharacters) {
    return `The password has fewer than ${minCharacters} characters.`
  }
  if (canonicalUsername(password) === canonicalUsername(username)) return 'The password is the username.'
  return undefined
}
