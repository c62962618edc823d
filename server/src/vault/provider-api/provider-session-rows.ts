import type { ExpressionBuilder } from 'kysely'
import type { Guid } from '../../base/guid.ts'
import type { Store } from '../../store/store.ts'
import type { Tables } from '../../store/tables.ts'

/** The statements on `provider_session`. */
export type ProviderSessionRows = ReturnType<typeof prepareProviderSessionRows>

export function prepareProviderSessionRows(store: Store) {
  return {
    insert: store.prepare(
      (
        db,
        p: {
          guid: Guid
          tenant: number
          clientId: string
          flowId: number | null
          linkId: string
          launchedBy: string
          now: number
          sealedOrder: Uint8Array
        },
      ) =>
        db.insertInto('provider_session').values({
          guid: p.guid,
          tenant_id: p.tenant,
          client_id: p.clientId,
          flow_id: p.flowId,
          link_id: p.linkId,
          launched_by: p.launchedBy,
          created_at: p.now,
          begun_at: null,
          ended_at: null,
          sealed_order: p.sealedOrder,
          sealed_result: null,
          reported: null,
        }),
    ),
    find: store.prepare((db, p: { guid: Guid }) =>
      db.selectFrom('provider_session').selectAll().where('guid', '=', p.guid),
    ),
    /** The same, for whoever goes by what has been reported. */
    lock: store.prepare((db, p: { guid: Guid }) =>
      db.selectFrom('provider_session').selectAll().where('guid', '=', p.guid).forUpdate(),
    ),
    begin: store.prepare((db, p: { guid: Guid; now: number }) =>
      db
        .updateTable('provider_session')
        .set({ begun_at: p.now })
        .where('guid', '=', p.guid)
        .where('begun_at', 'is', null),
    ),
    end: store.prepare((db, p: { guid: Guid; endedAt: number; sealedResult: Uint8Array; reported: string }) =>
      db
        .updateTable('provider_session')
        .set({ ended_at: p.endedAt, sealed_result: p.sealedResult, reported: p.reported })
        .where('guid', '=', p.guid),
    ),
    ...prepareRemovals(store),
  }
}

/** The newest first: of the older ones it is gone already. */
const prepareRemovals = (store: Store) => ({
  /** What the client sent along stays while the outcome is unknown: it will be told. */
  removeOrders: store.prepare((db, p: { before: number; batchRows: number }) =>
    db
      .updateTable('provider_session')
      .set({ sealed_order: null })
      .where('guid', 'in', (old) =>
        old
          .selectFrom('provider_session')
          .select('guid')
          .where('ended_at', 'is not', null)
          .where('ended_at', '<', p.before)
          .where('sealed_order', 'is not', null)
          .where('reported', '!=', 'unknown')
          .orderBy('ended_at', 'desc')
          .limit(p.batchRows)
          .forUpdate()
          .skipLocked(),
      ),
  ),
  /** A result that nobody has taken yet stays. */
  removeResults: store.prepare((db, p: { before: number; batchRows: number }) =>
    db
      .updateTable('provider_session')
      .set({ sealed_result: null })
      .where('guid', 'in', (old) =>
        old
          .selectFrom('provider_session')
          .select('guid')
          .where('ended_at', 'is not', null)
          .where('ended_at', '<', p.before)
          .where('sealed_result', 'is not', null)
          .where((is) => is.not(is.exists(callbackOf(is))))
          .orderBy('ended_at', 'desc')
          .limit(p.batchRows)
          .forUpdate()
          .skipLocked(),
      ),
  ),
})

const callbackOf = ({ selectFrom }: ExpressionBuilder<Tables, 'provider_session'>) =>
  selectFrom('provider_callback').select('id').whereRef('session_guid', '=', 'provider_session.guid')
