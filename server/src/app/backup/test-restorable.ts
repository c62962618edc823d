import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { runAdmin } from '../../../test/harness/test-admin.ts'
import { eventually } from '../../../test/harness/test-eventually.ts'
import { databaseFor, type TestPostgres } from '../../../test/harness/test-postgres.ts'
import { startTestTonegate } from '../../../test/harness/test-tonegate.ts'

export const engines = ['SQLite', 'PostgreSQL'] as const

export type Engine = (typeof engines)[number]

const order = {
  paymentData: { Amount: '12.40', Currency: 'GBP', MerchantReferenceCode: 'order-1' },
}

/**
 * For the tests: a place for a region on either engine, with a folder for backups, and the commands for it as
 * `npm run admin` runs them.
 */
export async function newRegion(t: TestContext, engine: Engine, postgres: TestPostgres) {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-restorable-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const data = join(folder, 'data')
  const environment = {
    TONEGATE_DATA: data,
    TONEGATE_SEALING_KEY: randomBytes(32).toString('base64'),
    TONEGATE_REGIONS: 'nam',
    ...(engine === 'PostgreSQL' && { TONEGATE_STORE: await databaseFor(postgres.url, data) }),
  }
  const tried = (typed: readonly string[], more: NodeJS.ProcessEnv = {}) =>
    runAdmin({ ...environment, ...more }, typed)
  /** It succeeds, and answers a program. */
  async function told(...typed: readonly string[]) {
    const { code, answer, complaint } = await tried([...typed, '--json'])
    assert.equal(code, 0, complaint)
    return JSON.parse(answer)
  }
  const start = () => startTestTonegate(t, { environment })
  return { folder, data, environment, tried, told, start, backup: join(folder, 'nam.jsonl.gz') }
}

export type TestServer = Awaited<ReturnType<typeof startTestTonegate>>

/** Opens a session on an agent's call. */
export async function openSession({ post, token }: TestServer, agentId: string, access?: string) {
  const headers = { authorization: `Bearer ${access ?? (await token())}` }
  const call = (await post('/sandbox/calls', { agentId })).json
  const created = await post('/globalpci/v1/session', { agentId, ...order }, headers)
  assert.equal(created.status, 200, created.text)
  return { sessionGuid: String(created.json.sessionGuid), callGuid: String(call.callGuid) }
}

export type OpenedSession = Awaited<ReturnType<typeof openSession>>

/** What the Payment API says of a session. */
export async function statusOf({ send, token }: TestServer, sessionGuid: string) {
  const answer = await send(`/globalpci/v1/session/${sessionGuid}`, {
    headers: { authorization: `Bearer ${await token()}` },
  })
  return answer.json
}

/** The caller types a whole card, and the payment is answered. */
export async function pay(server: TestServer, { sessionGuid, callGuid }: OpenedSession): Promise<void> {
  await server.post(`/sandbox/calls/${callGuid}/keys`, { keys: '4111111111111111#1230#123#1' })
  await eventually(async () => (await statusOf(server, sessionGuid)).sessionState === 'Finished')
}
