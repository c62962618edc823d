import type { Expression, ExpressionBuilder, Kysely } from 'kysely'
import type { Guid } from '../../base/guid.ts'
import { heldByNobody } from '../../store/nodes/held-by-nobody.ts'
import type { NodeId } from '../../store/nodes/node-id.ts'
import type { Store } from '../../store/store.ts'
import type { Tables, WebhookDeliveryTable } from '../../store/tables.ts'

/** The statements on `webhook_delivery`. */
export type MessageRows = ReturnType<typeof prepareMessageRows>

export const prepareMessageRows = (store: Store) => ({
  ...prepareAdding(store),
  ...prepareHolding(store),
  ...prepareTakingBack(store),
  ...prepareSettling(store),
})

interface NewMessage {
  readonly id: Guid
  readonly accountId: number
  readonly configurationId: number
  readonly sessionGuid: Guid
  readonly dueAt: number
  readonly node: NodeId
  readonly keptUntil: number
  readonly sealed: Uint8Array
}

const waiting = (p: NewMessage) => ({
  id: p.id,
  account_id: p.accountId,
  configuration_id: p.configurationId,
  session_guid: p.sessionGuid,
  state: 'waiting' as const,
  kept_until: p.keptUntil,
  delivered_at: null,
  sealed_body: p.sealed,
  attempts: '[]',
})

function prepareAdding(store: Store) {
  return {
    /**
     * Answers when it is due. Whoever adds a status has written the session's row before, so that no other one of the
     * session comes between: its number is the next one, and whether another waits is known.
     */
    insert: store.prepare((db, p: NewMessage) =>
      db
        .insertInto('webhook_delivery')
        .values((value) => {
          const ofSession = value
            .selectFrom('webhook_delivery as former')
            .where('former.session_guid', '=', p.sessionGuid)
            .where('former.type', 'is', null)
          const isWaiting = ofSession.select('former.id').where('former.state', '=', 'waiting')
          const unlessWaiting = <Value>(then: Expression<Value>) =>
            value.case().when(value.exists(isWaiting)).then(null).else(then).end()
          const last = ofSession.select((each) => each.fn.max('former.number').as('number'))
          return {
            ...waiting(p),
            type: null,
            due_at: unlessWaiting(value.cast<number>(value.val(p.dueAt), 'bigint')),
            number: value(value.fn.coalesce(last, value.lit(0)), '+', value.lit(1)),
            held_by: unlessWaiting(value.cast<NodeId>(value.val(p.node), 'text')),
          }
        })
        .returning('due_at'),
    ),
    /** Waits for no other one; nothing is answered where it is there already. */
    insertEvent: store.prepare((db, p: NewMessage & { readonly type: string }) =>
      db
        .insertInto('webhook_delivery')
        .values({ ...waiting(p), type: p.type, due_at: p.dueAt, number: 0, held_by: p.node })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .returning('due_at'),
    ),
    /** What a message tells stays for as long as it may be sent. */
    keepResult: store.prepare((db, p: { sessionGuid: Guid; keptUntil: number }) =>
      db
        .updateTable('payment_session')
        .set({ result_removal_at: p.keptUntil })
        .where('guid', '=', p.sessionGuid),
    ),
  }
}

const heldColumns = [
  'id',
  'account_id',
  'configuration_id',
  'session_guid',
  'type',
  'kept_until',
  'delivered_at',
  'sealed_body',
  'attempts',
] as const

export type HeldRow = Pick<WebhookDeliveryTable, (typeof heldColumns)[number]>

function prepareHolding(store: Store) {
  return {
    nextReceiver: store.prepare((db, p: { accountId: number; configurationId: number }) =>
      db
        .selectFrom('webhook_delivery')
        .select(['account_id', 'configuration_id', 'due_at'])
        .where('due_at', 'is not', null)
        .where((each) =>
          each(
            each.refTuple('account_id', 'configuration_id'),
            '>',
            each.tuple(p.accountId, p.configurationId),
          ),
        )
        .orderBy('account_id')
        .orderBy('configuration_id')
        .orderBy('due_at')
        .limit(1),
    ),
    hold: store.prepare(
      (
        db,
        p: {
          accountId: number
          configurationId: number
          now: number
          heldUntil: number
          node: NodeId
          most: number
        },
      ) =>
        db
          .updateTable('webhook_delivery')
          .set({ due_at: p.heldUntil, held_by: p.node })
          .where('id', 'in', (due) =>
            due
              .selectFrom('webhook_delivery')
              .select('id')
              .where('account_id', '=', p.accountId)
              .where('configuration_id', '=', p.configurationId)
              .where('due_at', '<=', p.now)
              .orderBy('due_at')
              .limit(p.most)
              .forUpdate()
              .skipLocked(),
          )
          .where('due_at', '<=', p.now)
          .returning(heldColumns),
    ),
    release: store.prepare((db, p: { id: Guid; heldUntil: number; now: number }) =>
      db
        .updateTable('webhook_delivery')
        .set({ due_at: p.now, held_by: null })
        .where('id', '=', p.id)
        .where('state', '=', 'waiting')
        .where('due_at', '=', p.heldUntil),
    ),
  }
}

/** What a node held that is not there any more. */
function prepareTakingBack(store: Store) {
  return {
    heldByNobody: store.prepare((db, _: object) =>
      db.selectFrom('webhook_delivery').select('id').where(isLeft).limit(1),
    ),
    takeBack: store.prepare((db, p: { now: number }) =>
      db.updateTable('webhook_delivery').set({ due_at: p.now, held_by: null }).where(isLeft),
    ),
  }
}

const isLeft = (is: ExpressionBuilder<Tables, 'webhook_delivery'>) =>
  is.and([is('held_by', 'is not', null), heldByNobody(is, 'webhook_delivery.held_by')])

/**
 * Whoever settles a message writes the session's row first, as whoever adds one has done: on an engine whose
 * transactions run beside one another, the second then sees what the first has written.
 */
function prepareSettling(store: Store) {
  return {
    postpone: store.prepare((db, p: { id: Guid; heldUntil: number; dueAt: number; log: string }) =>
      db
        .updateTable('webhook_delivery')
        .set({ due_at: p.dueAt, held_by: null, attempts: p.log })
        .where('id', '=', p.id)
        .where('state', '=', 'waiting')
        .where('due_at', '=', p.heldUntil),
    ),
    settle: store.prepare(
      (
        db,
        p: {
          id: Guid
          state: 'delivered' | 'given-up'
          deliveredAt: number | null
          keptUntil: number
          log: string
        },
      ) =>
        db
          .updateTable('webhook_delivery')
          .set({
            state: p.state,
            due_at: null,
            held_by: null,
            delivered_at: p.deliveredAt,
            kept_until: p.keptUntil,
            attempts: p.log,
          })
          .where('id', '=', p.id)
          .where('state', '=', 'waiting'),
    ),
    /** The first status of the session that waits is due at once. */
    unblock: store.prepare((db, p: { sessionGuid: Guid; now: number }) =>
      db
        .updateTable('webhook_delivery')
        .set({ due_at: p.now })
        .where('id', '=', firstWaiting(db, p.sessionGuid).select('id'))
        .where('due_at', 'is', null),
    ),
    /** For as long as the first status that waits may be sent; without one until `removalAt`, where it is given. */
    setRemoval: store.prepare((db, p: { sessionGuid: Guid; removalAt: number | null }) =>
      db
        .updateTable('payment_session')
        .set((each) => ({
          result_removal_at: each.fn.coalesce(
            firstWaiting(db, p.sessionGuid).select('kept_until'),
            each.cast<number | null>(each.val(p.removalAt), 'bigint'),
            'result_removal_at',
          ),
        }))
        .where('guid', '=', p.sessionGuid)
        .where('result_removal_at', 'is not', null),
    ),
    touchSession: store.prepare((db, p: { sessionGuid: Guid }) =>
      db
        .updateTable('payment_session')
        .set((each) => ({ result_removal_at: each.ref('result_removal_at') }))
        .where('guid', '=', p.sessionGuid),
    ),
  }
}

const firstWaiting = (db: Kysely<Tables>, sessionGuid: Guid) =>
  db
    .selectFrom('webhook_delivery')
    .where('session_guid', '=', sessionGuid)
    .where('type', 'is', null)
    .where('state', '=', 'waiting')
    .orderBy('number')
    .orderBy('id')
    .limit(1)
