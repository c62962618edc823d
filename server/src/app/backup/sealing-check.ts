import { NotSealedHere, type Sealer } from '../../base/seal.ts'
import type { CopiedTable, Row } from '../../store/backup/rows.ts'
import type { SealedColumn } from '../../store/reseal.ts'

/** Names a sealing key, and tells nothing of it: a part of an HMAC under a key that follows from it. */
export const fingerprintsOf = (sealer: Pick<Sealer, 'derivations'>): readonly string[] =>
  sealer.derivations('fingerprint').map((derived) => derived.subarray(0, 8).toString('hex'))

/** Whether what a database holds sealed opens under the keys that are listed. */
export interface SealingCheck {
  look(table: CopiedTable, rows: readonly Row[]): void
  /** The kinds of which something does not open. */
  unopened(): readonly string[]
  /** Whether something is sealed, and nothing of it opens: the keys are those of other data. */
  opensNothing(): boolean
}

/** @param most so many values of each column are opened. */
export function createSealingCheck(
  sealer: Pick<Sealer, 'open'>,
  columns: readonly SealedColumn[],
  most = Number.POSITIVE_INFINITY,
): SealingCheck {
  const unopened = new Set<string>()
  const looked = new Map<SealedColumn, number>()
  let opened = 0
  return {
    look(table, rows) {
      for (const column of columns.filter((each) => each.table === table.name)) {
        const at = table.columns.indexOf(column.column)
        for (const row of rows) {
          const count = looked.get(column) ?? 0
          if (count >= most) break
          if (row[at] === null || row[at] === undefined) continue
          looked.set(column, count + 1)
          if (opens(sealer, column, asObject(table, row))) opened += 1
          else unopened.add(column.what)
        }
      }
    },
    unopened: () => [...unopened],
    opensNothing: () => opened === 0 && unopened.size > 0,
  }
}

const asObject = ({ columns }: CopiedTable, row: Row): Readonly<Record<string, unknown>> =>
  Object.fromEntries(columns.map((name, at) => [name, row[at]]))

/** A value that cannot be read at all says nothing about the keys. */
function opens(
  sealer: Pick<Sealer, 'open'>,
  column: SealedColumn,
  row: Readonly<Record<string, unknown>>,
): boolean {
  const reseal = (purpose: string, sealed: Uint8Array): undefined => {
    sealer.open(purpose, sealed).fill(0)
  }
  try {
    column.reseal(row, { reseal })
    return true
  } catch (error) {
    return !(error instanceof NotSealedHere)
  }
}
