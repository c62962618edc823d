import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { SandboxFile } from '../server/src/sandbox/sandbox-file.ts'
import { eventually } from '../server/test/harness/test-eventually.ts'
import { freePort } from '../server/test/harness/test-processes.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const page = readFileSync(`${root}docs/two-processes.md`, 'utf8')
const [prepare = '', vault = '', api = '', operator = '', ...more] = [
  ...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm),
].map(([, block = '']) => block.trim())

// biome-ignore lint/suspicious/noExplicitAny: an answer is looked at by assertions, member by member
const readJson = async (answer: Response): Promise<any> => answer.json()

function startShell(t: TestContext, script: string): ChildProcess {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const child = spawn('bash', ['-c', script], {
    cwd: root,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
    detached: true,
  })
  t.after(async () => {
    if (child.exitCode !== null || child.pid === undefined) return
    process.kill(-child.pid, 'SIGTERM')
    await once(child, 'exit')
  })
  return child
}

test('the commands start the processes, and a payment goes through both', async (t) => {
  assert.deepEqual(more, [])
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-halves-'))
  const [build, make = ''] = prepare.split('\n')
  assert.equal(build, 'npm run build', 'which npm test has done')
  const key = execFileSync('bash', ['-c', `${make}; echo -n $TONEGATE_CHANNEL_KEY`], { encoding: 'utf8' })
  const ports = new Map<string, number>()
  for (const port of ['8080', '8081', '8443', '8444']) ports.set(port, await freePort())
  const fitted = (block: string) =>
    block
      .replaceAll(/\b8\d{3}\b/g, (port) => String(ports.get(port)))
      .replaceAll('./data', folder)
      .replace(/\nnpm /, '\nTONEGATE_LOG_LEVEL=warn exec npm ')
      .replaceAll('\\\n', '')
  const fixed = make.replace(/\$\([^)]*\)/, key)
  startShell(t, `${fixed}; ${fitted(vault)}`)
  startShell(t, `${fixed}; ${fitted(api)}`)
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const at = (port: string) => `http://127.0.0.1:${ports.get(port)}`
  const isReady = async (port: string) => (await fetch(`${at(port)}/readyz`).catch(() => undefined))?.ok
  await eventually(async () => (await isReady('8080')) && (await isReady('8081')))

  const file = join(folder, 'api/sandbox.json')
  await eventually(async () => existsSync(file))
  const region = (JSON.parse(readFileSync(file, 'utf8')) as SandboxFile).regions.nam
  const [client] = region?.clients ?? []
  assert.ok(region && client?.clientSecret)
  const credentials = { client_id: client.clientId, client_secret: client.clientSecret }
  const form = new URLSearchParams({ grant_type: 'client_credentials', scope: 'globalpci', ...credentials })
  const granted = await readJson(await fetch(region.tokenUrl, { method: 'POST', body: form }))
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${granted.access_token}` }
  const post = async (url: string, body: object) =>
    readJson(await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) }))
  const untaken = operator.replace('./data', folder).replace('npm run', 'TONEGATE_REGIONS=nam npm run')
  const shown = execFileSync('bash', ['-c', untaken], { cwd: root, encoding: 'utf8' })
  assert.equal(shown, 'Nothing is undelivered.\n')
  const paymentData = { Amount: '12.40', Currency: 'USD' }
  const session = { agentId: 'agent7', skipCallTransfer: true, paymentData }
  const { sessionGuid, providerSessionGuid } = await post(`${region.apiUrl}/v1/session`, session)
  const keys = '4111111111111111#1230#123#1'
  await post(`${at('8081')}/sandbox/sessions/${providerSessionGuid}/keys`, { keys })
  const finished = await eventually(async () => {
    const status = await readJson(await fetch(`${region.apiUrl}/v1/session/${sessionGuid}`, { headers }))
    return status.sessionState === 'Finished' && status
  })
  assert.equal(finished.paymentResultData.paymentOutcome, 'approved')
})
