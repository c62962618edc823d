import { sql } from 'kysely'
import type { Guid } from '../../base/guid.ts'
import type { Store } from '../../store/store.ts'
import type { ChargeFollowUpTable, GatewayNotificationTable } from '../../store/tables.ts'
import type { FollowUpKind } from './gateway.ts'
import type { Flow, Purpose } from './launch.ts'

/** What of a session's row changes while it is open. */
export interface KeptSession {
  readonly guid: Guid
  readonly progress: string
  readonly sealed_fields: Uint8Array | null
  readonly link_generation: number
  readonly course: string
}

interface NewFollowUp {
  readonly idempotency_key: string
  readonly attempt_key: string
  readonly kind: FollowUpKind
  readonly reason: ChargeFollowUpTable['reason']
  readonly amount_minor: number
  readonly currency: string
  readonly requested_at: number
}

const unanswered = (p: NewFollowUp) => ({
  idempotency_key: p.idempotency_key,
  attempt_key: p.attempt_key,
  kind: p.kind,
  reason: p.reason,
  amount_minor: p.amount_minor,
  currency: p.currency,
  requested_at: p.requested_at,
  answered_at: null,
  answer: null,
})

/** The statements on `capture_session` and `charge_attempt`. */
export type VaultRows = ReturnType<typeof prepareVaultRows>

export function prepareVaultRows(store: Store) {
  return {
    insertSession: store.prepare(
      (
        db,
        p: {
          guid: Guid
          tenant_id: number
          sealed_launch: Uint8Array
          progress: string
          refresh_tokens: string
          created_at: number
          expires_at: number
          launch_digest: Uint8Array | null
          awaits_opening: 0 | 1
          session_guid: Guid | null
        },
      ) =>
        db.insertInto('capture_session').values({
          guid: p.guid,
          tenant_id: p.tenant_id,
          state: 'open',
          sealed_launch: p.sealed_launch,
          progress: p.progress,
          sealed_fields: null,
          refresh_tokens: p.refresh_tokens,
          created_at: p.created_at,
          expires_at: p.expires_at,
          ended_at: null,
          result: null,
          ending: null,
          link_generation: 0,
          view_closed_at: null,
          launch_digest: p.launch_digest,
          awaits_opening: p.awaits_opening,
          untold_progress: 0,
          session_guid: p.session_guid,
          course: '[]',
        }),
    ),
    /** The place of a session that shall never be: a launch that comes for it late finds it taken. */
    insertCalledOff: store.prepare((db, p: { guid: Guid; now: number }) =>
      db
        .insertInto('capture_session')
        .values({
          guid: p.guid,
          tenant_id: 0,
          state: 'called-off',
          sealed_launch: null,
          progress: '{}',
          sealed_fields: null,
          refresh_tokens: '',
          created_at: p.now,
          expires_at: p.now,
          ended_at: p.now,
          result: null,
          ending: null,
          link_generation: 0,
          launch_digest: null,
          awaits_opening: 0,
          untold_progress: 0,
          session_guid: null,
          course: '[]',
        })
        .onConflict((conflict) => conflict.doNothing()),
    ),
    /** What a launch under a chosen GUID has come to. */
    named: store.prepare((db, p: { guid: Guid }) =>
      db
        .selectFrom('capture_session')
        .leftJoin('charge_attempt', 'charge_attempt.capture_guid', 'capture_session.guid')
        .select([
          'capture_session.state',
          'capture_session.link_generation',
          'capture_session.launch_digest',
          'charge_attempt.idempotency_key as attempt',
        ])
        .where('capture_session.guid', '=', p.guid)
        .limit(1),
    ),
    markOpened: store.prepare((db, p: { guid: Guid }) =>
      db
        .updateTable('capture_session')
        .set({ awaits_opening: 0 })
        .where('guid', '=', p.guid)
        .where('awaits_opening', '=', 1),
    ),
    keepSession: store.prepare((db, p: KeptSession) =>
      db
        .updateTable('capture_session')
        .set({
          progress: p.progress,
          sealed_fields: p.sealed_fields,
          link_generation: p.link_generation,
          course: p.course,
        })
        .where('guid', '=', p.guid)
        .where('state', '=', 'open'),
    ),
    keepSealedCard: store.prepare((db, p: { guid: Guid; sealed_fields: Uint8Array | null; course: string }) =>
      db
        .updateTable('capture_session')
        .set({ sealed_fields: p.sealed_fields, course: p.course })
        .where('guid', '=', p.guid)
        .where('state', '=', 'open'),
    ),
    /** Changes nothing where they are others by now. */
    keepRefreshTokens: store.prepare((db, p: { guid: Guid; before: string; after: string }) =>
      db
        .updateTable('capture_session')
        .set({ refresh_tokens: p.after })
        .where('guid', '=', p.guid)
        .where('state', '=', 'open')
        .where('refresh_tokens', '=', p.before),
    ),
    refreshTokens: store.prepare((db, p: { guid: Guid }) =>
      db
        .selectFrom('capture_session')
        .select('refresh_tokens')
        .where('guid', '=', p.guid)
        .where('state', '=', 'open'),
    ),
    closeView: store.prepare((db, p: { guid: Guid; closed_at: number }) =>
      db
        .updateTable('capture_session')
        .set({ view_closed_at: p.closed_at, refresh_tokens: '' })
        .where('guid', '=', p.guid)
        .where('view_closed_at', 'is', null),
    ),
    endSession: store.prepare(
      (
        db,
        p: {
          guid: Guid
          ended_at: number
          result: string
          sealed_fields: Uint8Array | null
          ending: string | null
        },
      ) =>
        db
          .updateTable('capture_session')
          .set({
            state: 'ended',
            sealed_launch: null,
            progress: '{}',
            sealed_fields: p.sealed_fields,
            refresh_tokens: '',
            ended_at: p.ended_at,
            result: p.result,
            ending: p.ending,
          })
          .where('guid', '=', p.guid)
          .where('state', '=', 'open'),
    ),
    /** As {@link endSession}, where no charge was begun. */
    endUncharged: store.prepare(
      (db, p: { guid: Guid; ended_at: number; result: string; ending: string | null; course: string }) =>
        db
          .updateTable('capture_session')
          .set({
            state: 'ended',
            sealed_launch: null,
            progress: '{}',
            sealed_fields: null,
            refresh_tokens: '',
            ended_at: p.ended_at,
            result: p.result,
            ending: p.ending,
            course: p.course,
          })
          .where('guid', '=', p.guid)
          .where('state', '=', 'open')
          .where((is) =>
            is.not(
              is.exists(is.selectFrom('charge_attempt').select('gateway').where('capture_guid', '=', p.guid)),
            ),
          ),
    ),
    replaceResult: store.prepare((db, p: { guid: Guid; result: string; ending: string | null }) =>
      db
        .updateTable('capture_session')
        .set({ result: p.result, sealed_fields: null, ending: p.ending })
        .where('guid', '=', p.guid),
    ),
    ending: store.prepare((db, p: { guid: Guid }) =>
      db
        .selectFrom('capture_session')
        .select(['state', 'result', 'ending', 'link_generation'])
        .where('guid', '=', p.guid),
    ),
    keepUntold: store.prepare((db, p: { guid: Guid; untold: 0 | 1 }) =>
      db.updateTable('capture_session').set({ untold_progress: p.untold }).where('guid', '=', p.guid),
    ),
    forgetResult: store.prepare((db, p: { guid: Guid; result: string }) =>
      db
        .updateTable('capture_session')
        .set({ result: null })
        .where('guid', '=', p.guid)
        .where('result', '=', p.result),
    ),
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
    undoIfApproved: store.prepare((db, p: { idempotency_key: string }) =>
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
    /** Fails where the key is there already: it belongs to another sum. */
    beginFollowUp: store.prepare((db, p: NewFollowUp) =>
      db.insertInto('charge_follow_up').values(unanswered(p)),
    ),
    /** For what the vault does by itself: one void and one refund of a payment, of all that was authorised. */
    insertFollowUp: store.prepare((db, p: NewFollowUp) =>
      db
        .insertInto('charge_follow_up')
        .values(unanswered(p))
        .onConflict((conflict) => conflict.doNothing()),
    ),
    answerFollowUp: store.prepare((db, p: { idempotency_key: string; answered_at: number; answer: string }) =>
      db
        .updateTable('charge_follow_up')
        .set({ answered_at: p.answered_at, answer: p.answer })
        .where('idempotency_key', '=', p.idempotency_key)
        .where('answered_at', 'is', null),
    ),
    followUps: store.prepare((db, p: { attempt_key: string }) =>
      db
        .selectFrom('charge_follow_up')
        .select([
          'idempotency_key',
          'kind',
          'reason',
          'amount_minor',
          'requested_at',
          'answered_at',
          'answer',
        ])
        .where('attempt_key', '=', p.attempt_key)
        .orderBy('requested_at')
        .orderBy('idempotency_key'),
    ),
    followUpAnswer: store.prepare((db, p: { idempotency_key: string }) =>
      db.selectFrom('charge_follow_up').select('answer').where('idempotency_key', '=', p.idempotency_key),
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
    /** An order, by its key. */
    followUp: store.prepare((db, p: { key: string }) =>
      db
        .selectFrom('charge_follow_up')
        .select(['idempotency_key', 'attempt_key', 'kind', 'amount_minor', 'currency', 'answer'])
        .where('idempotency_key', '=', p.key),
    ),
    /** The gateway takes back what it had said of an order, or says it first. */
    failFollowUp: store.prepare((db, p: { key: string; answered_at: number; answer: string }) =>
      db
        .updateTable('charge_follow_up')
        .set({ answered_at: p.answered_at, answer: p.answer })
        .where('idempotency_key', '=', p.key),
    ),
    /** Changes nothing where it has been told before. */
    insertNotification: store.prepare((db, p: GatewayNotificationTable) =>
      db
        .insertInto('gateway_notification')
        .values({
          tenant_id: p.tenant_id,
          gateway: p.gateway,
          id: p.id,
          about: p.about,
          attempt_key: p.attempt_key,
          gateway_code: p.gateway_code,
          tells: p.tells,
          received_at: p.received_at,
        })
        .onConflict((conflict) => conflict.doNothing()),
    ),
    /** The gateway's word for it, where it has told that the payment which it was to take by itself was not taken. */
    toldCaptureFailed: store.prepare((db, p: { attempt_key: string }) =>
      db
        .selectFrom('gateway_notification')
        .select('gateway_code')
        .where('attempt_key', '=', p.attempt_key)
        .where('about', '=', 'capture-failed')
        .limit(1),
    ),
    /** What a gateway that cannot be asked has told of a payment, the first first. */
    told: store.prepare((db, p: { attempt_key: string }) =>
      db
        .selectFrom('gateway_notification')
        .select('tells')
        .where('attempt_key', '=', p.attempt_key)
        .where('tells', 'is not', null)
        .orderBy('received_at'),
    ),
    removeNotifications: store.prepare((db, p: { before: number }) =>
      db.deleteFrom('gateway_notification').where('received_at', '<', p.before),
    ),
    /** Those that the vault gives by itself, with the payment's own answer. */
    unansweredFollowUps: store.prepare((db, _: object) =>
      db
        .selectFrom('charge_follow_up')
        .innerJoin('charge_attempt', 'charge_attempt.idempotency_key', 'charge_follow_up.attempt_key')
        .innerJoin('capture_session', 'capture_session.guid', 'charge_attempt.capture_guid')
        .select([
          'charge_follow_up.attempt_key',
          'charge_follow_up.kind',
          'charge_follow_up.reason',
          'charge_follow_up.amount_minor',
          'charge_follow_up.currency',
          'charge_attempt.capture_guid',
          'charge_attempt.gateway',
          'charge_attempt.answer',
          'capture_session.tenant_id',
        ])
        .where('charge_follow_up.answered_at', 'is', null)
        .where('charge_follow_up.reason', '!=', 'operator'),
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
    openSessions: store.prepare((db, _: object) =>
      db
        .selectFrom('capture_session')
        .select([
          'guid',
          'tenant_id',
          'sealed_launch',
          'progress',
          'sealed_fields',
          'refresh_tokens',
          'created_at',
          'expires_at',
          'view_closed_at',
          'awaits_opening',
          'untold_progress',
          'course',
        ])
        .where('state', '=', sql.lit('open')),
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
    unreportedResults: store.prepare((db, _: object) =>
      db.selectFrom('capture_session').select(['guid', 'result', 'ending']).where('result', 'is not', null),
    ),
    /** Rows whose result nobody has taken yet stay, be it reported or called back. */
    removeEnded: store.prepare((db, p: { before: number; batchRows: number }) =>
      db.deleteFrom('capture_session').where('guid', 'in', (ended) =>
        ended
          .selectFrom('capture_session')
          .select('guid')
          .where('ended_at', 'is not', null)
          .where('ended_at', '<', p.before)
          .where('result', 'is', null)
          .where((is) =>
            is.not(
              is.exists(
                is
                  .selectFrom('provider_callback')
                  .select('id')
                  .whereRef('session_guid', '=', 'capture_session.guid'),
              ),
            ),
          )
          .limit(p.batchRows),
      ),
    ),
  }
}
