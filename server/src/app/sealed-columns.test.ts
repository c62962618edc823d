import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { makeTestFolder } from '../../test/harness/test-folder.ts'
import { assertSealedApart, purposesOf } from '../store/test-sealed-columns.ts'
import { newDatabase } from '../store/test-store.ts'
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

test('every column that is called sealed is listed, so that a rotation of the sealing key reaches it', async (t) => {
  const folder = makeTestFolder('tonegate-sealed')
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'new.db')
  writeFileSync(file, await newDatabase())
  const database = new DatabaseSync(file, { readOnly: true })
  const found = database
    .prepare(`SELECT m.name AS "table", c.name AS "column" FROM sqlite_master m, pragma_table_info(m.name) c
      WHERE m.type = 'table' AND c.name LIKE 'sealed%'`)
    .all()
    .map(({ table, column }) => `${table}.${column}`)
  database.close()
  const listed = new Set(sealedColumns({ name: 'nam' }).map(({ table, column }) => `${table}.${column}`))
  assert.ok(found.length > 10)
  assert.deepEqual(
    found.filter((column) => !listed.has(column)),
    [],
  )
})
