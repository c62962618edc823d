import { sql } from 'kysely'
import type { Guid } from '../../../base/guid.ts'
import { heldByNobody } from '../../../store/nodes/held-by-nobody.ts'
import type { NodeId } from '../../../store/nodes/node-id.ts'
import type { Store } from '../../../store/store.ts'
import type { ChargeFollowUpTable } from '../../../store/tables.ts'
import type { FollowUpKind } from '../gateway.ts'

interface NewFollowUp {
  readonly idempotency_key: string
  readonly attempt_key: string
  readonly kind: FollowUpKind
  readonly reason: ChargeFollowUpTable['reason']
  readonly amount_minor: number
  readonly currency: string
  readonly requested_at: number
}

/** One that somebody gives. */
interface GivenFollowUp extends NewFollowUp {
  readonly order_name: Guid | null
  readonly requested_by: string
}

const unanswered = (p: NewFollowUp) => ({
  idempotency_key: p.idempotency_key,
  attempt_key: p.attempt_key,
  kind: p.kind,
  reason: p.reason,
  amount_minor: p.amount_minor,
  currency: p.currency,
  requested_at: p.requested_at,
  held_by: null,
  asked_at: null,
  answered_at: null,
  answer: null,
  order_name: null,
  requested_by: null,
  untold: 0 as const,
})

/** The statements on `charge_follow_up`: what follows a payment. */
export const prepareFollowUpRows = (store: Store) => ({
  ...prepareOrders(store),
  ...prepareHolds(store),
  ...prepareMemory(store),
  ...prepareTelling(store),
})

const prepareOrders = (store: Store) => ({
  /** Fails where the key is there already: it belongs to another sum. */
  beginFollowUp: store.prepare((db, p: GivenFollowUp) =>
    db
      .insertInto('charge_follow_up')
      .values({ ...unanswered(p), order_name: p.order_name, requested_by: p.requested_by }),
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
      .set({ answered_at: p.answered_at, answer: p.answer, untold: 1 })
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
        'order_name',
        'requested_by',
      ])
      .where('attempt_key', '=', p.attempt_key)
      .orderBy('requested_at')
      .orderBy('idempotency_key'),
  ),
  followUpAnswer: store.prepare((db, p: { idempotency_key: string }) =>
    db.selectFrom('charge_follow_up').select('answer').where('idempotency_key', '=', p.idempotency_key),
  ),
  /** An order, by its key. */
  followUp: store.prepare((db, p: { key: string }) =>
    db
      .selectFrom('charge_follow_up')
      .select(['idempotency_key', 'attempt_key', 'kind', 'amount_minor', 'currency', 'answer'])
      .where('idempotency_key', '=', p.key),
  ),
  /** An order came to nothing after its gateway had said that it was done, or before it has said anything. */
  failFollowUp: store.prepare((db, p: { key: string; answered_at: number; answer: string }) =>
    db
      .updateTable('charge_follow_up')
      .set({ answered_at: p.answered_at, answer: p.answer, untold: 1 })
      .where('idempotency_key', '=', p.key),
  ),
})

/** Who asks gateways for what the vault orders by itself. */
const prepareHolds = (store: Store) => ({
  /** @param before who held it when it was read: changes nothing where somebody else has taken it since. */
  holdFollowUp: store.prepare((db, p: { key: string; node: NodeId; before: NodeId | null }) =>
    db
      .updateTable('charge_follow_up')
      .set({ held_by: p.node })
      .where('idempotency_key', '=', p.key)
      .where('held_by', 'is not distinct from', p.before)
      .where('answered_at', 'is', null),
  ),
  /** Whether nobody is there who asks for it, or somebody is. */
  followUpHolder: store.prepare((db, p: { key: string }) =>
    db
      .selectFrom('charge_follow_up')
      .leftJoin('node', 'node.id', 'charge_follow_up.held_by')
      .select(['charge_follow_up.held_by', 'charge_follow_up.answer', 'node.id as holder'])
      .where('charge_follow_up.idempotency_key', '=', p.key),
  ),
  /** With the payment's own answer: nobody's, and of those since a time this node's too. */
  unansweredFollowUps: store.prepare((db, p: { node: NodeId; since: number; most: number }) =>
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
      .where('charge_follow_up.reason', '!=', 'operator')
      .where((is) =>
        is.or([
          is.and([
            is('charge_follow_up.held_by', '=', p.node),
            is('charge_follow_up.requested_at', '>', p.since),
          ]),
          heldByNobody(is, 'charge_follow_up.held_by'),
        ]),
      )
      .orderBy('charge_follow_up.requested_at')
      .limit(p.most),
  ),
})

/** When gateways were asked. */
const prepareMemory = (store: Store) => ({
  followUpAsked: store.prepare((db, p: { key: string }) =>
    db.selectFrom('charge_follow_up').select('asked_at').where('idempotency_key', '=', p.key),
  ),
  /** Changes nothing where it has been asked for since, or is answered. */
  askFollowUp: store.prepare((db, p: { key: string; seen: number | null; now: number }) =>
    db
      .updateTable('charge_follow_up')
      .set({ asked_at: p.now })
      .where('idempotency_key', '=', p.key)
      .where('asked_at', 'is not distinct from', p.seen)
      .where('answered_at', 'is', null),
  ),
  forgetAsked: store.prepare((db, p: { key: string; seen: number | null }) =>
    db
      .updateTable('charge_follow_up')
      .set({ asked_at: null })
      .where('idempotency_key', '=', p.key)
      .where('asked_at', 'is not distinct from', p.seen),
  ),
})

/** What became of orders, for those who want to hear of it. */
const prepareTelling = (store: Store) => ({
  /** Its gateway has not answered. */
  tellPending: store.prepare((db, p: { key: string }) =>
    db
      .updateTable('charge_follow_up')
      .set({ untold: 1 })
      .where('idempotency_key', '=', p.key)
      .where('answered_at', 'is', null),
  ),
  untoldFollowUps: store.prepare((db, p: { most: number }) =>
    db
      .selectFrom('charge_follow_up')
      .innerJoin('charge_attempt', 'charge_attempt.idempotency_key', 'charge_follow_up.attempt_key')
      .select(['charge_follow_up.idempotency_key', 'charge_follow_up.answer', 'charge_attempt.capture_guid'])
      .where('charge_follow_up.untold', '=', sql.lit(1 as const))
      .orderBy('charge_follow_up.requested_at')
      .limit(p.most),
  ),
  /** Changes nothing where something else has become of it since. */
  toldFollowUp: store.prepare((db, p: { key: string; answer: string | null }) =>
    db
      .updateTable('charge_follow_up')
      .set({ untold: 0 })
      .where('idempotency_key', '=', p.key)
      .where('answer', 'is not distinct from', p.answer),
  ),
})
