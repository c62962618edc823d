import { sql } from 'kysely'
import type { Guid } from '../../../base/guid.ts'
import type { NodeId } from '../../../store/nodes/node-id.ts'
import type { Store } from '../../../store/store.ts'

/** What of an unanswered attempt, and of its session, somebody needs who takes it up. */
export const attemptColumns = [
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
  'capture_session.sealed_fields',
] as const

/** The statements that read `charge_attempt`, with the session of each. */
export const prepareAttemptLookups = (store: Store) => ({
  /** The payment that a gateway tells of: of this tenant and at this gateway alone. It is locked. */
  attemptOf: store.prepare((db, p: { key: string; tenant: number; gateway: string }) =>
    db
      .selectFrom('charge_attempt')
      .innerJoin('capture_session', 'capture_session.guid', 'charge_attempt.capture_guid')
      .select([
        'charge_attempt.idempotency_key',
        'charge_attempt.capture_guid',
        'capture_session.tenant_id',
        'charge_attempt.amount_minor',
        'charge_attempt.currency',
        'charge_attempt.purpose',
        'charge_attempt.answer',
      ])
      .where('charge_attempt.idempotency_key', '=', p.key)
      .where('charge_attempt.gateway', '=', p.gateway)
      .where('capture_session.tenant_id', '=', p.tenant)
      .forUpdate('charge_attempt'),
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
  /** Of the open sessions that a node has. */
  ownUnanswered: store.prepare((db, p: { owner: NodeId }) =>
    db
      .selectFrom('charge_attempt')
      .innerJoin('capture_session', 'capture_session.guid', 'charge_attempt.capture_guid')
      .select(attemptColumns)
      .where('charge_attempt.answered_at', 'is', null)
      .where('capture_session.owner', '=', p.owner)
      .where('capture_session.state', '=', sql.lit('open')),
  ),
})
