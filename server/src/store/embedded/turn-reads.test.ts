import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { setImmediate as turnEnd } from 'node:timers/promises'
import { openDatabase } from './database.ts'
import { SqliteWriter } from './sqlite-writer.ts'
import { shareTurnReads } from './turn-reads.ts'

const insert = { sql: "INSERT INTO kept VALUES ('written')", returnsRows: false, writes: ['kept'] }

/** A file with one empty table, who writes it, and how many rows a reader of it finds. */
function openPair(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-turn-'))
  const file = join(folder, 'read.db')
  const writing = openDatabase(file, { readOnly: false, timeout: 0 })
  writing.exec('CREATE TABLE kept (text text)')
  const reading = openDatabase(file, { readOnly: true, timeout: 0 })
  t.after(() => {
    for (const each of [reading, writing]) if (each.isOpen) each.close()
    rmSync(folder, { recursive: true })
  })
  const beforeRead = shareTurnReads(reading)
  const read = () => {
    beforeRead()
    return rowsIn(reading)
  }
  return { file, writing, reading, read }
}

const rowsIn = (database: DatabaseSync) => database.prepare('SELECT count(*) n FROM kept').get()?.n

test('reads of one turn show one state, and those of the next one the newest', async (t) => {
  const { writing, read } = openPair(t)
  assert.deepEqual([read(), read()], [0, 0])
  writing.exec(insert.sql)
  assert.equal(read(), 0)
  await turnEnd()
  assert.equal(read(), 1)
})

test('a read that is alone in its turn begins nothing', (t) => {
  const { reading, read } = openPair(t)
  read()
  assert.equal(reading.isTransaction, false)
})

test('who knows of a commit reads what it has written, in the same turn', async (t) => {
  const { file, reading, read } = openPair(t)
  const other = openDatabase(file, { readOnly: true, timeout: 0 })
  const writer = await SqliteWriter.open(file, 0)
  await writer.run([{ statement: insert, parameters: [] }], true)
  const [first, second] = [writer.commit(), writer.run([{ statement: insert, parameters: [] }], true)]
  // Both answers are there before this thread hears of the first.
  while (rowsIn(other) === 0);
  await first
  assert.deepEqual([read(), read()], [1, 1])
  assert.equal(reading.isTransaction, true)
  await second
  assert.equal(reading.isTransaction, false)
  await writer.rollBack()
  other.close()
  await writer.close()
})

test('a database that is closed in mid-turn is left alone', async (t) => {
  const { reading, read } = openPair(t)
  read()
  read()
  reading.close()
  await turnEnd()
})
