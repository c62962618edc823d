import type { WrongMember } from '../../base/problem.ts'
import type { AdminContext } from '../command.ts'
import { Refused, WrongUsage } from '../refused.ts'

/** One object of a document, and what has to be done so that it is as declared. */
export interface Step {
  readonly kind:
    | 'account'
    | 'secret'
    | 'webhook secret'
    | 'gateway'
    | 'configuration'
    | 'client'
    | 'user'
    | 'platform'
    | 'provider client'
    | 'provider flow'
  readonly account: string
  readonly name: string
  readonly done: 'create' | 'change' | 'nothing'
  /** The names of the members that differ. */
  readonly changed?: readonly string[]
  /**
   * Does it. @returns what is shown only once.
   *
   * @param accountId of the account, which may have been made by a step before.
   */
  run?(accountId: number): Promise<Readonly<Record<string, string>> | undefined>
}

/** An account as the document declares it, while its steps are found out. */
export interface Planning {
  readonly context: AdminContext
  readonly name: string
  /** Undefined: it is still to be made. */
  readonly id: number | undefined
  /** Where it stands in the document: `/accounts/0`. */
  readonly path: string
  /** What is wrong with the document. */
  readonly faults: WrongMember[]
}

/** What a check of commands refuses is a fault of the document. @returns undefined where it is refused. */
export function checked<T>(faults: WrongMember[], path: string, check: () => T): T | undefined {
  try {
    return check()
  } catch (error) {
    if (!(error instanceof WrongUsage || error instanceof Refused || error instanceof TypeError)) throw error
    faults.push({ path, message: error.message.replaceAll(/(^|\s)--/g, '$1') })
    return undefined
  }
}

/** Each name stands there once. */
export function refuseTwice(faults: WrongMember[], path: string, names: readonly string[]): void {
  const kept = names.map((name) => name.normalize('NFC').trim())
  for (const [index, name] of kept.entries())
    if (kept.indexOf(name) < index)
      faults.push({ path: `${path}/${index}`, message: `is there twice: ${name}` })
}

/** What is wrong with something that stands at a path of the document. */
export const faultsBelow = (path: string, faults: readonly WrongMember[]): readonly WrongMember[] =>
  faults.map((each) => ({ ...each, path: `${path}${each.path === '/' ? '' : each.path}` }))
