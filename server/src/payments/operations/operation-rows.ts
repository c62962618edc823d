import type { Guid } from '../../base/guid.ts'
import type { Store } from '../../store/store.ts'
import type { PaymentOperationTable } from '../../store/tables.ts'

/** The statements on `payment_operation`. */
export type OperationRows = ReturnType<typeof prepareOperationRows>

export const prepareOperationRows = (store: Store) => ({
  /** Where it is there already, it is due later. */
  insert: store.prepare((db, p: PaymentOperationTable) =>
    db
      .insertInto('payment_operation')
      .values({
        guid: p.guid,
        session_guid: p.session_guid,
        provider_session_guid: p.provider_session_guid,
        kind: p.kind,
        requested_by: p.requested_by,
        requested_at: p.requested_at,
        due_at: p.due_at,
      })
      .onConflict((conflict) => conflict.column('guid').doUpdateSet({ due_at: p.due_at })),
  ),
  remove: store.prepare((db, p: { guid: Guid }) =>
    db.deleteFrom('payment_operation').where('guid', '=', p.guid),
  ),
  /** Of one that was taken: where a request has come again under its name since, that one is looked at later. */
  removeTaken: store.prepare((db, p: { guid: Guid; takenUntil: number }) =>
    db.deleteFrom('payment_operation').where('guid', '=', p.guid).where('due_at', '=', p.takenUntil),
  ),
  postpone: store.prepare((db, p: { guid: Guid; takenUntil: number; until: number }) =>
    db
      .updateTable('payment_operation')
      .set({ due_at: p.until })
      .where('guid', '=', p.guid)
      .where('due_at', '=', p.takenUntil),
  ),
  firstDue: store.prepare((db, p: { now: number }) =>
    db.selectFrom('payment_operation').select('guid').where('due_at', '<=', p.now).limit(1),
  ),
  /** Takes those that are due, so that nobody else looks at them before `until`. */
  take: store.prepare((db, p: { now: number; until: number; most: number }) =>
    db
      .updateTable('payment_operation')
      .set({ due_at: p.until })
      .where('guid', 'in', (inner) =>
        inner
          .selectFrom('payment_operation')
          .select('guid')
          .where('due_at', '<=', p.now)
          .orderBy('due_at')
          .limit(p.most)
          .forUpdate()
          .skipLocked(),
      )
      .returning([
        ...(['guid', 'session_guid', 'provider_session_guid', 'kind', 'requested_by'] as const),
        ...(['requested_at', 'due_at'] as const),
      ]),
  ),
})
