import type { Store } from '../../../store/store.ts'

/** The statements on `provider_callback`. */
export type CallbackRows = ReturnType<typeof prepareCallbackRows>

export const prepareCallbackRows = (store: Store) => ({
  ...prepareWrites(store),
  ...prepareReads(store),
})

function prepareWrites(store: Store) {
  return {
    insert: store.prepare(
      (
        db,
        p: {
          id: string
          sessionGuid: string
          item: number
          receiver: string
          sealed: Uint8Array
          now: number
        },
      ) =>
        db.insertInto('provider_callback').values({
          id: p.id,
          session_guid: p.sessionGuid,
          item: p.item,
          receiver: p.receiver,
          sealed_message: p.sealed,
          attempts: 0,
          next_attempt_at: p.now,
          created_at: p.now,
          given_up_at: null,
        }),
    ),
    giveUp: store.prepare((db, p: { id: string; now: number }) =>
      db
        .updateTable('provider_callback')
        .set((row) => ({ given_up_at: p.now, attempts: row('attempts', '+', 1) }))
        .where('id', '=', p.id),
    ),
    removeGivenUp: store.prepare((db, p: { sessionGuid: string }) =>
      db
        .deleteFrom('provider_callback')
        .where('session_guid', '=', p.sessionGuid)
        .where('given_up_at', 'is not', null),
    ),
    replaceOlder: store.prepare((db, p: { sessionGuid: string }) =>
      db.deleteFrom('provider_callback').where('session_guid', '=', p.sessionGuid),
    ),
    putOff: store.prepare((db, p: { id: string; next: number }) =>
      db
        .updateTable('provider_callback')
        .set((row) => ({ next_attempt_at: p.next, attempts: row('attempts', '+', 1) }))
        .where('id', '=', p.id),
    ),
    leaveAlone: store.prepare((db, p: { id: string; until: number }) =>
      db.updateTable('provider_callback').set({ next_attempt_at: p.until }).where('id', '=', p.id),
    ),
    remove: store.prepare((db, p: { id: string }) =>
      db.deleteFrom('provider_callback').where('id', '=', p.id),
    ),
  }
}

function prepareReads(store: Store) {
  return {
    nextReceiver: store.prepare((db, p: { after: string }) =>
      db
        .selectFrom('provider_callback')
        .select(['receiver', 'next_attempt_at'])
        .where('receiver', '>', p.after)
        .where('given_up_at', 'is', null)
        .orderBy('receiver')
        .orderBy('next_attempt_at')
        .limit(1),
    ),
    due: store.prepare((db, p: { receiver: string; now: number; most: number }) =>
      db
        .selectFrom('provider_callback')
        .select(['session_guid', 'item'])
        .where('receiver', '=', p.receiver)
        .where('next_attempt_at', '<=', p.now)
        .where('given_up_at', 'is', null)
        .orderBy('next_attempt_at')
        .limit(p.most),
    ),
    find: store.prepare((db, p: { sessionGuid: string; item: number }) =>
      db
        .selectFrom('provider_callback')
        .selectAll()
        .where('session_guid', '=', p.sessionGuid)
        .where('item', '=', p.item)
        .where('given_up_at', 'is', null),
    ),
  }
}
