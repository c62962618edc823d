import type { Guid } from '../../base/guid.ts'
import type { Store } from '../../store/store.ts'
import type { Flow, Purpose } from './launch.ts'

/** The statements on `charge_attempt`: asked, challenged, answered. */
export const prepareAttemptRows = (store: Store) => ({
  /**
   * Changes nothing where another vault has begun the charge, or it is answered. A row of the same vault is of a try
   * that was not written for certain and never reached the gateway.
   */
  insertAttempt: store.prepare(
    (
      db,
      p: {
        idempotency_key: string
        capture_guid: Guid
        gateway: string
        amount_minor: number
        currency: string
        requested_at: number
        purpose: Purpose
        late_approval: Flow['lateApproval']
        cancel_afterwards: Flow['cancelAfterwards']
        held_by: string
      },
    ) =>
      db
        .insertInto('charge_attempt')
        .values({
          idempotency_key: p.idempotency_key,
          capture_guid: p.capture_guid,
          gateway: p.gateway,
          amount_minor: p.amount_minor,
          currency: p.currency,
          requested_at: p.requested_at,
          answered_at: null,
          answer: null,
          purpose: p.purpose,
          late_approval: p.late_approval,
          cancel_afterwards: p.cancel_afterwards,
          held_by: p.held_by,
          challenged_at: null,
          sealed_challenge: null,
        })
        .onConflict((conflict) =>
          conflict
            .column('idempotency_key')
            .doUpdateSet({ requested_at: p.requested_at })
            .where('charge_attempt.held_by', '=', p.held_by)
            .where('charge_attempt.answered_at', 'is', null),
        ),
  ),
  /** Takes back a try that was not written for certain and never reached the gateway. */
  withdrawAttempt: store.prepare((db, p: { guid: Guid; held_by: string }) =>
    db
      .deleteFrom('charge_attempt')
      .where('capture_guid', '=', p.guid)
      .where('held_by', '=', p.held_by)
      .where('answered_at', 'is', null),
  ),
  /** The session is cancelled: what may be found later is undone, whatever the flow says. */
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
  /** The payment that a gateway tells of: of this tenant and at this gateway alone. */
  attemptOf: store.prepare((db, p: { key: string; tenant: number; gateway: string }) =>
    db
      .selectFrom('charge_attempt')
      .innerJoin('capture_session', 'capture_session.guid', 'charge_attempt.capture_guid')
      .select([
        'charge_attempt.idempotency_key',
        'charge_attempt.capture_guid',
        'charge_attempt.amount_minor',
        'charge_attempt.currency',
        'charge_attempt.purpose',
        'charge_attempt.answer',
      ])
      .where('charge_attempt.idempotency_key', '=', p.key)
      .where('charge_attempt.gateway', '=', p.gateway)
      .where('capture_session.tenant_id', '=', p.tenant),
  ),
  /** What was authorised in a session that has ended, and what its flow says of cancelling it. */
  answeredAttempt: store.prepare((db, p: { guid: Guid }) =>
    db
      .selectFrom('charge_attempt')
      .innerJoin('capture_session', 'capture_session.guid', 'charge_attempt.capture_guid')
      .select([
        'charge_attempt.idempotency_key',
        'charge_attempt.gateway',
        'charge_attempt.amount_minor',
        'charge_attempt.currency',
        'charge_attempt.purpose',
        'charge_attempt.cancel_afterwards',
        'charge_attempt.answer',
        'capture_session.tenant_id',
      ])
      .where('charge_attempt.capture_guid', '=', p.guid)
      .where('charge_attempt.answered_at', 'is not', null),
  ),
  unansweredAttempts: store.prepare((db, _: object) =>
    db
      .selectFrom('charge_attempt')
      .innerJoin('capture_session', 'capture_session.guid', 'charge_attempt.capture_guid')
      .select([
        'charge_attempt.idempotency_key',
        'charge_attempt.capture_guid',
        'charge_attempt.gateway',
        'charge_attempt.purpose',
        'charge_attempt.amount_minor',
        'charge_attempt.currency',
        'charge_attempt.requested_at',
        'charge_attempt.late_approval',
        'charge_attempt.challenged_at',
        'charge_attempt.sealed_challenge',
        'capture_session.tenant_id',
        'capture_session.state',
        'capture_session.sealed_fields',
      ])
      .where('charge_attempt.answered_at', 'is', null),
  ),
})
