import '../reference/test-hold-answers.ts'
import { cpSync, rmSync } from 'node:fs'
import type { TestContext } from 'node:test'
import { startTonegate } from '../../src/app/app.ts'
import { type Clock, createMovableClock, systemClock } from '../../src/base/clock.ts'
import { createLog } from '../../src/base/log.ts'
import { systemRandom } from '../../src/base/random.ts'
import { readConfig } from '../../src/config/config.ts'
import type { Metrics } from '../../src/metrics/metrics.ts'
import { createDatabases } from './test-databases.ts'
import { makeTestFolder } from './test-folder.ts'

interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: an answer is looked at by assertions, member by member
  readonly json: any
}

/**
 * A whole Tonegate in the test's own process, on a free port, with a data folder that goes with the test; and
 * the few requests that nearly every test of the whole begins with. It serves one region, unless the test says
 * otherwise.
 */
export async function startTestTonegate(
  t: TestContext,
  {
    clock = systemClock,
    environment = {},
    lockPatience,
    metrics,
  }: {
    readonly clock?: Clock
    readonly environment?: Readonly<Record<string, string>>
    readonly lockPatience?: number
    readonly metrics?: Metrics
  } = {},
) {
  const folder = environment.TONEGATE_DATA ?? (await makeDataFolder(clock, environment))
  const lines: string[] = []
  const log = createLog('trace', { write: (line) => lines.push(line) })
  const settings = { PORT: '0', TONEGATE_DATA: folder, TONEGATE_REGIONS: 'nam', ...environment }
  const config = readConfig(settings)
  if (config.mode === 'production') await createDatabases(settings)
  const tonegate = await startTonegate(config, {
    clock,
    random: systemRandom,
    log,
    metrics,
    ...(lockPatience !== undefined && { lockPatience }),
  })
  let closed: Promise<void> | undefined
  const close = () => {
    closed ??= tonegate.close()
    return closed
  }
  t.after(async () => {
    await close()
    rmSync(folder, { recursive: true, force: true })
  })

  const origin = `http://127.0.0.1:${tonegate.port}`

  async function send(path: string, init: RequestInit = {}): Promise<Answer> {
    const headers = new Headers(init.headers)
    const response = await fetch(`${origin}${path}`, { ...init, headers })
    const text = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      text,
      get json() {
        return JSON.parse(text)
      },
    }
  }

  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    send(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })

  async function token(): Promise<string> {
    const client = tonegate.sandbox?.regions[tonegate.sandbox.default]?.clients[0]
    if (!client) throw new Error('There is no demo client.')
    const answer = await send('/auth/connect/token', {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        scope: 'globalpci',
        client_id: client.clientId,
        client_secret: client.clientSecret ?? '',
      }),
    })
    return answer.json.access_token
  }

  return { tonegate, config, folder, origin, lines, send, post, token, close }
}

/** The folder that a Tonegate begins with when it is not the first of its kind here. */
const kinds = new Map<string, { folder?: Promise<string> }>()

/** Where two processes find each other, which is not written down. */
const unwritten = /^TONEGATE_CHANNEL_/

/**
 * Keys, demo accounts and tables take more time than most tests of the whole. From the second of a kind on, a test has a copy
 * of a folder in which a Tonegate has been started and stopped.
 */
async function makeDataFolder(clock: Clock, environment: Readonly<Record<string, string>>): Promise<string> {
  const made = makeTestFolder('tonegate-test')
  const time = clock === systemClock ? 'now' : clock.now()
  const written = Object.entries(environment).filter(([name]) => !unwritten.test(name))
  const name = JSON.stringify([time, written])
  const kind = kinds.get(name)
  if (!kind) {
    kinds.set(name, {})
    return made
  }
  kind.folder ??= startOnce(clock === systemClock ? clock : createMovableClock(clock.now()), environment)
  cpSync(await kind.folder, made, { recursive: true })
  return made
}

async function startOnce(clock: Clock, environment: Readonly<Record<string, string>>): Promise<string> {
  const folder = makeTestFolder('tonegate-kind')
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const settings = { TONEGATE_REGIONS: 'nam', ...environment, PORT: '0', TONEGATE_DATA: folder }
  const config = readConfig(settings)
  if (config.mode === 'production') await createDatabases(settings)
  const log = createLog('silent', { write: () => {} })
  await (await startTonegate(config, { clock, random: systemRandom, log })).close()
  return folder
}
