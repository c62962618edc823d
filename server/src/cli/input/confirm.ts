import { Refused } from '../refused.ts'

/** The option of whatever cannot be undone. */
export const yes = { help: 'confirm; without it the command only shows what it would do' }

/** @throws {Refused} when the operator has not said yes. */
export function requireYes(given: { readonly yes: boolean }, what: string): void {
  if (!given.yes) throw new Refused(`${what}. This cannot be undone. Add --yes to confirm.`)
}
