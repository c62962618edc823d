import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { sessionBody } from '../tonegate.ts'
import { createInsertFloor } from './insert-floor.ts'
import { createJsonFloor } from './json-floor.ts'

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
