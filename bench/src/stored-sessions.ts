import { randomBytes } from 'node:crypto'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import type { Guid } from '../../server/src/base/guid.ts'
import type { Tables } from '../../server/src/store/tables.ts'
import { bytesOfRow } from './stored-bytes.ts'

const day = 24 * 3600 * 1000

/**
 * Puts sessions that ended 1 to 89 days ago, and whose results are gone, into the database of a server that is
 * stopped. Their GUIDs rise with time, as those of the server do.
 *
 * @param removalAt when their results go, and what a webhook said of each, where they are still there.
 * @returns the GUIDs of some of them, spread over all.
 */
export function storeEndedSessions(
  file: string,
  number: number,
  sample: number,
  removalAt?: number,
): readonly string[] {
  const database = new DatabaseSync(file)
  database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -262144')
  const { account_id: account, id: client } = database
    .prepare("SELECT account_id, id FROM client WHERE name = 'backend'")
    .get() as { account_id: number; id: string }
  const insert = {
    payment: prepareInsert(database, 'payment_session'),
    capture: prepareInsert(database, 'capture_session'),
    delivery: prepareInsert(database, 'webhook_delivery'),
  }
  const first = Date.now() - 89 * day
  const guids: string[] = []
  const results = removalAt === undefined ? {} : { ...sealedResult, result_removal_at: removalAt }
  const everySo = Math.max(1, Math.floor(number / sample))
  database.exec('BEGIN')
  for (let index = 0; index < number; index += 1) {
    const created = first + Math.floor((index * 88 * day) / number)
    const ended = created + 180_000
    const guid = risingGuid(created)
    const captureGuid = risingGuid(created)
    const times = { created_at: created, ended_at: ended }
    insert.payment({
      ...endedPayment,
      ...results,
      ...times,
      guid,
      account_id: account,
      agent_id: `agent${10_000 + (index % 500)}`,
      provider_session_guid: captureGuid,
      updated_at: ended,
      opened_by: client,
      token_made_at: created,
    })
    insert.capture({
      ...endedCapture,
      ...times,
      guid: captureGuid,
      tenant_id: account,
      session_guid: guid,
      course: '[]',
      expires_at: created + 3_600_000,
    })
    if (removalAt !== undefined) {
      const of = { account_id: account, session_guid: guid, delivered_at: ended, kept_until: ended }
      insert.delivery({ ...delivered, ...of, id: risingGuid(ended) })
    }
    if (index % everySo === 0 && guids.length < sample) guids.push(guid)
  }
  database.exec('COMMIT')
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  database.close()
  return guids
}

const endedPayment = {
  kind: 'agent-assist',
  configuration_id: 0,
  call_guid: null,
  state: 'Finished',
  sealed_payment_data: null,
  sealed_result: null,
  result_removal_at: null,
  result_removed_at: null,
  awaits_outcome: 0,
  correction: null,
  agent_view: 'open',
} as const

/** As long as what is kept of a payment; nobody opens it. */
const sealedResult = {
  sealed_payment_data: Buffer.alloc(512, 1),
  sealed_result: Buffer.alloc(512, 2),
}

const delivered = {
  configuration_id: 0,
  state: 'delivered',
  due_at: null,
  sealed_body: Buffer.alloc(1024, 3),
  attempts: '[]',
  number: 1,
  type: null,
  held_by: null,
} as const

/** How a session ended, as its row keeps it. */
export const storedEnding = JSON.stringify({
  end: 'success',
  outcome: 'approved',
  order: { amountMinor: 1240, currency: 'EUR' },
  merchantName: 'Harbour Street Books',
  language: 'en',
})

const endedCapture = {
  link_generation: 0,
  owner: null,
  epoch: 0,
  launch_digest: null,
  awaits_opening: 0,
  untold_progress: 0,
  ending: storedEnding,
  state: 'ended',
  sealed_launch: null,
  progress: '{}',
  sealed_fields: null,
  refresh_tokens: '',
  result: null,
  view_closed_at: null,
} as const

/** An insert of whole rows, as the server's tables have them. */
function prepareInsert<Name extends 'payment_session' | 'capture_session' | 'webhook_delivery'>(
  database: DatabaseSync,
  table: Name,
): (row: Tables[Name]) => void {
  let statement: StatementSync | undefined
  return (row) => {
    const columns = Object.keys(row)
    statement ??= database.prepare(
      `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
    )
    statement.run(...(Object.values(row) as SQLInputValue[]))
  }
}

/** A GUID of version 7 for a moment (RFC 9562 §5.7). */
function risingGuid(moment: number): Guid {
  const time = moment.toString(16).padStart(12, '0')
  const random = randomBytes(10).toString('hex')
  const variant = '89ab'[Number.parseInt(random[3] ?? '0', 16) & 3]
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-${variant}${random.slice(4, 7)}-${random.slice(7, 19)}` as Guid
}

/** How many results are still there, and in a database that its server has open too. */
export function resultsLeft(file: string): number {
  const database = new DatabaseSync(file, { readOnly: true })
  const row = database
    .prepare('SELECT count(*) AS left FROM payment_session WHERE result_removal_at IS NOT NULL')
    .get()
  database.close()
  return Number(row?.left)
}

/** Bytes that a session's rows hold, in both tables. */
export function storedBytes(file: string, sessionGuid: string): number {
  const database = new DatabaseSync(file, { readOnly: true })
  const payment = database.prepare('SELECT * FROM payment_session WHERE guid = ?').get(sessionGuid)
  const capture = database
    .prepare('SELECT * FROM capture_session WHERE guid = ?')
    .get(payment?.provider_session_guid ?? null)
  database.close()
  if (!payment || !capture) throw new Error('The session is not in the database.')
  return bytesOfRow(payment) + bytesOfRow(capture)
}
