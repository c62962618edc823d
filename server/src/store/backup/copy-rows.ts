import { type Reading, readTables, type TableSum } from './read-tables.ts'
import type { RowSource, RowTarget } from './rows.ts'

/**
 * Copies all rows of a database, or of a backup, into a new one, on either engine. Where it fails, nothing is left of the
 * new one.
 */
export async function copyRows(
  source: RowSource,
  target: RowTarget,
  reading: Reading,
): Promise<readonly TableSum[]> {
  try {
    const sums = await readTables(source, {
      ...reading,
      async take(table, rows, lines) {
        await reading.take?.(table, rows, lines)
        await target.insert(table, rows)
      },
    })
    await target.finish()
    return sums
  } catch (error) {
    await target.discard()
    throw error
  }
}

/** The names of the tables whose rows are not the same in both. */
export const differing = (sums: readonly TableSum[], others: readonly TableSum[]): readonly string[] =>
  [...sums, ...others]
    .map(({ table }) => table)
    .filter((table, at, all) => all.indexOf(table) === at)
    .filter((table) => sumOf(sums, table) !== sumOf(others, table))

const sumOf = (sums: readonly TableSum[], table: string): string | undefined => {
  const found = sums.find((sum) => sum.table === table)
  return found && `${found.rows} ${found.sha256}`
}
