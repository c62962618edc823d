import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { channelKey, channelPorts, freePort } from '../../test/harness/test-processes.ts'
import type { SplitRole } from '../config/channel-settings.ts'
import type { SandboxFile } from '../sandbox/sandbox-file.ts'
import { type Moment, moments, startChannelProxy } from './test-channel-proxy.ts'

/** What goes wrong at a moment of a launch. */
export const faults = [
  'the connection is cut',
  'the vault is killed',
  'the API is killed',
  'the vault is stopped',
] as const

export interface Situation {
  readonly fault: (typeof faults)[number]
  readonly moment: Moment
  /** Whether the program sends an `Idempotency-Key`, and tries again with it. */
  readonly key: 'with a key' | 'without a key'
}

/** Every fault at every moment, with a key and without. */
export const situations: readonly Situation[] = faults.flatMap((fault) =>
  moments.flatMap((moment) =>
    (['with a key', 'without a key'] as const).map((key) => ({ fault, moment, key })),
  ),
)

/** What was seen of a situation. */
export interface Story {
  /** What the program was answered, one after the other. */
  readonly answers: readonly number[]
  /** How many capture sessions the vault has had, and launches that it had been told to refuse. */
  readonly captures: number
  readonly links: number
}

const main = fileURLToPath(new URL('../main.ts', import.meta.url))
const configurationId = 40

/**
 * Plays a launch between two processes in which something goes wrong, lets the program try again until it is
 * answered, has its customer pay, and looks at the books of both: one session that can be paid, one link, and an outcome
 * that the API knows.
 */
export async function playLostLaunch({ fault, moment, key }: Situation): Promise<Story> {
  const world = await startWorld(moment, async () => {
    if (fault === 'the connection is cut') return 'cut'
    if (fault === 'the vault is stopped') world.processes.vault?.kill('SIGSTOP')
    else await world.kill(fault === 'the vault is killed' ? 'vault' : 'api')
    return 'go on'
  })
  try {
    await world.start('vault')
    await world.start('api')
    world.configure()
    world.arm()
    const answers: number[] = []
    const again = async (): Promise<void> => {
      if (!world.hasHappened()) return
      if (fault === 'the vault is stopped') world.processes.vault?.kill('SIGCONT')
      if (fault === 'the API is killed') world.minutePasses()
      for (const half of ['vault', 'api'] as const) if (!world.processes[half]) await world.start(half)
    }
    const created = await world.opened(key, answers, again)
    await world.until('the moment came', world.hasHappened)
    await again()
    await world.until('one session is open, and nothing is under way', () => {
      const open = world.rows('vault', `select guid from capture_session where state = 'open'`)
      const unsettled = world.rows('api', `select 1 from launch_under_way where state in ('asked', 'opened')`)
      const isOne = open.length === 1 && open[0]?.guid === created.providerSessionGuid
      return isOne && unsettled.length === 0
    })
    await world.until('the link was sent', () => world.links() > 0)
    await world.pay(created.paymentFormUrl)
    await world.until('the API knows that it was paid', async () => {
      const status = await world.status(created.sessionGuid)
      return status.sessionState === 'Finished' && status.paymentResultData.paymentOutcome === 'approved'
    })
    const charges = world.rows('vault', 'select 1 from charge_attempt')
    assert.equal(charges.length, 1, 'one card was charged')
    await world.until('every result was taken', () => {
      const kept = world.rows('vault', 'select guid from capture_session where result is not null')
      return kept.length === 0
    })
    const captures = world.rows('vault', `select 1 from capture_session where state != 'called-off'`).length
    return { answers, captures, links: world.links() }
  } finally {
    world.close()
  }
}

/** Two splitRoles as processes, a proxy between them, and the folders of their data. */
async function startWorld(moment: Moment, happening: () => Promise<'cut' | 'go on'>) {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-lost-'))
  const channel = await channelPorts()
  const ports = { api: await freePort(), vault: await freePort() }
  const proxy = await startChannelProxy(channel.vault, moment, happening)
  const processes: Partial<Record<SplitRole, ChildProcess>> = {}
  let vaultLog = ''

  async function start(half: SplitRole): Promise<void> {
    const child = spawn(process.execPath, [main], {
      env: {
        ...process.env,
        PORT: String(ports[half]),
        TONEGATE_DATA: join(folder, half),
        TONEGATE_REGIONS: 'nam',
        TONEGATE_LOG_LEVEL: 'info',
        TONEGATE_ROLE: half,
        TONEGATE_CHANNEL_KEY: channelKey,
        TONEGATE_CHANNEL_LISTEN: `127.0.0.1:${channel[half]}`,
        TONEGATE_CHANNEL_PEER: `https://127.0.0.1:${half === 'api' ? proxy.port : channel.api}`,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    processes[half] = child
    child.stderr.resume()
    child.stdout.on('data', (part) => {
      if (half === 'vault') vaultLog += part
    })
    await until('it is ready', async () => {
      assert.equal(child.exitCode, null, `the ${half} ended by itself`)
      return (await fetch(`http://127.0.0.1:${ports[half]}/readyz`)).ok
    })
  }

  async function kill(half: SplitRole): Promise<void> {
    const child = processes[half]
    delete processes[half]
    if (!child) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }

  const database = (half: SplitRole) => new DatabaseSync(join(folder, half, 'nam.db'), { timeout: 10_000 })

  function rows(half: SplitRole, sql: string) {
    const opened = database(half)
    try {
      return opened.prepare(sql).all()
    } finally {
      opened.close()
    }
  }

  async function authorization(): Promise<string> {
    const { regions } = JSON.parse(readFileSync(join(folder, 'api', 'sandbox.json'), 'utf8')) as SandboxFile
    const client = regions.nam?.clients[0]
    const answer = await fetch(`http://127.0.0.1:${ports.api}/auth/connect/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        scope: 'globalpci',
        client_id: client?.clientId ?? '',
        client_secret: client?.clientSecret ?? '',
      }),
    })
    return `Bearer ${((await answer.json()) as { access_token: string }).access_token}`
  }

  return {
    processes,
    hasHappened: proxy.hasHappened,
    arm: proxy.arm,
    start,
    kill,
    rows,
    until,
    /** An account configuration whose links are sent at once. */
    configure(): void {
      const opened = database('api')
      opened.exec(`insert into account_configuration (account_id, id, settings)
        select account_id, ${configurationId}, json_set(settings, '$.id', ${configurationId}, '$.flow.sendLink', 'sms')
        from account_configuration where id = 0`)
      opened.close()
    },
    /** What a request that died with its process waits for. */
    minutePasses(): void {
      const opened = database('api')
      opened.exec('update idempotent_request set running_until = 0 where running_until is not null')
      opened.close()
    },
    /** Asks for a session until it is answered. @param between two tries. */
    async opened(key: Situation['key'], answers: number[], between: () => Promise<void>): Promise<Created> {
      const headers = {
        authorization: await authorization(),
        'content-type': 'application/json',
        ...(key === 'with a key' && { 'idempotency-key': 'order-1' }),
      }
      for (let tries = 0; tries < 200; tries += 1) {
        const answer = await fetch(`http://127.0.0.1:${ports.api}/globalpci/v1/digitalsession`, {
          method: 'POST',
          headers,
          body: JSON.stringify({
            agentId: 'agent7',
            accountConfigurationId: configurationId,
            paymentData: { Amount: '12.40', Currency: 'GBP', CustomerPhoneNumber: '+447700900123' },
          }),
        }).catch(() => undefined)
        answers.push(answer?.status ?? 0)
        if (answer?.status === 200) return (await answer.json()) as Created
        assert.ok([0, 409, 503].includes(answer?.status ?? 0), `${answer?.status} ${await answer?.text()}`)
        await between()
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      throw new Error(`It was never opened: ${answers.join()}`)
    },
    async status(sessionGuid: string) {
      const answer = await fetch(`http://127.0.0.1:${ports.api}/globalpci/v1/session/${sessionGuid}`, {
        headers: { authorization: await authorization() },
      })
      // biome-ignore lint/suspicious/noExplicitAny: an answer is looked at member by member
      return (await answer.json()) as any
    },
    async pay(paymentFormUrl: string): Promise<void> {
      const url = new URL(new URL(paymentFormUrl).pathname, `http://127.0.0.1:${ports.vault}`)
      const card = { cardNumber: '4111111111111111', expiry: '12/30', securityCode: '123' }
      const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(card) })
      assert.match(await answer.text(), /message approved/)
    },
    links: () => vaultLog.split('a payment link was sent').length - 1,
    close(): void {
      for (const child of Object.values(processes)) child.kill('SIGKILL')
      proxy.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

interface Created {
  readonly sessionGuid: string
  readonly providerSessionGuid: string
  readonly paymentFormUrl: string
}

/** Looks again and again; gives up after a minute and a half, for a machine that has much else to do. */
async function until(what: string, look: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 900; tries += 1) {
    if (await Promise.try(look).catch(notYet)) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`It did not come to be: ${what}.`)
}

function notYet(error: unknown): false {
  if (error instanceof assert.AssertionError) throw error
  return false
}
