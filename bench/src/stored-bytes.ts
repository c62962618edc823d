import { DatabaseSync } from 'node:sqlite'

/** Bytes that the newest row of a table holds. */
export function newestRowBytes(file: string, table: 'refresh_token' | 'authorization_code'): number {
  const database = new DatabaseSync(file, { readOnly: true })
  const row = database.prepare(`SELECT * FROM ${table} ORDER BY rowid DESC LIMIT 1`).get()
  database.close()
  if (!row) throw new Error(`The table ${table} is empty.`)
  return bytesOfRow(row)
}

/** Bytes of a row's values: of texts and blobs their length, of a number six. */
export const bytesOfRow = (row: Readonly<Record<string, unknown>>): number =>
  Object.values(row).reduce<number>((sum, value) => sum + bytesOf(value), 0)

function bytesOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (value instanceof Uint8Array) return value.length
  return value === null ? 0 : 6
}
