import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { progressKinds } from '../server/src/vault/model/session-progress.ts'
import { eventually } from '../server/test/harness/test-eventually.ts'
import { startTestTonegate } from '../server/test/harness/test-tonegate.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const page = readFileSync(`${root}docs/session-events.md`, 'utf8')
const [command = '', shown = '', program = '', ...others] = [
  ...page.matchAll(/^```\w+\n([\s\S]*?)^```$/gm),
].map(([, code = '']) => code)

/** Runs something until it ends by itself. */
function run(t: TestContext, file: string, typed: readonly string[], env: NodeJS.ProcessEnv) {
  const child = spawn(file, typed, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => child.kill())
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text
  })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  return { printed: () => printed, ended }
}

test('the command and the program of the page follow a session to its end', async (t) => {
  assert.deepEqual(others, [])
  const { origin, post, token } = await startTestTonegate(t)
  const TOKEN = await token()
  const headers = { authorization: `Bearer ${TOKEN}` }
  const session = { agentId: 'agent7', skipCallTransfer: true, paymentData: { Amount: '12.40' } }
  const SESSION: string = (await post('/globalpci/v1/session', session, headers)).json.sessionGuid
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-events-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  writeFileSync(join(folder, 'follow.mjs'), program)

  const script = command.replace('http://127.0.0.1:8080', origin)
  const env = { TOKEN, SESSION, API: `${origin}/globalpci` }
  const curl = run(t, 'bash', ['-euc', script], env)
  const followed = run(t, process.execPath, [join(folder, 'follow.mjs')], env)
  const press = (keys: string) => post(`/sandbox/sessions/${SESSION}/keys`, { keys })
  await press('4111111111111111#')
  await eventually(async () => followed.printed().includes('field-complete pan'))
  await press('1230#123#1')
  await Promise.all([curl.ended, followed.ended])

  const complete = ['pan', 'expiry', 'security-code'].map((field) => `field-complete ${field}`)
  const lines = followed.printed().trim().split('\n')
  assert.deepEqual(
    lines.map((line) => line.trim()),
    ['opened', ...complete, 'processing', 'Finished'],
  )
  const alike = (text: string) =>
    text.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'id').replaceAll(/"[\d-]+T[\d:.]+Z"/g, '"time"')
  assert.ok(alike(curl.printed()).startsWith(alike(shown)))
  assert.match(curl.printed(), /^id: 6\nevent: session\.ended\n/m)
})

test('the page names every kind of progress', () => {
  const [, table = ''] = page.split('| `progress` ')
  const named = [...table.matchAll(/^\| `([a-z-]+)` /gm)].map(([, kind = '']) => kind)
  assert.deepEqual(named.sort(), [...progressKinds].sort())
})
