import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createLabProcess } from '../../../deploy/telephony/lab/lab-process.ts'
import type { SplitRole } from '../../src/config/channel-settings.ts'
import {
  connectorSecret,
  startConnectorDouble,
} from '../../src/vault/gateways/connector/double/test-connector.ts'
import { testCertificate } from '../harness/test-certificate.ts'
import { createDatabases } from '../harness/test-databases.ts'
import { eventually } from '../harness/test-eventually.ts'
import { freePort } from '../harness/test-free-port.ts'
import { channelPorts, environmentOf } from '../harness/test-processes.ts'
import { startTerminator } from '../harness/test-terminator.ts'

const account = 'Harbour Street Books'
const day = 86_400_000

export type Production = Awaited<ReturnType<typeof startProduction>>

/**
 * Tonegate as an operator has it: in production mode, each half a process of its own behind TLS, with an account, a client
 * and a configuration whose gateway is the connector's double.
 *
 * @param processes one, or the API and the vault apart.
 */
export async function startProduction(
  t: TestContext,
  { processes = 'one' }: { readonly processes?: 'one' | 'two' } = {},
) {
  const tls = testCertificate({ from: Date.now() - day, until: Date.now() + day })
  const gateway = await startConnectorDouble({ tls })
  t.after(() => gateway.close())
  const ports = await channelPorts()
  const start = (role: SplitRole | 'both') => startHalf(t, { tls, environment: roleOf(role, ports) })
  const [api, vault] =
    processes === 'one'
      ? await start('both').then((both) => [both, both] as const)
      : await Promise.all([start('api'), start('vault')])

  const own = ['--account', account]
  await api.admin(['account', 'create', account, '--production'])
  const client = JSON.parse(
    await api.admin([
      ...['client', 'create', 'orders', ...own, '--flow', 'client_credentials', '--scope', 'globalpci'],
      '--json',
    ]),
  )
  if (processes === 'two') await vault.admin(['account', 'create', account, '--production'])
  const settings = { url: `${gateway.url}/tonegate`, secrets: [connectorSecret], insideNetwork: true }
  await vault.admin(
    ['gateway', 'put', 'harbour-bank', ...own, '--kind', 'connector'],
    JSON.stringify(settings),
  )
  await api.admin(['configuration', 'put', '-', ...own], JSON.stringify(configuration))

  async function token(): Promise<string> {
    const answer = await api.send('POST', '/auth/connect/token', {
      body: new URLSearchParams({
        ...{ grant_type: 'client_credentials', scope: 'globalpci' },
        ...{ client_id: client.clientId, client_secret: client.clientSecret },
      }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    if (answer.status !== 200) throw new Error(`There is no token: ${answer.text}`)
    return answer.json.access_token
  }

  return {
    api,
    vault,
    gateway,
    tls,
    /** @param more options of the command. @returns the platform's key. */
    async createPlatform(name: string, ...more: readonly string[]): Promise<string> {
      return JSON.parse(await vault.admin(['platform', 'create', name, ...own, ...more, '--json'])).key
    },

    /** A program that takes payments. */
    async openClient() {
      const headers = { authorization: `Bearer ${await token()}`, 'content-type': 'application/json' }
      return {
        openSession: (agentId: string) =>
          api.send('POST', '/globalpci/v1/session', {
            body: JSON.stringify({ agentId, paymentData: { Amount: '12.40', Currency: 'USD' } }),
            headers,
          }),
        session: async (sessionGuid: string) =>
          (await api.send('GET', `/globalpci/v1/session/${sessionGuid}`, { headers })).json,
      }
    },
  }
}

const configuration = {
  id: 0,
  name: 'Telephone',
  resultTemplate: 'cybersource',
  defaultCurrency: 'USD',
  flow: {
    gateway: 'harbour-bank',
    merchantName: account,
    frameAncestors: ['https://desktop.example.com'],
  },
}

const roleOf = (role: SplitRole | 'both', ports: Awaited<ReturnType<typeof channelPorts>>) =>
  role === 'both' ? {} : environmentOf(role, ports)

interface Tls {
  readonly key: string
  readonly cert: string
}

/** One process, and what stands before it. */
async function startHalf(
  t: TestContext,
  { tls, environment }: { readonly tls: Tls; readonly environment: Readonly<Record<string, string>> },
) {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-lab-data-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const ca = join(folder, 'ca.pem')
  writeFileSync(ca, tls.cert)
  const port = await freePort()
  const { NODE_TEST_CONTEXT: _, ...inherited } = process.env
  const env = {
    ...inherited,
    PORT: String(port),
    TONEGATE_MODE: 'production',
    TONEGATE_DOMAIN: 'example.com',
    TONEGATE_PROXY: 'trusted',
    TONEGATE_DRAIN_SECONDS: '0',
    TONEGATE_REGIONS: 'nam',
    TONEGATE_DATA: folder,
    TONEGATE_SEALING_KEY: randomBytes(32).toString('base64'),
    TONEGATE_LOG_LEVEL: 'trace',
    NODE_EXTRA_CA_CERTS: ca,
    ...environment,
  }
  await createDatabases(env)
  const isReady = async () =>
    (await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2_000) }).catch(() => {}))
      ?.ok
  const server = await createLabProcess(t, {
    name: 'server',
    command: () => [process.execPath, fileOf('../../src/main.ts')],
    env,
    ready: () => eventually(isReady),
  })
  const proxy = await startTerminator(t, port, tls)

  return {
    ...server,
    pid: () => server.pid ?? 0,
    /** Where it is reached by TLS. */
    origin: `https://127.0.0.1:${proxy}`,
    data: folder,
    send: (method: string, path: string, more: Sent = {}) => send(proxy, tls, { method, path, ...more }),

    /** Runs a command of the administration, and resolves with its answer. */
    async admin(words: readonly string[], input = ''): Promise<string> {
      const admin = spawn(process.execPath, [fileOf('../../src/admin.ts'), ...words], {
        env,
        cwd: folder,
        timeout: 60_000,
      })
      admin.stdin.end(input)
      const [[code], answer, complaint] = await Promise.all([
        once(admin, 'exit'),
        text(admin.stdout),
        text(admin.stderr),
      ])
      if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code}: ${complaint}`)
      return answer
    },

    /** The files of its data folder. */
    files: (names: readonly string[]): Buffer =>
      Buffer.concat(names.map((name) => readFileSync(join(folder, name)))),
  }
}

const fileOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

interface Sent {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Sends a request by TLS, as a client in another house does. */
async function send(
  port: number,
  { cert }: Tls,
  { method, path, headers = {}, body = '' }: Sent & { readonly method: string; readonly path: string },
) {
  const asked = request({ host: '127.0.0.1', port, method, path, headers, ca: cert, timeout: 30_000 })
  asked.end(body)
  const [answer] = await once(asked, 'response')
  const content = await text(answer)
  return {
    status: answer.statusCode as number,
    text: content,
    // biome-ignore lint/suspicious/noExplicitAny: an answer is looked at by assertions, member by member
    get json(): any {
      return JSON.parse(content)
    },
  }
}
