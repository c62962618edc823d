import { Problem, type WrongMember } from '../../base/problem.ts'
import { holdsCardNumber } from '../../base/redaction/find-card-number.ts'
import { hasControlCharacters, hasLineBreaks } from '../../base/text/line-breaks.ts'

/**
 * Refuses what something is called that cannot be kept, or be found again: it is stored, and shown to agents.
 *
 * @param names by where they stand in the body; null where there is none.
 * @throws {Problem} `invalid-request`, which says nothing of the text itself.
 */
export function refuseWrongNames(names: Readonly<Record<string, string | null>>): void {
  const errors: WrongMember[] = Object.entries(names).flatMap(([path, name]) => {
    const message = name === null ? undefined : faultIn(name)
    return message === undefined ? [] : [{ path, message }]
  })
  if (errors.length === 0) return
  const detail = errors.map(({ path, message }) => `${path} ${message}`).join('; ')
  throw new Problem('invalid-request', `The request is not valid: ${detail}.`, { errors })
}

function faultIn(name: string): string | undefined {
  if (holdsCardNumber(name)) return 'contains a card number'
  if (hasControlCharacters(name) || hasLineBreaks(name)) return 'contains control characters'
  return name.isWellFormed() ? undefined : 'is not well-formed Unicode'
}
