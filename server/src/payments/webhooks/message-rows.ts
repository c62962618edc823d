import type { Store } from '../../store/store.ts'
import type { WebhookDeliveryTable } from '../../store/tables.ts'

/** The statements on `webhook_delivery`. */
export type MessageRows = ReturnType<typeof prepareMessageRows>

export const prepareMessageRows = (store: Store) => ({
  ...prepareAdding(store),
  ...prepareHolding(store),
  ...prepareSettling(store),
})

function prepareAdding(store: Store) {
  return {
    insert: store.prepare(
      (
        db,
        p: {
          id: string
          accountId: number
          configurationId: number
          sessionGuid: string
          dueAt: number | null
          keptUntil: number
          sealed: Uint8Array
        },
      ) =>
        db.insertInto('webhook_delivery').values({
          id: p.id,
          account_id: p.accountId,
          configuration_id: p.configurationId,
          session_guid: p.sessionGuid,
          state: 'waiting',
          due_at: p.dueAt,
          kept_until: p.keptUntil,
          delivered_at: null,
          sealed_body: p.sealed,
          attempts: '[]',
        }),
    ),
    firstWaiting: store.prepare((db, p: { sessionGuid: string }) =>
      db
        .selectFrom('webhook_delivery')
        .select(['id', 'kept_until'])
        .where('session_guid', '=', p.sessionGuid)
        .where('state', '=', 'waiting')
        .orderBy('id')
        .limit(1),
    ),
  }
}

const heldColumns = [
  'id',
  'account_id',
  'configuration_id',
  'session_guid',
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
      (db, p: { accountId: number; configurationId: number; now: number; heldUntil: number; most: number }) =>
        db
          .updateTable('webhook_delivery')
          .set({ due_at: p.heldUntil })
          .where('id', 'in', (due) =>
            due
              .selectFrom('webhook_delivery')
              .select('id')
              .where('account_id', '=', p.accountId)
              .where('configuration_id', '=', p.configurationId)
              .where('due_at', '<=', p.now)
              .orderBy('due_at')
              .limit(p.most),
          )
          .where('due_at', '<=', p.now)
          .returning(heldColumns),
    ),
    release: store.prepare((db, p: { id: string; heldUntil: number; now: number }) =>
      db
        .updateTable('webhook_delivery')
        .set({ due_at: p.now })
        .where('id', '=', p.id)
        .where('state', '=', 'waiting')
        .where('due_at', '=', p.heldUntil),
    ),
    postpone: store.prepare((db, p: { id: string; heldUntil: number; dueAt: number; log: string }) =>
      db
        .updateTable('webhook_delivery')
        .set({ due_at: p.dueAt, attempts: p.log })
        .where('id', '=', p.id)
        .where('state', '=', 'waiting')
        .where('due_at', '=', p.heldUntil),
    ),
  }
}

/**
 * Whoever settles a message writes the session's row first, as whoever adds one has done: on an engine whose
 * transactions run beside one another, the second then sees what the first has written.
 */
function prepareSettling(store: Store) {
  return {
    settle: store.prepare(
      (
        db,
        p: {
          id: string
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
            delivered_at: p.deliveredAt,
            kept_until: p.keptUntil,
            attempts: p.log,
          })
          .where('id', '=', p.id)
          .where('state', '=', 'waiting'),
    ),
    unblock: store.prepare((db, p: { id: string; now: number }) =>
      db
        .updateTable('webhook_delivery')
        .set({ due_at: p.now })
        .where('id', '=', p.id)
        .where('due_at', 'is', null),
    ),
    setRemoval: store.prepare((db, p: { sessionGuid: string; removalAt: number }) =>
      db
        .updateTable('payment_session')
        .set({ result_removal_at: p.removalAt })
        .where('guid', '=', p.sessionGuid)
        .where('result_removal_at', 'is not', null),
    ),
    touchSession: store.prepare((db, p: { sessionGuid: string }) =>
      db
        .updateTable('payment_session')
        .set((each) => ({ result_removal_at: each.ref('result_removal_at') }))
        .where('guid', '=', p.sessionGuid),
    ),
  }
}
