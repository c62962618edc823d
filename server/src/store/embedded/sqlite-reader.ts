import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { CompiledStatement, Connection, ExecutedRows } from '../store.ts'
import { asStoreFailure, StoreUnavailable } from '../store-unavailable.ts'
import { whenUnlocked } from '../when-unlocked.ts'
import { shareTurnReads } from './turn-reads.ts'

interface Prepared {
  readonly statement: StatementSync
  readonly columns: readonly string[]
}

/**
 * Reads on the thread that asks: the file is mapped into memory, and a message to another thread would take longer than most
 * answers do.
 *
 * @param lockPatience milliseconds that another program's lock is waited for, without stopping the thread.
 * @param failed hears of what could not be read.
 */
export function createSqliteReader(
  database: DatabaseSync,
  {
    lockPatience,
    failed,
  }: { readonly lockPatience: number; readonly failed: (failure: StoreUnavailable) => void },
): Connection {
  const prepared = new Map<string, Prepared>()
  const beforeRead = shareTurnReads(database)
  const statementFor = (sql: string): Prepared => {
    const known = prepared.get(sql)
    if (known) return known
    const statement = database.prepare(sql)
    statement.setReturnArrays(true)
    const made = { statement, columns: statement.columns().map(({ name }) => name) }
    prepared.set(sql, made)
    return made
  }
  function rowsOf(sql: string, values: SQLInputValue[]): readonly unknown[] {
    const { statement, columns } = statementFor(sql)
    const found = statement.all(...values) as unknown as readonly (readonly unknown[])[]
    if (found[0] && found[0].length !== columns.length) {
      // A newer version's command has added a column to a table since.
      prepared.delete(sql)
      return rowsOf(sql, values)
    }
    return found.map((row) => named(columns, row))
  }
  function read({ sql, returnsRows }: CompiledStatement, values: SQLInputValue[]): ExecutedRows {
    try {
      beforeRead()
      if (returnsRows) return { rows: rowsOf(sql, values), changes: 0 }
      return { rows: [], changes: Number(statementFor(sql).statement.run(...values).changes) }
    } catch (error) {
      throw asStoreFailure(error)
    }
  }
  return {
    async execute(statement, parameters) {
      try {
        return await whenUnlocked(() => read(statement, parameters as SQLInputValue[]), lockPatience)
      } catch (error) {
        if (error instanceof StoreUnavailable) failed(error)
        throw error
      }
    },
  }
}

/** Node.js makes rows whose members V8 has to look for each time; those of a statement are alike here. */
function named(columns: readonly string[], values: readonly unknown[]): Readonly<Record<string, unknown>> {
  const row: Record<string, unknown> = {}
  for (const [index, name] of columns.entries()) row[name] = values[index]
  return row
}
