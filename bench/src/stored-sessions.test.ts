import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { openSqlite } from '../../server/src/store/sqlite.ts'
import { resultsLeft, storedBytes, storedEnding, storeEndedSessions } from './stored-sessions.ts'

const day = 24 * 3600 * 1000

async function startDatabase(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-bench-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'nam.db')
  await (await openSqlite(file)).close()
  const database = new DatabaseSync(file)
  t.after(() => database.close())
  database.exec(`
    INSERT INTO account (id, name, production, created_at) VALUES (7, 'Demo', 0, 1);
    INSERT INTO client (id, account_id, name, client_type, flows, scopes, redirect_uris, allowed_origins, created_at)
    VALUES ('c', 7, 'backend', 'confidential', '', '', '', '', 1)`)
  return { file, database }
}

test('ended sessions of the demo account are stored, with GUIDs that rise', async (t) => {
  const { file, database } = await startDatabase(t)
  const sample = storeEndedSessions(file, 100, 10)
  const rows = database
    .prepare(`
      SELECT payment_session.guid, account_id, payment_session.ended_at FROM payment_session
      JOIN capture_session ON capture_session.guid = provider_session_guid
      WHERE capture_session.state = 'ended' ORDER BY payment_session.rowid`)
    .all()
  const guids = rows.map(({ guid }) => String(guid))
  assert.equal(new Set(guids).size, 100)
  assert.deepEqual(
    guids.map((guid) => guid.slice(0, 13)),
    guids.map((guid) => guid.slice(0, 13)).sort(),
  )
  for (const guid of guids) {
    assert.match(guid, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  }
  assert.ok(rows.every(({ account_id: account }) => account === 7))
  const ended = rows.map((row) => Number(row.ended_at))
  assert.ok(Math.min(...ended) > Date.now() - 90 * day)
  assert.ok(Math.max(...ended) < Date.now())
  assert.deepEqual(
    sample,
    guids.filter((_, index) => index % 10 === 0),
  )
})

test('results are stored that are due to be removed', async (t) => {
  const { file, database } = await startDatabase(t)
  storeEndedSessions(file, 10, 1, 1234)
  const due = database
    .prepare(`
      SELECT guid FROM payment_session JOIN webhook_delivery ON session_guid = guid
      WHERE result_removal_at = 1234 AND sealed_result IS NOT NULL AND sealed_body IS NOT NULL`)
    .all()
  assert.equal(due.length, 10)
  assert.equal(resultsLeft(file), 10)
  storeEndedSessions(file, 10, 1)
  assert.equal(resultsLeft(file), 10)
})

test('the size of a session is the size of its rows in both tables', async (t) => {
  const { file } = await startDatabase(t)
  const [guid] = storeEndedSessions(file, 1, 1)
  const payment = [guid, 'agent-assist', 'agent10000', guid, 'Finished', 'c', 'open']
  const text = [...payment, guid, guid, 'ended', '{}', '[]'].join('')
  const numbers = ['account', 'configuration', 'created', 'updated', 'ended', 'awaits outcome', 'token made']
    .length
  const captureNumbers = [
    ...[
      'tenant',
      'created',
      'expires',
      'ended',
      'link generation',
      'epoch',
      'awaits opening',
      'untold progress',
    ],
  ].length
  assert.equal(
    storedBytes(file, guid ?? ''),
    text.length + storedEnding.length + 6 * (numbers + captureNumbers),
  )
})
