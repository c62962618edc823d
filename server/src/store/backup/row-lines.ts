import type { Cell, Row } from './rows.ts'

/**
 * A row as a line of a backup: a JSON array of its values, bytes as an array with their base64. The same row has the same
 * line on both engines.
 */
export const lineOf = (row: Row): string => `${JSON.stringify(row.map(written))}\n`

const written = (cell: Cell): Cell | readonly [string] =>
  cell instanceof Uint8Array
    ? [Buffer.from(cell.buffer, cell.byteOffset, cell.byteLength).toString('base64')]
    : cell

/** @throws {Error} when it is no row of so many values. */
export function rowOf(line: string, width: number): Row {
  const cells: unknown = JSON.parse(line)
  if (!Array.isArray(cells) || cells.length !== width)
    throw new Error('A row has not the columns of its table.')
  return cells.map(read)
}

function read(cell: unknown): Cell {
  if (cell === null || typeof cell === 'string' || typeof cell === 'number') return cell
  if (Array.isArray(cell) && typeof cell[0] === 'string') return Buffer.from(cell[0], 'base64')
  throw new Error('A row has a value of no kind that a database has.')
}
