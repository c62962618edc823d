import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { startServer } from '../../test/harness/test-server.ts'

function makeFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate ready '))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

test('a sandbox on a free port says in one line of JSON, and in a file, how it is reached', async (t) => {
  const folder = makeFolder(t)
  const file = join(folder, 'ready.json')
  writeFileSync(file, 'of a former one')
  const environment = { TONEGATE_DATA: join(folder, 'data'), TONEGATE_READY_FILE: file }
  const server = startServer(t, { ...environment, TONEGATE_REGIONS: 'emea', TONEGATE_DEFAULT_REGION: 'emea' })
  const { port } = await server.ready()
  const lines = server.log().split('\n')
  const printed = lines.filter((line) => line.startsWith('{"event":"ready"'))
  assert.deepEqual(printed, [readFileSync(file, 'utf8').trim()])
  assert.equal(statSync(file).mode & 0o077, 0)
  const { url, region, tokenUrl, apiUrl, clientId, clientSecret, agentId, ...rest } = JSON.parse(
    printed[0] ?? '',
  )
  assert.deepEqual(
    [rest.port, url, region, agentId],
    [port, `http://127.0.0.1:${port}`, 'emea', 'agent12345'],
  )
  const answer = await fetch(tokenUrl, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      scope: 'globalpci',
      client_id: clientId,
      client_secret: clientSecret,
    }),
  })
  const { access_token: token } = (await answer.json()) as { access_token: string }
  const listed = await fetch(`${apiUrl}/v1/sessions`, { headers: { authorization: `Bearer ${token}` } })
  assert.deepEqual([answer.status, listed.status], [200, 200])
  assert.equal(lines.filter((line) => line.includes(clientSecret) && line.includes('"level"')).length, 0)
  server.kill('SIGTERM')
  assert.equal(await server.ended, 0)
  assert.equal(existsSync(file), false)
})

test('a file that cannot be written for readiness is told before anything is opened', async (t) => {
  const folder = makeFolder(t)
  const server = startServer(t, {
    TONEGATE_DATA: folder,
    TONEGATE_READY_FILE: join(folder, 'no', 'ready.json'),
  })
  assert.notEqual(await server.ended, 0)
  assert.match(
    server.complaint(),
    /TONEGATE_READY_FILE is .* whose folder does not exist\. Create it: mkdir -p /,
  )
  assert.equal(existsSync(join(folder, 'nam.sqlite')), false)
})
