import { readFileSync, statfsSync, statSync } from 'node:fs'
import { type Clock, systemClock } from '../../base/clock.ts'
import { type Got, get } from './get.ts'

/** What the checks ask of the machine that they run on. */
export interface Machine {
  readonly clock: Clock
  readonly nodeVersion: string
  /** The number of the user that this process runs as; undefined where the system has none. */
  readonly uid: number | undefined
  /** Undefined: it is not there, or nobody may look at it. */
  stat(path: string): { readonly uid: number; readonly mode: number } | undefined
  /** Bytes that this user may still write there; undefined where that cannot be told. */
  freeBytes(path: string): number | undefined
  /** A small file of the system, such as `/proc/swaps`; undefined where there is none. */
  readSystem(path: string): string | undefined
  /** Asks an address. It does not throw. */
  get(url: string, headers?: Readonly<Record<string, string>>): Promise<Got>
}

export const thisMachine: Machine = {
  clock: systemClock,
  nodeVersion: process.versions.node,
  uid: process.getuid?.(),
  stat: (path) => orNothing(() => statSync(path)),
  freeBytes: (path) =>
    orNothing(() => {
      const { bavail, bsize } = statfsSync(path)
      return bavail * bsize
    }),
  readSystem: (path) => orNothing(() => readFileSync(path, 'utf8')),
  get,
}

function orNothing<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch {
    return undefined
  }
}
