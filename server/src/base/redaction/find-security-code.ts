import { asAscii } from '@tonegate/protocol/readable-digits'

/**
 * Whether a value says that it is a card's security code: by its name, or by a name inside of it (`cvv=123`). Only three
 * or four digits are one, of whatever script: what a bank says of a code (`cvcResult`, `M`) stays.
 *
 * @param name as programs write it: `cvv2`, `Card.SecurityCode`.
 */
export const holdsSecurityCode = (name: string, value: string): boolean =>
  (names.test(name) && /^\D*\d{3,4}\D*$/u.test(asAscii(value).text)) ||
  asAscii(value).text.search(labelled) >= 0

/** A text with the security codes in it that are called so as stars. */
export function maskSecurityCodes(original: string): string {
  const { text, origin } = asAscii(original)
  let masked = ''
  let done = 0
  for (const { 0: found, 2: code = '', index } of text.matchAll(labelled)) {
    const end = index + found.length
    masked += original.slice(done, origin(end - code.length)) + '*'.repeat(code.length)
    done = origin(end)
  }
  return masked + original.slice(done)
}

const names =
  /(?:cvv2?|cvc2?|cvn2?|cvd2?|csc|cav2|(?:security|card|verification|validation)[^a-z]*(?:code|value)|verification[^a-z]*number)$/i

const labelled =
  /(\b(?:card[ _-]?)?(?:cvv2?|cvc2?|cvn2?|cvd2?|csc|cav2|(?:security|card|verification|validation)[ _-]?(?:code|value)|verification[ _-]?number)(?:[\s"'\\:=#>(-]|%3[ad]|%22|is |code |number ){0,8})(?<!\d)(\d{3,4})(?!\d)/gi
