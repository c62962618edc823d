import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { eventually } from '../../test/harness/test-eventually.ts'
import { channelPorts, environmentOf, freePort } from '../../test/harness/test-processes.ts'
import type { SplitRole } from '../config/channel-settings.ts'
import type { SandboxFile } from '../sandbox/sandbox-file.ts'

const pan = '5412750123456783'
const keys = `${pan}#1230#987`

interface HalfProcess {
  readonly process: ChildProcess
  readonly folder: string
  readonly origin: string
}

async function startProcess(
  t: TestContext,
  role: SplitRole,
  ports: Awaited<ReturnType<typeof channelPorts>>,
): Promise<HalfProcess> {
  const folder = mkdtempSync(join(tmpdir(), `tonegate-${role}-`))
  const port = await freePort()
  const main = fileURLToPath(new URL('../main.ts', import.meta.url))
  const child = spawn(process.execPath, ['--heapsnapshot-signal=SIGUSR2', main, '--role', role], {
    cwd: folder,
    env: {
      ...process.env,
      ...environmentOf(role, ports),
      TONEGATE_ROLE: 'both',
      PORT: String(port),
      TONEGATE_DATA: folder,
      TONEGATE_REGIONS: 'nam',
      TONEGATE_LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  t.after(async () => {
    child.kill('SIGKILL')
    await once(child, 'exit')
    rmSync(folder, { recursive: true })
  })
  const origin = `http://127.0.0.1:${port}`
  await eventually(async () => {
    assert.equal(child.exitCode, null, 'the process has ended')
    return (await fetch(`${origin}/readyz`).catch(() => undefined))?.ok
  })
  return { process: child, folder, origin }
}

async function postJson(url: string, body: object, headers: Readonly<Record<string, string>> = {}) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  assert.equal(answer.status, 200, url)
  return (await answer.json()) as Readonly<Record<string, string>>
}

async function clientOf({ folder }: HalfProcess) {
  const sandbox = JSON.parse(readFileSync(join(folder, 'sandbox.json'), 'utf8')) as SandboxFile
  const region = sandbox.regions.nam
  const [client] = region?.clients ?? []
  assert.ok(region && client?.clientSecret)
  return { tokenUrl: region.tokenUrl, clientId: client.clientId, clientSecret: client.clientSecret }
}

async function tokenOf({ tokenUrl, clientId, clientSecret }: Awaited<ReturnType<typeof clientOf>>) {
  const answer = await fetch(tokenUrl, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      scope: 'globalpci',
      client_id: clientId,
      client_secret: clientSecret,
    }),
  })
  return ((await answer.json()) as { readonly access_token: string }).access_token
}

interface Status {
  readonly sessionState: string
  readonly paymentResultData: Readonly<Record<string, string>>
}

/** What a process has in its memory at this moment, as Node.js writes it down. */
async function heapOf({ process: child, folder }: HalfProcess): Promise<Buffer> {
  const written = () => readdirSync(folder).filter((name) => name.endsWith('.heapsnapshot'))
  child.kill('SIGUSR2')
  const [name = ''] = await eventually(async () => written().length > 0 && written())
  return eventually(async () => {
    const content = readFileSync(join(folder, name))
    return content.subarray(-16).toString().trimEnd().endsWith('}') && content
  })
}

test('while a card is typed, and when it has been paid, the API’s process has no digit of it in its memory', async (t) => {
  const ports = await channelPorts()
  const vault = await startProcess(t, 'vault', ports)
  const api = await startProcess(t, 'api', ports)
  const client = await clientOf(api)
  const authorization = `Bearer ${await tokenOf(client)}`
  const { callGuid } = await postJson(`${vault.origin}/sandbox/calls`, { agentId: 'agent7' })
  const request = {
    agentId: 'agent7',
    paymentData: { Amount: '12.40', Currency: 'GBP', Street1: 'Canary Wharf 52' },
  }
  const created = await postJson(`${api.origin}/globalpci/v1/session`, request, { authorization })
  const pressed = await postJson(`${vault.origin}/sandbox/calls/${callGuid}/keys`, { keys })
  assert.equal(pressed.heardBy, 'listener')
  const during = await heapOf(api)
  assert.ok(during.includes(client.clientId), 'what the process knows is found in its memory')
  for (const digits of [pan, pan.slice(0, 10), pan.slice(4, 14)]) {
    assert.ok(!during.includes(digits), 'digits of the card are in its memory')
  }
  rmSync(join(api.folder, readdirSync(api.folder).find((name) => name.endsWith('.heapsnapshot')) ?? ''))
  await postJson(`${vault.origin}/sandbox/calls/${callGuid}/keys`, { keys: '#1' })
  const finished = await eventually(async () => {
    const answer = await fetch(`${api.origin}/globalpci/v1/session/${created.sessionGuid}`, {
      headers: { authorization },
    })
    const status = (await answer.json()) as Status
    return status.sessionState === 'Finished' && status
  })
  assert.equal(finished.paymentResultData.cardLast4, pan.slice(-4))
  const after = await heapOf(api)
  for (const digits of [pan, pan.slice(0, 10), pan.slice(4, 14)]) assert.ok(!after.includes(digits))
})
