import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertSealedApart, purposesOf } from '../store/test-sealed-columns.ts'
import { sealedColumns } from './sealed-columns.ts'

test('whatever is sealed opens in its own row and column alone', () => {
  assertSealedApart(sealedColumns({ name: 'nam' }))
})

test('a region’s signing keys open in that region alone', () => {
  const [nam, emea] = (['nam', 'emea'] as const).map((name) => {
    const [column] = sealedColumns({ name }).filter(({ table }) => table === 'signing_key')
    return column && purposesOf(column, ['kid-1'])
  })
  assert.ok(nam && emea)
  assert.notDeepEqual(nam, emea)
})
