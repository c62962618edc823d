import { holdsCardNumber } from '../base/find-card-number.ts'
import { Problem, type WrongMember } from '../base/problem.ts'

const cardNumber = 'holds a card number'

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controlCharacters = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/

/** Why a text or a number cannot be kept as it is. */
export function faultIn(value: string | number): string | undefined {
  if (typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER) {
    return 'has too many digits for a JSON number; send it as a text'
  }
  const text = String(value)
  if (holdsCardNumber(text)) return cardNumber
  if (controlCharacters.test(text)) return 'has control characters'
  if (!text.isWellFormed()) return 'is not well-formed Unicode'
  return
}

/** @param faults as {@link faultIn} has found them; a card number among them is all that is said. */
export function refusal(faults: readonly WrongMember[]): Problem {
  const cards = faults.filter(({ message }) => message === cardNumber)
  return cards.length > 0 ? cardDataRefused(cards.map(({ path }) => path)) : invalidMembers(faults)
}

/** @param paths of the members that hold a card number. */
export function cardDataRefused(paths: readonly string[]): Problem {
  const each = [...new Set(paths)]
  return new Problem('card-data-refused', `Card numbers do not belong here: ${each.join(', ')}.`, {
    errors: each.map((path) => ({ path, message: cardNumber })),
  })
}

/** @param errors each wrong member, by a path that is fit to be sent back. */
export function invalidMembers(errors: readonly WrongMember[]): Problem {
  const first = errors.slice(0, 5).map(({ path, message }) => `${path} ${message}`)
  const more = errors.length > first.length ? [`and ${errors.length - first.length} more`] : []
  return new Problem('invalid-request', `The request is not valid: ${[...first, ...more].join('; ')}.`, {
    errors,
  })
}
