import { execFileSync } from 'node:child_process'
import { Refused } from '../../cli/refused.ts'

/** Whose a file is. */
export interface Owner {
  readonly uid: number
  readonly gid: number
}

/**
 * A user of this machine, to whom files are to be given.
 *
 * @throws {Refused} where there is none of that name, or this process may give nothing away.
 */
export function ownerNamed(name: string): Owner {
  if (process.getuid?.() !== 0)
    throw new Refused('Only root can give files to another user. Leave out --user, or run it as root.')
  try {
    if (!/^[A-Za-z0-9_][\w.-]*$/.test(name)) throw new Error('id would take it for an option')
    return { uid: idOf('-u', name), gid: idOf('-g', name) }
  } catch {
    throw new Refused(
      `This machine has no user '${name}'. Create it: useradd --system --shell /usr/sbin/nologin ${name}`,
    )
  }
}

const idOf = (which: '-u' | '-g', name: string): number =>
  Number(execFileSync('id', [which, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
