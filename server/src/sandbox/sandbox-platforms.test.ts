import assert from 'node:assert/strict'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { makeTestFolder } from '../../test/harness/test-folder.ts'
import { startTestTonegate } from '../../test/harness/test-tonegate.ts'
import { kyselyOn } from '../store/embedded/kysely-on.ts'
import { up as upgrade } from '../store/migrations/0023-sandbox-phone.ts'

type Started = Awaited<ReturnType<typeof start>>

async function start(t: TestContext, folder: string) {
  const started = await startTestTonegate(t, { environment: { TONEGATE_DATA: folder } })
  const [demo] = started.tonegate.sandbox?.regions.nam?.platforms ?? []
  assert.ok(demo)
  return { ...started, demo }
}

function makeFolder(t: TestContext): string {
  const folder = makeTestFolder('sandbox-platforms')
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const ask = ({ send, demo }: Started, method: string, path: string, body?: object) =>
  send(`/calls/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${demo.key}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })

test('programs are told of a platform that is theirs alone: the sandbox’s calls are another’s', async (t) => {
  const started = await start(t, makeFolder(t))
  const { tonegate, post, folder } = started
  assert.deepEqual(
    tonegate.sandbox?.regions.nam?.platforms?.map(({ name }) => name),
    ['demo'],
  )
  const { callGuid } = (await post('/sandbox/calls', { agentId: 'agent12345' })).json
  assert.equal((await ask(started, 'GET', `/calls/${callGuid}`)).status, 404)
  const own = crypto.randomUUID()
  assert.equal((await ask(started, 'PUT', `/calls/${own}`, { agentId: 'agent12345' })).status, 200)
  assert.equal((await post(`/sandbox/calls/${own}/keys`, { keys: '1' })).status, 404)
  assert.ok(!readFileSync(join(folder, 'sandbox.json'), 'utf8').includes('sandbox phone'))
})

test('what the phone of an older version left is taken over with its calls, and programs keep their key', async (t) => {
  const folder = makeFolder(t)
  const first = await start(t, folder)
  const { callGuid } = (await first.post('/sandbox/calls', { agentId: 'agent12345' })).json
  await first.close()
  const database = new DatabaseSync(join(folder, 'nam.db'))
  database.exec(`
    DELETE FROM call_platform_key WHERE platform_guid = (SELECT guid FROM call_platform WHERE name = 'sandbox phone');
    UPDATE call_platform_key SET platform_guid = (SELECT guid FROM call_platform WHERE name = 'sandbox phone');
    DELETE FROM call_platform WHERE name = 'demo';
    UPDATE call_platform SET name = 'demo', kind = 'simulated'`)
  await upgrade(kyselyOn(database))
  database.close()

  const next = await start(t, folder)
  assert.equal(next.demo.key, first.demo.key)
  const { status, json } = await next.post(`/sandbox/calls/${callGuid}/keys`, { keys: '1' })
  assert.deepEqual([status, json.heardBy], [200, 'agent'])
  assert.equal((await ask(next, 'GET', `/calls/${callGuid}`)).status, 404)
  assert.equal((await ask(next, 'PUT', `/calls/${crypto.randomUUID()}`, { agentId: 'a' })).status, 200)
  await next.close()
  const read = new DatabaseSync(join(folder, 'nam.db'), { readOnly: true })
  const rows = read.prepare('SELECT name, kind FROM call_platform ORDER BY name').all()
  read.close()
  assert.deepEqual(
    rows.map(({ name, kind }) => [name, kind]),
    [
      ['demo', 'http'],
      ['sandbox phone', 'http'],
    ],
  )
})

test('a session is opened on a call of the sandbox as soon as it is ready, and after each start', async (t) => {
  const folder = makeFolder(t)
  for (const agentId of ['agent1', 'agent2']) {
    const { post, token, close } = await start(t, folder)
    const authorization = `Bearer ${await token()}`
    const { callGuid } = (await post('/sandbox/calls', { agentId })).json
    const body = { agentId, paymentData: { Amount: '12.40' } }
    const opened = await post('/globalpci/v1/session', body, { authorization })
    assert.equal(opened.status, 200, opened.text)
    const pressed = await post(`/sandbox/calls/${callGuid}/keys`, { keys: '4111' })
    assert.equal(pressed.json.heardBy, 'listener')
    await close()
  }
})
