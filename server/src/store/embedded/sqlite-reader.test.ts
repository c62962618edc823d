import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openDatabase } from './database.ts'
import { createSqliteReader } from './sqlite-reader.ts'

test('a column that another program adds to a table takes nothing of another’s place', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-reader-'))
  const file = join(folder, 'read.db')
  const writing = openDatabase(file, { readOnly: false, timeout: 0 })
  writing.exec("CREATE TABLE a (a1 text); CREATE TABLE b (b1 text); INSERT INTO a VALUES ('in a')")
  writing.exec("INSERT INTO b VALUES ('in b')")
  const database = openDatabase(file, { readOnly: true, timeout: 0 })
  t.after(() => {
    for (const each of [database, writing]) each.close()
    rmSync(folder, { recursive: true })
  })
  const reader = createSqliteReader(database, { lockPatience: 0, failed: () => {} })
  const read = async () => (await reader.execute({ sql: 'SELECT * FROM a, b', returnsRows: true }, [])).rows
  assert.deepEqual(await read(), [{ a1: 'in a', b1: 'in b' }])
  writing.exec('ALTER TABLE a ADD COLUMN a2 text')
  assert.deepEqual(await read(), [{ a1: 'in a', a2: null, b1: 'in b' }])
})
