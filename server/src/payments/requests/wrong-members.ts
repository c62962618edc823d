import { Problem, type WrongMember } from '../../base/problem.ts'
import { holdsCardNumber } from '../../base/redaction/find-card-number.ts'
import { hasControlCharacters, hasLineBreaks } from '../../base/text/line-breaks.ts'

const cardNumber = 'contains a card number'
const controlCharacters = 'contains control characters'

/** Why a text cannot be kept as it is. Tabs and line breaks are text, as in an address of several lines. */
export function faultIn(text: string): string | undefined {
  if (holdsCardNumber(text)) return cardNumber
  if (hasControlCharacters(text)) return controlCharacters
  if (!text.isWellFormed()) return 'is not well-formed Unicode'
  return
}

/** The same of what something is called or found by, which is on one line. */
export const faultInName = (name: string): string | undefined =>
  faultIn(name) ?? (hasLineBreaks(name) ? controlCharacters : undefined)

/** @param faults as {@link faultIn} has found them; a card number among them is all that is said. */
export function refusal(faults: readonly WrongMember[]): Problem {
  const cards = faults.filter(({ message }) => message === cardNumber)
  return cards.length > 0 ? cardDataRefused(cards.map(({ path }) => path)) : invalidMembers(faults)
}

/** @param paths of the members that hold a card number. */
export function cardDataRefused(paths: readonly string[]): Problem {
  const each = [...new Set(paths)]
  return new Problem(
    'card-data-refused',
    `These members contain card numbers, which are not allowed: ${each.join(', ')}. Nothing was stored.`,
    {
      errors: each.map((path) => ({ path, message: cardNumber })),
    },
  )
}

/** @param errors each wrong member, by a path that is fit to be sent back. */
export function invalidMembers(errors: readonly WrongMember[]): Problem {
  const first = errors.slice(0, 5).map(({ path, message }) => `${path} ${message}`)
  const more = errors.length > first.length ? [`and ${errors.length - first.length} more`] : []
  return new Problem('invalid-request', `The request is not valid: ${[...first, ...more].join('; ')}.`, {
    errors,
  })
}
