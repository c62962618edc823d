import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { newestRowBytes } from './stored-bytes.ts'

test('the newest row counts, its texts and blobs by their bytes', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-bench-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'nam.db')
  const database = new DatabaseSync(file)
  t.after(() => database.close())
  database.exec(
    'CREATE TABLE refresh_token (sha256 BLOB PRIMARY KEY, scope TEXT, expires_at INTEGER, used_at INTEGER)',
  )
  assert.throws(() => newestRowBytes(file, 'refresh_token'), /empty/)
  const insert = database.prepare('INSERT INTO refresh_token VALUES (?, ?, ?, ?)')
  insert.run(Buffer.alloc(32, 1), 'much longer', 1, 2)
  insert.run(Buffer.alloc(32, 0), 'grün', 1, null)
  assert.equal(newestRowBytes(file, 'refresh_token'), 32 + 5 + 6)
})
