import assert from 'node:assert/strict'
import { NotSealedHere } from '../base/seal.ts'
import type { SealedColumn } from './reseal.ts'

/** Keys of rows, of one column and of two, of which no two are the same row. */
const rows = {
  1: [['1'], ['2'], ['11'], ['1 2']],
  2: [
    ['1', '2'],
    ['1', '3'],
    ['2', '2'],
    ['11', '2'],
    ['1', '12'],
  ],
} as const

/** Fails where what is sealed for one row or column would open in another. */
export function assertSealedApart(columns: readonly SealedColumn[]): void {
  const seen = new Map<string, string>()
  for (const column of columns) {
    assert.match(`${column.table} ${column.column} ${column.what}`, /^(?!.*undefined)\w+ \w+ \w/)
    for (const key of rows[column.key.length]) {
      const purposes = purposesOf(column, key)
      assert.ok(purposes.length > 0, column.what)
      for (const purpose of purposes) {
        const where = `${column.table}.${column.column} of ${key.join(', ')}`
        assert.equal(seen.get(purpose), undefined, `${where} would take what is sealed for another row`)
        seen.set(purpose, where)
      }
    }
  }
}

/** What a value of the row is opened for. */
export function purposesOf(column: SealedColumn, key: readonly string[]): readonly string[] {
  const asked: string[] = []
  const reseal = (purpose: string): never => {
    asked.push(purpose)
    throw new NotSealedHere(purpose)
  }
  // The address of a link is a member of its session's progress.
  const value = column.column === 'progress' ? '{"link":{"sent":{"sealedAddress":""}}}' : new Uint8Array()
  const row = Object.fromEntries(column.key.map((name, index) => [name, key[index]]))
  assert.throws(() => column.reseal({ ...row, [column.column]: value }, { reseal }), NotSealedHere)
  return asked
}
