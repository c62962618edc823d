import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { SandboxFile, SandboxRegion } from '../src/sandbox/sandbox-file.ts'
import {
  connectorSecret,
  startConnectorDouble,
} from '../src/vault/gateways/connector/double/test-connector.ts'
import { demoAdminOf } from './harness/test-admin.ts'
import { endBy, endWithThisProcess } from './harness/test-children.ts'
import { eventually } from './harness/test-eventually.ts'
import { freePort } from './harness/test-free-port.ts'
import { startServer } from './harness/test-server.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** A sandbox whose payments go to a gateway that answers when the test says so, and how it is started. */
async function newSandbox(t: TestContext, more: Readonly<Record<string, string>> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-stopping-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const gateway = await startConnectorDouble()
  t.after(() => gateway.close())
  const start = async (extra: Readonly<Record<string, string>> = {}) => {
    const server = startServer(t, { TONEGATE_DATA: folder, TONEGATE_REGIONS: 'nam', ...more, ...extra })
    const { port, opsPort } = await server.ready()
    const sandbox = JSON.parse(readFileSync(join(folder, 'sandbox.json'), 'utf8')) as SandboxFile
    const region = sandbox.regions.nam as SandboxRegion
    return { server, port, opsPort, origin: `http://127.0.0.1:${port}`, region }
  }
  return { folder, gateway, start }
}

/** The demo account is charged by the test's gateway. */
async function useGateway(
  sandbox: { readonly folder: string },
  gateway: Awaited<ReturnType<typeof startConnectorDouble>>,
) {
  const admin = demoAdminOf(sandbox)
  await admin(
    ['gateway', 'put', 'harbour', '--kind', 'connector'],
    JSON.stringify({ url: `${gateway.url}/tonegate`, secrets: [connectorSecret] }),
  )
  const flow = {
    gateway: 'harbour',
    merchantName: 'Harbour',
    gatewayTimeoutSeconds: 60,
    frameAncestors: ['https://desk.example.com'],
  }
  await admin(
    ['configuration', 'put', '-'],
    JSON.stringify({ id: 50, name: 'Slow', resultTemplate: 'cybersource', defaultCurrency: 'USD', flow }),
  )
}

type Running = Awaited<ReturnType<Awaited<ReturnType<typeof newSandbox>>['start']>>

async function tokenOf({ region }: Running): Promise<string> {
  const [client] = region.clients
  const answer = await fetch(region.tokenUrl, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      scope: 'globalpci',
      client_id: client?.clientId ?? '',
      client_secret: client?.clientSecret ?? '',
    }),
  })
  return ((await answer.json()) as { access_token: string }).access_token
}

/** Opens a session and sends its page a card; resolves when the gateway has been asked. */
async function charge(running: Running, gateway: Awaited<ReturnType<typeof startConnectorDouble>>) {
  const created = await fetch(`${running.region.apiUrl}/v1/session`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await tokenOf(running)}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      ...{ agentId: 'agent7', skipCallTransfer: true, accountConfigurationId: 50 },
      paymentData: { Amount: '12.40' },
    }),
  })
  const session = (await created.json()) as { sessionGuid: string; paymentFormUrl: string }
  assert.equal(created.status, 200, JSON.stringify(session))
  const page = new URL(new URL(session.paymentFormUrl).pathname, running.origin)
  const answered = fetch(page, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ cardNumber: '4242424242424242', expiry: '12/30', securityCode: '123' }),
  }).then(({ status }) => status)
  await eventually(() => gateway.asked.length > 0)
  return { ...session, answered }
}

async function resultOf(running: Running, sessionGuid: string) {
  const answer = await fetch(`${running.region.apiUrl}/v1/session/${sessionGuid}`, {
    headers: { authorization: `Bearer ${await tokenOf(running)}` },
  })
  return (await answer.json()) as {
    readonly sessionState: string
    readonly paymentResultData?: { readonly paymentOutcome: string }
  }
}

test('two signals in mid-charge: the gateway is waited for, and the payment is recorded', async (t) => {
  const sandbox = await newSandbox(t)
  const { gateway } = sandbox
  const running = await sandbox.start()
  await useGateway(sandbox, gateway)
  gateway.misbehave('late')
  const { sessionGuid, answered } = await charge(running, gateway)
  running.server.kill('SIGTERM')
  await running.server.says('"signal":"SIGTERM"')
  running.server.kill('SIGTERM')
  running.server.kill('SIGINT')
  await running.server.says('"signal":"SIGINT"')
  assert.ok(!running.server.hasEnded())
  gateway.answerLate()
  assert.equal(await answered, 303)
  assert.equal(await running.server.ended, 0)

  const next = await sandbox.start()
  const { sessionState, paymentResultData } = await resultOf(next, sessionGuid)
  assert.deepEqual([sessionState, paymentResultData?.paymentOutcome], ['Finished', 'approved'])
  assert.equal(gateway.asked.length, 1)
})

test('a gateway that does not answer within the bound is left, and asked by the next process', async (t) => {
  const sandbox = await newSandbox(t, { TONEGATE_STOP_SECONDS: '1' })
  const { gateway } = sandbox
  const running = await sandbox.start()
  await useGateway(sandbox, gateway)
  gateway.misbehave('never')
  const { sessionGuid, answered } = await charge(running, gateway)
  answered.catch(() => {})
  running.server.kill('SIGTERM')
  assert.equal(await running.server.ended, 1)
  assert.match(running.server.log(), /stopped before everything was done/)

  const next = await sandbox.start()
  const outcome = async () => (await resultOf(next, sessionGuid)).paymentResultData?.paymentOutcome
  await eventually(async () => (await outcome()) === 'approved')
  const operations = gateway.asked.map(({ body }) => JSON.parse(String(body)).operation)
  assert.deepEqual(operations.slice(0, 2), ['authorise', 'reconcile'])
  assert.equal(operations.filter((operation) => operation === 'authorise').length, 1)
})

test('while it drains it says that it is stopping, and answers each request with the end of its connection', async (t) => {
  const sandbox = await newSandbox(t, { TONEGATE_DRAIN_SECONDS: '60', TONEGATE_OPS_LISTEN: '127.0.0.1:0' })
  const running = await sandbox.start()
  const { server, origin, opsPort } = running
  const agent = new Agent({ keepAlive: true })
  t.after(() => agent.destroy())
  const ask = async (path: string) => {
    const [answer] = await once(get(`${origin}${path}`, { agent }), 'response')
    answer.resume()
    await once(answer, 'end')
    return [answer.statusCode, answer.headers.connection]
  }
  assert.deepEqual(await ask('/auth/.well-known/openid-configuration'), [200, 'keep-alive'])
  server.kill('SIGTERM')
  await server.says('stopping')
  for (const port of [running.port, opsPort]) {
    const readiness = await fetch(`http://127.0.0.1:${port}/readyz`)
    assert.deepEqual([readiness.status, await readiness.json()], [503, { status: 'stopping' }])
    assert.equal((await fetch(`http://127.0.0.1:${port}/healthz`)).status, 200)
  }
  assert.deepEqual(await ask('/auth/.well-known/openid-configuration'), [200, 'close'])
  server.kill('SIGTERM')
  assert.equal(await server.ended, 0)
  await assert.rejects(fetch(`http://127.0.0.1:${opsPort}/healthz`))
})

test('who reads events is told when to read them elsewhere', async (t) => {
  const sandbox = await newSandbox(t)
  const { server, origin } = await sandbox.start()
  const call = await fetch(`${origin}/sandbox/calls`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ agentId: 'agent7' }),
  })
  const { callGuid } = (await call.json()) as { callGuid: string }
  const stream = await fetch(`${origin}/sandbox/calls/${callGuid}/events`)
  const read = stream.text()
  server.kill('SIGTERM')
  assert.match(await read, /\n\nretry: 500\n\n$/)
  assert.equal(await server.ended, 0)
})

test('SIGTERM ends everything that was started, from any folder, and frees the port', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-service-'))
  const port = await freePort()
  const main = ['--require', join(root, 'server/needs.cjs'), join(root, 'server/src/main.ts')]
  const child = spawn(process.execPath, main, {
    cwd: folder,
    env: {
      ...process.env,
      PORT: String(port),
      TONEGATE_DATA: join(folder, 'data'),
      TONEGATE_REGIONS: 'nam',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  endWithThisProcess(child)
  t.after(async () => {
    await endBy(child, 'SIGKILL')
    for (const pid of await groupOf(child.pid ?? 0)) process.kill(pid, 'SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })
  let log = ''
  child.stdout.on('data', (chunk) => (log += chunk))
  await eventually(() => log.includes('Tonegate is ready'))
  const closed = once(child, 'close')
  assert.equal((await endBy(child, 'SIGTERM')) ?? 0, 0)
  await closed
  assert.match(log, /"message":"stopped"/)
  assert.deepEqual(await groupOf(child.pid ?? 0), [])
  await assert.rejects(fetch(`http://127.0.0.1:${port}/healthz`))
})

/** The processes of a group that are left. */
async function groupOf(group: number): Promise<readonly number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,pgid=,stat='])
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/ +/))
    .filter(([, pgid, state = '']) => Number(pgid) === group && !state.startsWith('Z'))
    .map(([pid]) => Number(pid))
}
