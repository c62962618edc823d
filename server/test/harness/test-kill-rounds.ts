import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import type { SandboxFile, SandboxRegion } from '../../src/sandbox/sandbox-file.ts'
import { eventually } from './test-eventually.ts'

interface Created {
  readonly sessionGuid: string
  readonly providerSessionGuid: string
  readonly iframeUrl: string
  readonly agentAccessToken: string
  readonly agentRefreshToken: string
  readonly paymentFormUrl: string
  readonly reference: string
  /** Milliseconds since the epoch. */
  readonly answeredAt: number
  /** The customer has read on the payment page that the payment was approved. */
  paid: boolean
}

/** What was seen over all rounds. */
export interface KillReport {
  readonly rounds: number
  readonly answered: number
  /** Charges that were begun, and those of them whose approval the customer has read. */
  readonly charged: number
  readonly paid: number
}

/** So long the agent's access token is good, in milliseconds; a busy machine takes longer than that for all rounds. */
const viewTokenMilliseconds = 300_000

const running = new Set<ChildProcess>()

/**
 * Starts a server, lets clients open sessions and customers pay some of them, as fast as it answers,
 * kills it with SIGKILL at some moment, starts it again on the same data, and looks: every session whose POST
 * was answered is there and whole, every payment that a customer saw approved is recorded as approved, no session
 * was charged twice, and every charge that was under way has come to a known or an `unknown` end.
 *
 * @param moment resolves when a server is to be killed.
 */
export async function killRounds(
  rounds: number,
  moment: (paid: () => number) => Promise<unknown>,
): Promise<KillReport> {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-kill-'))
  const answered: Created[] = []
  const paid = () => answered.filter((session) => session.paid).length
  let port = '0'
  try {
    for (let round = 0; round < rounds; round += 1) {
      const { server, region } = await startServer(folder, port)
      port = new URL(region.tokenUrl).port
      await lookAtAll(region, answered.slice(-200))
      const loaded = load(region, answered)
      await Promise.race([moment(paid), loaded])
      server.kill('SIGKILL')
      await loaded
    }
    const { server, region } = await startServer(folder, port)
    await lookAtAll(region, answered)
    const charged = await lookAtDatabase(join(folder, 'nam.db'), answered)
    server.kill('SIGTERM')
    const [code] = await once(server, 'exit')
    assert.equal(code, 0, 'SIGTERM ends a server with 0')
    return { rounds, answered: answered.length, charged, paid: paid() }
  } finally {
    for (const server of running) server.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
}

async function startServer(
  folder: string,
  port: string,
): Promise<{ server: ChildProcess; region: SandboxRegion }> {
  const startedAt = Date.now() - 1
  const server = spawn(process.execPath, [fileURLToPath(new URL('../../src/main.ts', import.meta.url))], {
    env: {
      ...process.env,
      PORT: port,
      TONEGATE_DATA: folder,
      TONEGATE_REGIONS: 'nam',
      TONEGATE_LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  running.add(server)
  server.once('exit', () => running.delete(server))
  const file = join(folder, 'sandbox.json')
  const region = await eventually(async () => {
    assert.equal(server.exitCode, null, 'the server did not start again')
    if (!existsSync(file) || statSync(file).mtimeMs < startedAt) return undefined
    const { regions } = JSON.parse(readFileSync(file, 'utf8')) as SandboxFile
    const { nam } = regions
    return nam && (await isReady(nam)) ? nam : undefined
  })
  return { server, region }
}

async function isReady({ tokenUrl }: SandboxRegion): Promise<boolean> {
  try {
    return (await fetch(new URL('/readyz', tokenUrl))).ok
  } catch {
    return false
  }
}

async function tokenFor(region: SandboxRegion): Promise<string> {
  const [client] = region.clients
  assert.ok(client?.clientSecret)
  const answer = await fetch(region.tokenUrl, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      scope: 'globalpci',
      client_id: client.clientId,
      client_secret: client.clientSecret,
    }),
  })
  return ((await answer.json()) as { access_token: string }).access_token
}

/** Sixteen clients that go on until the connection breaks. */
async function load(region: SandboxRegion, answered: Created[]): Promise<void> {
  const authorization = `Bearer ${await tokenFor(region)}`
  const client = async (number: number) => {
    for (let count = 0; ; count += 1) {
      const reference = `order-${number}-${count}`
      const answer = await fetch(`${region.apiUrl}/v1/${count % 3 ? 'session' : 'digitalsession'}`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify({
          agentId: `agent${number}`,
          accountConfigurationId: count % 2 ? 10 : 0,
          skipCallTransfer: true,
          paymentData: { Amount: '12.40', MerchantReferenceCode: reference },
        }),
      })
      const created = (await answer.json()) as Created
      assert.equal(answer.status, 200, JSON.stringify(created))
      const session = { ...created, reference, answeredAt: Date.now(), paid: false }
      answered.push(session)
      if (count % 6 === 0) session.paid = await pay(region, session)
    }
  }
  const ends = await Promise.allSettled(Array.from({ length: 16 }, (_, number) => client(number)))
  for (const end of ends) {
    if (end.status === 'rejected' && end.reason instanceof assert.AssertionError) throw end.reason
  }
}

/** Types a card into the payment page; true when the page says that it was approved. */
async function pay({ apiUrl }: SandboxRegion, { paymentFormUrl }: Created): Promise<boolean> {
  const answer = await fetch(new URL(new URL(paymentFormUrl).pathname, apiUrl), {
    method: 'POST',
    body: new URLSearchParams({ cardNumber: '4111111111111111', expiry: '12/30', securityCode: '123' }),
  })
  return (await answer.text()).includes('message approved')
}

async function lookAtAll(region: SandboxRegion, answered: readonly Created[]): Promise<void> {
  const authorization = `Bearer ${await tokenFor(region)}`
  for (const {
    sessionGuid,
    providerSessionGuid,
    iframeUrl,
    agentAccessToken,
    agentRefreshToken,
    reference,
    answeredAt,
    paid,
  } of answered) {
    const answer = await fetch(`${region.apiUrl}/v1/session/${sessionGuid}`, { headers: { authorization } })
    const session = (await answer.json()) as Record<string, unknown> & {
      paymentResultData?: Record<string, string>
    }
    assert.equal(answer.status, 200, `session ${sessionGuid} was answered and is lost`)
    assert.equal(session.providerSessionGuid, providerSessionGuid)
    if (session.paymentResultData) assert.equal(session.paymentResultData.MerchantReferenceCode, reference)
    if (paid) {
      assert.equal(session.sessionState, 'Finished')
      assert.equal(session.paymentResultData?.paymentOutcome ?? 'approved', 'approved')
    }
    if (session.sessionState !== 'Created' && session.sessionState !== 'InProgress') continue
    const view = await fetch(new URL(new URL(iframeUrl).pathname, region.apiUrl), {
      headers: { 'X-BEARER-TOKEN': agentAccessToken, 'X-REFRESH-TOKEN': agentRefreshToken },
    })
    await view.arrayBuffer()
    const right = Date.now() - answeredAt < viewTokenMilliseconds ? [200, 404] : [200, 401, 404]
    assert.ok(right.includes(view.status), `the agent view of ${sessionGuid} answers ${view.status}`)
  }
}

/** The files themselves: sound, and no session half there. */
async function lookAtDatabase(file: string, answered: readonly Created[]): Promise<number> {
  const database = new DatabaseSync(file, { readOnly: true })
  const rows = (sql: string) => database.prepare(sql).all()
  const count = (sql: string) => Number(rows(sql)[0]?.n)
  assert.deepEqual(
    rows('pragma integrity_check').map((row) => row.integrity_check),
    ['ok'],
  )
  assert.equal(
    count(`select count(*) n from payment_session p
           where not exists (select 1 from capture_session c where c.guid = p.provider_session_guid)`),
    0,
    'a payment session without its capture session',
  )
  await eventually(
    async () =>
      count(`select count(*) n from charge_attempt a join capture_session c on c.guid = a.capture_guid
             where c.state = 'open'`) === 0,
  )
  const stored = new Set(rows('select guid from payment_session').map((row) => row.guid))
  for (const { sessionGuid } of answered) assert.ok(stored.has(sessionGuid), `${sessionGuid} is lost`)
  assert.equal(
    count('select count(*) n from (select 1 from charge_attempt group by capture_guid having count(*) > 1)'),
    0,
    'a session that was charged twice',
  )
  const charged = count('select count(*) n from charge_attempt')
  database.close()
  return charged
}
