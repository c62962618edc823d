import { brandOf } from '@tonegate/protocol/card/brand'
import { asAscii } from '@tonegate/protocol/readable-digits'

/** A field of digits as it is shown. */
export interface DigitFormat {
  /** The digits of what somebody typed, pasted or had filled in, as ASCII has them; no more than the field takes. */
  digitsOf(text: string): string
  /** @param growing whether a digit has just been added: then the separator that follows is there at once. */
  show(digits: string, growing: boolean): string
}

/** A text field, and where its caret stands. */
export interface Shown {
  readonly text: string
  readonly caret: number
}

/** The digits of a text in whatever script, as ASCII has them. */
const onlyDigits = (text: string): string => asAscii(text).text.replace(/\D/g, '')

/** A card number in groups, as it is printed on cards of its brand. */
export const cardNumberFormat: DigitFormat = {
  digitsOf(text) {
    const digits = onlyDigits(text)
    return digits.slice(0, brandOf(digits.slice(0, 8))?.lengths.at(-1) ?? 19)
  },
  show(digits) {
    const groups = groupsOf(digits)
    const ends = groups.map((_, index) => groups.slice(0, index + 1).reduce((sum, size) => sum + size, 0))
    return groups
      .map((size, index) => digits.slice((ends[index] ?? 0) - size, ends[index]))
      .filter((group) => group !== '')
      .join(' ')
  },
}

function groupsOf(digits: string): readonly number[] {
  const brand = brandOf(digits.slice(0, 8))?.name
  if (brand === 'american-express') return [4, 6, 5]
  if (brand === 'diners-club' && digits.length <= 14) return [4, 6, 4]
  return [4, 4, 4, 4, 4]
}

/**
 * An expiry as `MM / YY`. A month that can have but one digit gets its zero; of a year that is written with four
 * digits two stay, as soon as the fourth is there.
 */
export const expiryFormat: DigitFormat = {
  digitsOf(typed) {
    const { text } = asAscii(typed)
    const [, isoYear, isoMonth] = /^\s*20(\d\d)-(\d\d)\s*$/.exec(text) ?? []
    if (isoYear && isoMonth) return isoMonth + isoYear
    const digits = onlyDigits(text.replace(/^\D*([1-9])(?=\s*[/.-])/, '0$1'))
    const whole = /^[2-9]/.test(digits) ? `0${digits}` : digits
    const [, month, year] = /^(\d\d)20(\d\d)$/.exec(whole) ?? []
    if (month && year) return month + year
    return /^\d\d20\d$/.test(whole) ? whole : whole.slice(0, 4)
  },
  show(digits, growing) {
    if (digits.length < 2 || (digits.length === 2 && !growing)) return digits
    return `${digits.slice(0, 2)} / ${digits.slice(2)}`
  },
}

/** A security code, of so many digits as the brand has. */
export const securityCodeFormat = (length: () => number): DigitFormat => ({
  digitsOf: (text) => onlyDigits(text).slice(0, length()),
  show: (digits) => digits,
})

/**
 * What a field shows after it was typed into, with the caret behind the same digit as before. Deleting a separator
 * deletes the digit beyond it.
 *
 * @param before the digits that the field held.
 * @param inputType as `InputEvent` names it.
 */
export function reformat(
  { text, caret }: Shown,
  {
    format,
    before,
    inputType,
  }: { readonly format: DigitFormat; readonly before: string; readonly inputType: string },
): Shown & { readonly digits: string } {
  const typed = inputType.startsWith('delete') ? onlyDigits(text) : format.digitsOf(text)
  const added = typed.length - onlyDigits(text).length
  const behind = Math.max(0, onlyDigits(text.slice(0, caret)).length + Math.max(0, added))
  if (inputType.startsWith('deleteContent') && typed === before) {
    const at = inputType === 'deleteContentForward' ? behind : behind - 1
    return shown(typed.slice(0, Math.max(0, at)) + typed.slice(at + 1), Math.max(0, at), format, false)
  }
  return shown(typed, Math.min(behind, typed.length), format, typed.length > before.length)
}

function shown(
  digits: string,
  behind: number,
  format: DigitFormat,
  growing: boolean,
): Shown & { readonly digits: string } {
  const text = format.show(digits, growing)
  return { text, digits, caret: behind === digits.length ? text.length : afterDigit(text, behind) }
}

function afterDigit(text: string, count: number): number {
  let caret = 0
  for (let seen = 0; seen < count && caret < text.length; caret += 1) {
    if (/\d/.test(text[caret] ?? '')) seen += 1
  }
  return caret
}
