/** A value as both engines have it. */
export type Cell = string | number | null | Uint8Array

/** The values of a row, in the order of its table's columns. */
export type Row = readonly Cell[]

/** A table whose rows are copied. */
export interface CopiedTable {
  readonly name: string
  /** In the order of their names: the engines keep them in the order in which they were added. */
  readonly columns: readonly string[]
  /** The primary key, by which the rows are ordered. */
  readonly key: readonly string[]
}

/** All rows of a region's database, as they were at one moment. */
export interface RowSource {
  /** The migrations that it has had, in their order. */
  readonly migrations: readonly string[]
  /** Each behind those that its rows refer to. */
  readonly tables: readonly CopiedTable[]
  /** The rows of a table, some at a time. The tables are asked for in their order, and each to its end. */
  rows(table: CopiedTable): AsyncIterable<readonly Row[]>
  /** How many rows there are; absent where all would have to be read for it. */
  count?(): Promise<number>
  /** How much of all has been read, from 0 to 1; absent where that is not known, and the count is. */
  share?(): number
  /** Makes sure that nothing was left out. */
  finish(): Promise<void>
  close(): Promise<void>
}

/** A new database, which rows are put into. */
export interface RowTarget {
  insert(table: CopiedTable, rows: readonly Row[]): Promise<void>
  /** Makes what was put in durable. @throws {Error} when a row refers to one that is not there. */
  finish(): Promise<void>
  /** Removes it all. */
  discard(): Promise<void>
}

/** How many rows are read at a time. */
export const batchRows = 500

/**
 * What is not copied: which processes there are is true of one moment and place, and what says which migrations a database
 * has had comes with the migrations.
 */
const ownOfDatabase: ReadonlySet<string> = new Set([
  'node',
  'schema_compatibility',
  'kysely_migration',
  'kysely_migration_lock',
])

export const isCopied = (name: string): boolean => !ownOfDatabase.has(name) && !name.startsWith('sqlite_')

/** A table, and the tables that its rows refer to. */
export interface ReferringTable extends CopiedTable {
  readonly refersTo: readonly string[]
}

/** The tables, each behind those that it refers to, else by name. @throws {Error} when two refer to one another. */
export function inOrder(tables: readonly ReferringTable[]): readonly CopiedTable[] {
  const left = new Map([...tables].sort(byName).map((table) => [table.name, table]))
  const ordered: CopiedTable[] = []
  while (left.size > 0) {
    const next = [...left.values()].find(({ name, refersTo }) =>
      refersTo.every((other) => other === name || !left.has(other)),
    )
    if (!next) throw new Error(`These tables refer to one another: ${[...left.keys()].join(', ')}.`)
    left.delete(next.name)
    ordered.push({ name: next.name, columns: next.columns, key: next.key })
  }
  return ordered
}

const byName = (one: ReferringTable, other: ReferringTable): number => (one.name < other.name ? -1 : 1)
