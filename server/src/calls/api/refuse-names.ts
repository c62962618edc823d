import { Problem, type WrongMember } from '../../base/problem.ts'
import { holdsCardNumber } from '../../base/redaction/find-card-number.ts'
import { hasControlCharacters, hasLineBreaks } from '../../base/text/line-breaks.ts'

/** By where they stand in the body; null where there is none. */
type Names = Readonly<Record<string, string | null>>

/**
 * Refuses what something is called that cannot be kept, or be found again: it is stored, and shown to agents. Names that
 * machines make (a SIP Call-ID, a tag) have digits by chance, which now and then are those of a card number.
 *
 * @throws {Problem} `invalid-request`, which says nothing of the text itself.
 */
export function refuseWrongNames({
  byPeople,
  byMachines,
}: {
  readonly byPeople: Names
  readonly byMachines: Names
}): void {
  const errors = [
    ...faultsIn(byPeople, cardIn),
    ...faultsIn(byPeople, faultIn),
    ...faultsIn(byMachines, faultIn),
  ]
  if (errors.length === 0) return
  const detail = errors.map(({ path, message }) => `${path} ${message}`).join('; ')
  throw new Problem('invalid-request', `The request is not valid: ${detail}.`, { errors })
}

function faultsIn(names: Names, look: (name: string) => string | undefined): readonly WrongMember[] {
  return Object.entries(names).flatMap(([path, name]) => {
    const message = name === null ? undefined : look(name)
    return message === undefined ? [] : [{ path, message }]
  })
}

const cardIn = (name: string) => (holdsCardNumber(name) ? 'contains a card number' : undefined)

function faultIn(name: string): string | undefined {
  if (hasControlCharacters(name) || hasLineBreaks(name)) return 'contains control characters'
  return name.isWellFormed() ? undefined : 'is not well-formed Unicode'
}
