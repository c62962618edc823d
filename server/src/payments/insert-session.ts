import { sql } from 'kysely'
import type { Guid } from '../base/guid.ts'
import type { Connection, Store } from '../store/store.ts'

/** A new session's row, as far as it is known before its provider is asked. */
export interface SessionRow {
  readonly guid: Guid
  readonly accountId: number
  readonly kind: 'agent-assist' | 'digital'
  readonly agentId: string
  readonly configurationId: number
  readonly callGuid: Guid | null
  /** Whose access its agent view ends with: see `opener.ts`. */
  readonly openedBy: string
  /** Milliseconds since the epoch. */
  readonly tokenMadeAt: number
}

type NewRow = SessionRow & {
  readonly providerSessionGuid: Guid
  readonly now: number
  readonly sealed: Uint8Array
}

/** Writes the row of a new session. */
export interface InsertSession {
  /** @throws {UniqueViolation} when it is there already, or its call has another one that is open. */
  run(transaction: Connection, row: NewRow): Promise<number>
}

export const insertSession = (store: Store): InsertSession =>
  store.prepare((db, p: NewRow) =>
    db.insertInto('payment_session').values({
      guid: p.guid,
      account_id: p.accountId,
      kind: p.kind,
      agent_id: p.agentId,
      configuration_id: p.configurationId,
      call_guid: p.callGuid,
      provider_session_guid: p.providerSessionGuid,
      state: sql.lit('Created'),
      created_at: p.now,
      updated_at: p.now,
      sealed_payment_data: p.sealed,
      awaits_outcome: sql.lit(0),
      opened_by: p.openedBy,
      token_made_at: p.tokenMadeAt,
      agent_view: sql.lit('open'),
    }),
  )
