import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { sessionBody } from '../tonegate.ts'
import { createInsertFloor } from './insert-floor.ts'
import { createJsonFloor } from './json-floor.ts'
import { createTablesFloor, tablesOf } from './tables-floor.ts'

test('the JSON floor answers the status for any session', async (t) => {
  const status = { sessionGuid: 'a', sessionState: 'Finished', paymentResultData: { Amount: '1240' } }
  const app = createJsonFloor({ status })
  t.after(() => app.close())
  const answer = await app.inject('/globalpci/v1/session/a')
  assert.equal(answer.statusCode, 200)
  assert.deepEqual(answer.json(), status)
})

test('the insert floor stores a row of the size asked for before each answer', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-bench-'))
  const file = join(folder, 'floor.db')
  const app = createInsertFloor({ file, rowBytes: 1500, answer: { iframeUrl: 'http://127.0.0.1/' } })
  t.after(async () => {
    await app.close()
    rmSync(folder, { recursive: true })
  })
  const post = () => app.inject({ method: 'POST', url: '/globalpci/v1/session', payload: sessionBody(0) })
  const answers = await Promise.all([post(), post(), post()])

  const reader = new DatabaseSync(file, { readOnly: true })
  const rows = reader.prepare('SELECT guid, content FROM session').all()
  reader.close()
  assert.deepEqual(
    new Set(rows.map(({ guid }) => guid)),
    new Set(answers.map((answer) => answer.json().sessionGuid)),
  )
  for (const { guid, content } of rows) {
    assert.equal(String(guid).length + String(content).length, 1500)
    assert.deepEqual(JSON.parse(String(content)), sessionBody(0))
  }
  assert.equal(answers[0]?.json().iframeUrl, 'http://127.0.0.1/')
})

test('the floor of the same tables stores the rows of a session, each request its own', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-bench-'))
  const [source, file] = [join(folder, 'source.db'), join(folder, 'floor.db')]
  const database = new DatabaseSync(source)
  database.exec(`
    CREATE TABLE capture_session (guid TEXT PRIMARY KEY, session_guid TEXT, sealed BLOB);
    CREATE TABLE payment_session (guid TEXT PRIMARY KEY, provider_session_guid TEXT UNIQUE, state TEXT);
    CREATE INDEX payment_state ON payment_session (state);
    CREATE TABLE audit_unlinked (id INTEGER PRIMARY KEY, entries TEXT NOT NULL);
    CREATE TABLE audit_log (position INTEGER PRIMARY KEY, entry TEXT NOT NULL);
    CREATE TRIGGER audit_is_kept BEFORE UPDATE ON audit_unlinked BEGIN SELECT raise(abort, 'kept'); END;
    INSERT INTO audit_log VALUES (1, '{"target":"a"}');
    INSERT INTO capture_session VALUES ('b', 'a', x'00ff');
    INSERT INTO payment_session VALUES ('a', 'b', 'Created')`)
  database.close()
  const app = createTablesFloor({
    file,
    ...tablesOf(source, 'a'),
    answer: { iframeUrl: 'http://127.0.0.1/' },
  })
  t.after(async () => {
    await app.close()
    rmSync(folder, { recursive: true })
  })
  const post = () => app.inject({ method: 'POST', url: '/globalpci/v1/session', payload: sessionBody(0) })
  const answers = (await Promise.all([post(), post()])).map((answer) => answer.json())

  const reader = new DatabaseSync(file, { readOnly: true })
  const rows = reader
    .prepare('SELECT * FROM payment_session JOIN capture_session AS c ON c.guid = provider_session_guid')
    .all()
  const indexes = reader.prepare("SELECT 1 FROM sqlite_master WHERE name = 'payment_state'").all()
  const entries = reader.prepare('SELECT entries FROM audit_unlinked').all()
  reader.close()
  assert.equal(indexes.length, 1)
  assert.deepEqual(
    entries.map(({ entries }) => entries),
    ['{"target":"a"}', '{"target":"a"}'],
  )
  assert.deepEqual(
    new Set(rows.map(({ session_guid }) => session_guid)),
    new Set(answers.map(({ sessionGuid }) => sessionGuid)),
  )
  for (const { state, sealed } of rows)
    assert.deepEqual([state, sealed], ['Created', Uint8Array.from([0, 255])])
  assert.equal(answers[0]?.iframeUrl, 'http://127.0.0.1/')
})
