import type { Guid } from '../../base/guid.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { Connection, Store } from '../../store/store.ts'
import type { ChargeAttemptTable } from '../../store/tables.ts'
import { resultOf } from '../charge/charge-result.ts'
import { endingOf } from '../charge/ending.ts'
import { idempotencyKeyOf, onlyAttempt } from '../charge/steps/record-attempt.ts'
import type { Launch } from '../model/launch.ts'
import { prepareEndingRows } from '../model/rows/ending-rows.ts'
import { openLaunch } from '../model/sealed-launch.ts'
import { unreadableResultOf } from '../model/unreadable-result.ts'

/** How many sessions are read at a time. */
const batchRows = 200

/** What became of the sessions that were open. */
export interface EndedSessions {
  readonly sessions: number
  /** Of these, and of those that had ended without an answer: their gateways are asked about so many. */
  readonly toReconcile: number
}

/**
 * Ends every open session of a database that is older than what has happened since: its customer may have paid, and nobody
 * may pay again. Its outcome is `unknown` until its gateway has been asked, by the key that its one attempt has or would
 * have had. What the gateway approved is recorded and never voided, whatever the flow says of late approvals: the merchant
 * may have been told of it. Part of a transaction that does more; no server works on the database.
 */
export function prepareEndRestoredSessions({
  store,
  sealer,
  clock,
}: Pick<StoreParts, 'store' | 'sealer' | 'clock'>): (tx: Connection) => Promise<EndedSessions> {
  const rows = { ...prepareStatements(store), ...prepareEndingRows(store) }

  async function end(tx: Connection, row: OpenRow): Promise<void> {
    const { guid } = row
    const launch = launchOf(row)
    const result = launch || row.attempt_key ? resultOf(guid, undefined, undefined) : unreadableResultOf(guid)
    if (row.attempt_key !== null) await rows.recordApproval.run(tx, { idempotency_key: row.attempt_key })
    else if (launch) await rows.insertAttempt.run(tx, attemptOf(guid, launch))
    await rows.endSession.run(tx, {
      guid,
      ended_at: clock.now(),
      result: JSON.stringify(result),
      ending: launch ? endingOf(result, launch) : null,
      // Of a card that was charged its brand and last digits; a card that was not is forgotten.
      sealed_fields: row.attempt_key === null ? null : row.sealed_fields,
    })
  }

  /** `undefined` where it was damaged: it could not have been charged either. */
  function launchOf({ guid, tenant_id, sealed_launch }: OpenRow): Launch | undefined {
    try {
      return sealed_launch === null ? undefined : openLaunch(sealer, guid, tenant_id, sealed_launch)
    } catch {
      return undefined
    }
  }

  const attemptOf = (guid: Guid, { flow, order }: Launch): NewAttempt => ({
    idempotency_key: idempotencyKeyOf(guid, onlyAttempt),
    capture_guid: guid,
    gateway: flow.gateway,
    amount_minor: order.amountMinor,
    currency: order.currency,
    requested_at: clock.now(),
    purpose: flow.purpose,
    cancel_afterwards: flow.cancelAfterwards,
  })

  return async (tx) => {
    let sessions = 0
    for (;;) {
      const found = await rows.open.all(tx, { most: batchRows })
      for (const row of found) await end(tx, row)
      sessions += found.length
      if (found.length < batchRows) break
    }
    return { sessions, toReconcile: await rows.lookAtOnce.run(tx, {}) }
  }
}

type NewAttempt = Pick<
  ChargeAttemptTable,
  | 'idempotency_key'
  | 'gateway'
  | 'amount_minor'
  | 'currency'
  | 'requested_at'
  | 'purpose'
  | 'cancel_afterwards'
> & { readonly capture_guid: Guid }

interface OpenRow {
  readonly guid: Guid
  readonly tenant_id: number
  readonly sealed_launch: Uint8Array | null
  readonly sealed_fields: Uint8Array | null
  /** Of the charge that was under way in it; null where none was. */
  readonly attempt_key: string | null
}

function prepareStatements(store: Store) {
  return {
    open: store.prepare((db, p: { most: number }) =>
      db
        .selectFrom('capture_session')
        .leftJoin('charge_attempt', 'charge_attempt.capture_guid', 'capture_session.guid')
        .select([
          'capture_session.guid',
          'capture_session.tenant_id',
          'capture_session.sealed_launch',
          'capture_session.sealed_fields',
          'charge_attempt.idempotency_key as attempt_key',
        ])
        .where('capture_session.state', '=', 'open')
        .limit(p.most),
    ),
    insertAttempt: store.prepare((db, p: NewAttempt) =>
      db.insertInto('charge_attempt').values({
        idempotency_key: p.idempotency_key,
        capture_guid: p.capture_guid,
        gateway: p.gateway,
        amount_minor: p.amount_minor,
        currency: p.currency,
        requested_at: p.requested_at,
        purpose: p.purpose,
        late_approval: 'record',
        cancel_afterwards: p.cancel_afterwards,
      }),
    ),
    recordApproval: store.prepare((db, p: { idempotency_key: string }) =>
      db
        .updateTable('charge_attempt')
        .set({ late_approval: 'record' })
        .where('idempotency_key', '=', p.idempotency_key),
    ),
    /** All that are looked for still, by whichever node comes first, and as long as after an end. */
    lookAtOnce: store.prepare((db, _: object) =>
      db
        .updateTable('charge_attempt')
        .set({ held_by: null, next_look_at: 0, look_until: null, look_pause: null })
        .where('answered_at', 'is', null)
        .where((is) => is.or([is('next_look_at', 'is not', null), is('look_until', 'is', null)])),
    ),
  }
}
