import { heldByNobody } from '../../../store/nodes/held-by-nobody.ts'
import type { NodeId } from '../../../store/nodes/node-id.ts'
import type { Store } from '../../../store/store.ts'
import { attemptColumns } from './attempt-lookups.ts'

interface Look {
  readonly idempotency_key: string
  readonly held_by: NodeId
}

/** The statements by which outcomes are looked for that nobody knows: one node holds an attempt, and looks when it is due. */
export const prepareAttemptLooks = (store: Store) => ({
  ...prepareDueLooks(store),
  /** Its session has ended without an answer. What was told of it meanwhile is looked at as soon as can be. */
  lookLater: store.prepare((db, p: Look & { first: number; until: number; pause: number }) =>
    db
      .updateTable('charge_attempt')
      .set((row) => ({
        held_by: p.held_by,
        next_look_at: row.fn.coalesce('next_look_at', row.val(p.first)),
        look_until: p.until,
        look_pause: p.pause,
      }))
      .where('idempotency_key', '=', p.idempotency_key)
      .where('answered_at', 'is', null),
  ),
  /** Changes nothing where something was told of it meanwhile: it is due already. */
  lookAgain: store.prepare((db, p: Look & { taken: number; next: number | null; pause: number }) =>
    db
      .updateTable('charge_attempt')
      .set({ next_look_at: p.next, look_pause: p.pause })
      .where('idempotency_key', '=', p.idempotency_key)
      .where('held_by', '=', p.held_by)
      .where('answered_at', 'is', null)
      .where('next_look_at', '=', p.taken),
  ),
  /** Something can be known of it: it is looked for as soon as can be. */
  hastenLook: store.prepare((db, p: { idempotency_key: string }) =>
    db
      .updateTable('charge_attempt')
      .set({ next_look_at: 0 })
      .where('idempotency_key', '=', p.idempotency_key)
      .where('answered_at', 'is', null),
  ),
  /** The session of an attempt that is not answered, with the node that has it. */
  unansweredIn: store.prepare((db, p: { idempotency_key: string }) =>
    db
      .selectFrom('charge_attempt')
      .innerJoin('capture_session', 'capture_session.guid', 'charge_attempt.capture_guid')
      .select(['capture_session.guid', 'capture_session.state', 'capture_session.owner'])
      .where('charge_attempt.idempotency_key', '=', p.idempotency_key)
      .where('charge_attempt.answered_at', 'is', null),
  ),
})

/** Which are due, and by whom they are taken. */
const prepareDueLooks = (store: Store) => ({
  /** Of ended sessions, and this node's or nobody's. Without a time are those whose node died before it wrote one. */
  dueLooks: store.prepare((db, p: { node: NodeId; now: number; most: number }) =>
    db
      .selectFrom('charge_attempt')
      .innerJoin('capture_session', 'capture_session.guid', 'charge_attempt.capture_guid')
      .select(attemptColumns)
      .select([
        'charge_attempt.held_by',
        'charge_attempt.next_look_at',
        'charge_attempt.look_until',
        'charge_attempt.look_pause',
      ])
      .where('charge_attempt.answered_at', 'is', null)
      .where('capture_session.state', '=', 'ended')
      .where((is) =>
        is.or([
          is('charge_attempt.next_look_at', '<=', p.now),
          is.and([
            is('charge_attempt.next_look_at', 'is', null),
            is('charge_attempt.look_until', 'is', null),
          ]),
        ]),
      )
      .where((is) =>
        is.or([is('charge_attempt.held_by', '=', p.node), heldByNobody(is, 'charge_attempt.held_by')]),
      )
      .orderBy('charge_attempt.next_look_at')
      .limit(p.most),
  ),
  /** Changes nothing where it is another's, or was told of, or answered, since it was found due. */
  takeLook: store.prepare(
    (
      db,
      p: Look & {
        heldBefore: string | null
        dueAt: number | null
        now: number
        until: number
        pause: number
      },
    ) =>
      db
        .updateTable('charge_attempt')
        .set({ held_by: p.held_by, next_look_at: p.now, look_until: p.until, look_pause: p.pause })
        .where('idempotency_key', '=', p.idempotency_key)
        .where('answered_at', 'is', null)
        .where('held_by', 'is not distinct from', p.heldBefore)
        .where('next_look_at', 'is not distinct from', p.dueAt),
  ),
})
