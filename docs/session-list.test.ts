import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { listQuery } from '../server/src/payments/requests/schemas.ts'
import { startTestTonegate } from '../server/test/harness/test-tonegate.ts'

const page = readFileSync(new URL('session-list.md', import.meta.url), 'utf8')
const blocks = [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language, code = '']) => ({
  language,
  code,
}))
const [command, answer, program, ...others] = blocks

test('the table of the page lists what a query may have', () => {
  const rows = [...page.matchAll(/^\| `(\w+)` /gm)].map(([, name]) => name)
  assert.deepEqual(rows.sort(), Object.keys(listQuery.properties).sort())
})

test('the command of the page is answered as the page says, and its program reads every page', async (t) => {
  assert.deepEqual(others, [])
  const { origin, post, token } = await startTestTonegate(t)
  const TOKEN = await token()
  const authorization = `Bearer ${TOKEN}`
  const opened: string[] = []
  for (let at = 0; at < 3; at += 1) {
    const { callGuid } = (await post('/sandbox/calls', { agentId: 'agent12345' })).json
    const body = { agentId: 'agent12345', paymentData: { Amount: '12.40' } }
    opened.unshift((await post('/globalpci/v1/session', body, { authorization })).json.sessionGuid)
    assert.ok(callGuid)
    await fetch(`${origin}/sandbox/calls/${callGuid}`, { method: 'DELETE' })
  }

  const script = (command?.code ?? '').replace('http://127.0.0.1:8080', origin)
  const { stdout } = await promisify(execFile)('bash', ['-euc', script], { env: { ...process.env, TOKEN } })
  const shown = JSON.parse(answer?.code ?? '')
  const shapeOf = (list: typeof shown) => ({
    members: Object.keys(list),
    sessions: list.sessions.map(Object.keys),
    cursorLength: list.nextCursor.length,
  })
  const listed = JSON.parse(stdout)
  assert.deepEqual(shapeOf(listed), shapeOf(shown))
  assert.equal(listed.sessions[0].sessionGuid, opened[0])

  const source = `${stripTypeScriptTypes(program?.code ?? '')}\nexport { allSessions }`
  const { allSessions } = await import(`data:text/javascript,${encodeURIComponent(source)}`)
  const read: string[] = []
  for await (const { sessionGuid } of allSessions(`${origin}/globalpci`, TOKEN, { limit: '2' })) {
    read.push(sessionGuid)
  }
  assert.deepEqual(read, opened)
})
