import { maskCardNumbers } from '../base/redaction/find-card-number.ts'
import type { Actor } from '../base/request-scope.ts'
import { readName } from './names.ts'
import { Refused } from './refused.ts'

/** What a process knows of whoever runs it. */
export interface OperatorSources {
  /** The operating-system user, before `sudo` where it was used; `undefined` where there is no such name. */
  readonly login: string | undefined
  /** `TONEGATE_OPERATOR`. */
  readonly named: string | undefined
}

/** Names that many people may share, so that they say nothing of who it was. */
const nobodys: ReadonlySet<string> = new Set(['root', 'nobody', 'daemon', 'tonegate', 'node'])

/**
 * Who gives a command: the operating-system user, whatever else they call themselves, and the person’s name where it is
 * said by `--as` or `TONEGATE_OPERATOR`.
 *
 * @throws {WrongUsage} when the name is none.
 */
export function operatorOf({ login, named }: OperatorSources, as: string | undefined): Actor {
  const given = as ?? named
  return {
    kind: 'operator',
    ...(login !== undefined && { id: login }),
    ...(given !== undefined && { name: readName(as === undefined ? 'TONEGATE_OPERATOR' : '--as', given) }),
  }
}

/**
 * Where money is given back, the audit log has to name a person.
 *
 * @throws {Refused} when nobody can be told from the operating-system user, and no name was given.
 */
export function requirePerson({ id, name }: Actor): void {
  if (name !== undefined || (id !== undefined && !nobodys.has(id))) return
  const who = id === undefined ? 'an unknown user' : `the user ‘${maskCardNumbers(id)}’, which may be anybody`
  throw new Refused(
    `A refund is written to the audit log with the name of the one who orders it, and this command runs as ${who}. ` +
      'Say who you are: add --as "Your Name", or set TONEGATE_OPERATOR.',
  )
}
