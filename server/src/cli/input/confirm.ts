import { Refused } from '../refused.ts'

/** The option of whatever cannot be undone. */
export const yes = { help: 'do it; without, it only says what it would do' }

/** @throws {Refused} when the operator has not said yes. */
export function requireYes(given: { readonly yes: boolean }, what: string): void {
  if (!given.yes) throw new Refused(`${what}, and that cannot be undone. Add --yes to do it.`)
}
