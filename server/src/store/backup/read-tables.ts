import { createHash } from 'node:crypto'
import { lineOf } from './row-lines.ts'
import type { CopiedTable, Row, RowSource } from './rows.ts'

/** What a table holds, in short: two that say the same hold the same rows. */
export interface TableSum {
  readonly table: string
  readonly rows: number
  /** SHA-256 of the lines of its rows, in hexadecimal digits. */
  readonly sha256: string
}

/** What is done with the rows of a database as they are read. */
export interface Reading {
  begins?(table: CopiedTable): Promise<void> | void
  /** @param lines the same rows, as a backup has them. */
  take?(table: CopiedTable, rows: readonly Row[], lines: string): Promise<void> | void
  ends?(sum: TableSum): Promise<void> | void
  /** Comes after each batch: others have the disk and the processor meanwhile. */
  pause?(rows: number): Promise<void> | void
}

/** Reads every row once, in order. */
export async function readTables(source: RowSource, reading: Reading): Promise<readonly TableSum[]> {
  const sums: TableSum[] = []
  for (const table of source.tables) {
    await reading.begins?.(table)
    const sha256 = createHash('sha256')
    let count = 0
    for await (const rows of source.rows(table)) {
      const lines = rows.map(lineOf).join('')
      sha256.update(lines)
      count += rows.length
      await reading.take?.(table, rows, lines)
      await reading.pause?.(rows.length)
    }
    const sum = { table: table.name, rows: count, sha256: sha256.digest('hex') }
    await reading.ends?.(sum)
    sums.push(sum)
  }
  await source.finish()
  return sums
}
