import type { ExpressionBuilder } from 'kysely'
import type { Guid } from '../../../base/guid.ts'
import { heldByNobody } from '../../../store/nodes/held-by-nobody.ts'
import type { NodeId } from '../../../store/nodes/node-id.ts'
import type { Store } from '../../../store/store.ts'
import type { Tables } from '../../../store/tables.ts'

/** The statements on `provider_callback`. */
export type CallbackRows = ReturnType<typeof prepareCallbackRows>

export const prepareCallbackRows = (store: Store) => ({
  ...prepareWrites(store),
  ...prepareClaims(store),
  ...prepareReads(store),
})

function prepareWrites(store: Store) {
  return {
    insert: store.prepare(
      (
        db,
        p: {
          id: Guid
          sessionGuid: Guid
          item: number
          receiver: string
          sealed: Uint8Array
          now: number
          due: number
          heldBy: NodeId | null
        },
      ) =>
        db.insertInto('provider_callback').values({
          id: p.id,
          session_guid: p.sessionGuid,
          item: p.item,
          receiver: p.receiver,
          sealed_message: p.sealed,
          attempts: 0,
          next_attempt_at: p.due,
          created_at: p.now,
          given_up_at: null,
          held_by: p.heldBy,
        }),
    ),
    removeGivenUp: store.prepare((db, p: { sessionGuid: Guid }) =>
      db
        .deleteFrom('provider_callback')
        .where('session_guid', '=', p.sessionGuid)
        .where('given_up_at', 'is not', null),
    ),
    removeAll: store.prepare((db, p: { sessionGuid: Guid }) =>
      db
        .deleteFrom('provider_callback')
        .where('session_guid', '=', p.sessionGuid)
        .returning(['item', 'next_attempt_at', 'given_up_at', 'held_by']),
    ),
  }
}

/** Of a message that is due, or that whoever changes it has claimed: its `next_attempt_at` is the end of the hold. */
function prepareClaims(store: Store) {
  type Claim = { id: Guid; heldUntil: number }
  type Subject = { sessionGuid: Guid; item: number }
  return {
    claim: store.prepare((db, p: Subject & { now: number; heldUntil: number; node: NodeId }) =>
      db
        .updateTable('provider_callback')
        .set({ next_attempt_at: p.heldUntil, held_by: p.node })
        .where('session_guid', '=', p.sessionGuid)
        .where('item', '=', p.item)
        .where('given_up_at', 'is', null)
        .where('next_attempt_at', '<=', p.now)
        .returningAll(),
    ),
    remove: store.prepare((db, p: Claim) => db.deleteFrom('provider_callback').where('id', '=', p.id)),
    putOff: store.prepare((db, p: Claim & { next: number }) =>
      db
        .updateTable('provider_callback')
        .set((row) => ({ next_attempt_at: p.next, held_by: null, attempts: row('attempts', '+', 1) }))
        .where('id', '=', p.id)
        .where('next_attempt_at', '=', p.heldUntil),
    ),
    giveUp: store.prepare((db, p: Claim & { now: number }) =>
      db
        .updateTable('provider_callback')
        .set((row) => ({ given_up_at: p.now, held_by: null, attempts: row('attempts', '+', 1) }))
        .where('id', '=', p.id)
        .where('next_attempt_at', '=', p.heldUntil),
    ),
    /** Also of the message that has taken its place: that waits for what is under way. */
    release: store.prepare((db, p: Subject & { heldUntil: number; now: number }) =>
      db
        .updateTable('provider_callback')
        .set({ next_attempt_at: p.now, held_by: null })
        .where('session_guid', '=', p.sessionGuid)
        .where('item', '=', p.item)
        .where('next_attempt_at', '=', p.heldUntil),
    ),
    leaveAlone: store.prepare((db, p: Subject & { now: number; until: number }) =>
      db
        .updateTable('provider_callback')
        .set({ next_attempt_at: p.until, held_by: null })
        .where('session_guid', '=', p.sessionGuid)
        .where('item', '=', p.item)
        .where('given_up_at', 'is', null)
        .where('next_attempt_at', '<=', p.now),
    ),
  }
}

function prepareReads(store: Store) {
  return {
    heldByNobody: store.prepare((db, _: object) =>
      db.selectFrom('provider_callback').select('id').where(isLeft).limit(1),
    ),
    /** What a node held that is not there any more. */
    takeBack: store.prepare((db, p: { now: number }) =>
      db.updateTable('provider_callback').set({ next_attempt_at: p.now, held_by: null }).where(isLeft),
    ),
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
  }
}

const isLeft = (is: ExpressionBuilder<Tables, 'provider_callback'>) =>
  is.and([is('held_by', 'is not', null), heldByNobody(is, 'provider_callback.held_by')])
