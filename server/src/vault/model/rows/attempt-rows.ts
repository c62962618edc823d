import { sql } from 'kysely'
import type { Guid } from '../../../base/guid.ts'
import type { Store } from '../../../store/store.ts'
import type { Flow, Purpose } from '../launch.ts'

interface NewAttempt {
  readonly idempotency_key: string
  readonly capture_guid: Guid
  readonly gateway: string
  readonly amount_minor: number
  readonly currency: string
  readonly requested_at: number
  readonly purpose: Purpose
  readonly late_approval: Flow['lateApproval']
  readonly cancel_afterwards: Flow['cancelAfterwards']
  readonly held_by: string
}

/** With the epoch of its session, as whoever charges it knows it. */
type BegunAttempt = NewAttempt & { readonly epoch: number }

const columns = [
  'idempotency_key',
  'capture_guid',
  'gateway',
  'amount_minor',
  'currency',
  'requested_at',
  'purpose',
  'late_approval',
  'cancel_afterwards',
  'held_by',
] as const satisfies readonly (keyof NewAttempt)[]

/** The statements that write `charge_attempt`: asked, challenged, answered. */
export const prepareAttemptRows = (store: Store) => ({
  /**
   * Changes nothing where the session is not open or another node has it, another vault has begun the charge, or it is answered. A row of the
   * same vault is of a try that was not written for certain and never reached the gateway.
   */
  insertAttempt: store.prepare((db, p: BegunAttempt) =>
    db
      .insertInto('charge_attempt')
      .columns(columns)
      .expression((from) =>
        from
          .selectFrom('capture_session')
          .select(columns.map((column) => sql`${p[column]}`.as(column)))
          .where('guid', '=', p.capture_guid)
          .where('epoch', '=', p.epoch)
          .where('state', '=', 'open'),
      )
      .onConflict((conflict) =>
        conflict
          .column('idempotency_key')
          .doUpdateSet({ requested_at: p.requested_at })
          .where('charge_attempt.held_by', '=', p.held_by)
          .where('charge_attempt.answered_at', 'is', null),
      ),
  ),
  /** Removes a try that was not written for certain and never reached the gateway. */
  withdrawAttempt: store.prepare((db, p: { guid: Guid; held_by: string }) =>
    db
      .deleteFrom('charge_attempt')
      .where('capture_guid', '=', p.guid)
      .where('held_by', '=', p.held_by)
      .where('answered_at', 'is', null),
  ),
  /** The session is cancelled: what may be found later is voided, whatever the flow says. */
  voidIfApproved: store.prepare((db, p: { idempotency_key: string }) =>
    db
      .updateTable('charge_attempt')
      .set({ late_approval: 'void' })
      .where('idempotency_key', '=', p.idempotency_key),
  ),
  challengeAttempt: store.prepare(
    (db, p: { idempotency_key: string; challenged_at: number; sealed_challenge: Uint8Array }) =>
      db
        .updateTable('charge_attempt')
        .set({ challenged_at: p.challenged_at, sealed_challenge: p.sealed_challenge })
        .where('idempotency_key', '=', p.idempotency_key)
        .where('answered_at', 'is', null),
  ),
  answerAttempt: store.prepare((db, p: { idempotency_key: string; answered_at: number; answer: string }) =>
    db
      .updateTable('charge_attempt')
      .set({ answered_at: p.answered_at, answer: p.answer })
      .where('idempotency_key', '=', p.idempotency_key)
      .where('answered_at', 'is', null),
  ),
})
