import { WrongUsage } from './refused.ts'

const maxCharacters = 100
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u

/**
 * A name as it is kept: in one Unicode form, without white space around it.
 *
 * @param what it names, in the words of the complaint: `--display-name`.
 * @throws {WrongUsage} when it is empty, long, or holds what cannot be seen.
 */
export function readName(what: string, text: string): string {
  const name = text.normalize('NFC').trim()
  if (name === '') throw new WrongUsage(`${what} is empty.`)
  if ([...name].length > maxCharacters) {
    throw new WrongUsage(`${what} is too long. The limit is ${maxCharacters} characters.`)
  }
  if (unseen.test(name) || !name.isWellFormed()) {
    throw new WrongUsage(`${what} contains invisible characters.`)
  }
  return name
}

/** A name that people type to sign in: without white space. @throws {WrongUsage} as {@link readName}. */
export function readUsername(text: string): string {
  const username = readName('The username', text)
  if (/\s/u.test(username)) throw new WrongUsage('A username must not contain spaces.')
  return username
}
