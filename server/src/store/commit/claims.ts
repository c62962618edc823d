import type { CompiledStatement } from '../store.ts'

/** Which operation of a transaction reads what it goes on by. */
export interface Claims<Operation> {
  /** Whether a statement may be run now. What it reads is its operation's from then on, until that is over. */
  take(operation: Operation, statement: CompiledStatement): boolean
  /** The operation is over. */
  release(operation: Operation): void
}

/**
 * Operations that share a transaction run side by side, and no lock of the engine keeps them apart. What one reads in it,
 * to go on by, none of the others may change or read before it is over: table by table, since it is for a few milliseconds.
 */
export function createClaims<Operation>(): Claims<Operation> {
  const holders = new Map<string, Operation>()
  const isOthers = (operation: Operation, table: string) => {
    const holder = holders.get(table)
    return holder !== undefined && holder !== operation
  }
  return {
    take(operation, { reads = [], writes }) {
      if ([...reads, ...(writes ?? holders.keys())].some((table) => isOthers(operation, table))) return false
      for (const table of reads) holders.set(table, operation)
      return true
    },
    release(operation) {
      for (const [table, holder] of holders) if (holder === operation) holders.delete(table)
    },
  }
}
