import { asAscii } from '@tonegate/protocol/readable-digits'
import type { Digits } from '../model/digits.ts'

/** Longer texts are not looked at: 19 digits with a separator after each have 37 characters. */
const maxCharacters = 40

const separators = new Set([' ', '-', '/'])

/**
 * Reads digits as people type them into a page, of any script, with spaces, hyphens or a slash between; of bytes,
 * ASCII digits alone.
 *
 * @returns false when there is anything else, or more digits than the field takes.
 */
export function typeInto(digits: Digits, typed: string | Uint8Array): boolean {
  if (typed.length > maxCharacters) return false
  if (typeof typed !== 'string') return typed.every((byte) => digits.push(byte - 0x30))
  for (const character of asAscii(typed).text) {
    if (separators.has(character)) continue
    const digit = character.charCodeAt(0) - 0x30
    if (!digits.push(digit)) return false
  }
  return true
}
