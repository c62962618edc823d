import { type SqlBool, sql } from 'kysely'
import type { Guid } from '../../../base/guid.ts'
import { type GoneHolder, holderIn, prepareGoneHolders } from '../../../store/nodes/gone-holders.ts'
import { heldByNobody } from '../../../store/nodes/held-by-nobody.ts'
import type { NodeId } from '../../../store/nodes/node-id.ts'
import type { Store } from '../../../store/store.ts'

/** The statements on the end of a `capture_session`: whether it has one, its result until that is reported, its removal. */
export const prepareResultRows = (store: Store) => ({
  ...prepareReports(store),
  ending: store.prepare((db, p: { guid: Guid }) =>
    db
      .selectFrom('capture_session')
      .select(['state', 'result', 'ending', 'link_generation', 'owner'])
      .where('guid', '=', p.guid),
  ),
  /** The same, for whoever replaces its result by what it says. */
  lockEnding: store.prepare((db, p: { guid: Guid }) =>
    db.selectFrom('capture_session').select(['result', 'ending']).where('guid', '=', p.guid).forUpdate(),
  ),
  /** The new one is nobody's until it is taken up to be reported. */
  replaceResult: store.prepare((db, p: { guid: Guid; result: string; ending: string | null }) =>
    db
      .updateTable('capture_session')
      .set({ result: p.result, sealed_fields: null, ending: p.ending, owner: null })
      .where('guid', '=', p.guid),
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
        .limit(p.batchRows)
        .forUpdate()
        .skipLocked(),
    ),
  ),
})

/** Who reports a result, until it was taken. */
const prepareReports = (store: Store) => ({
  forgetResult: store.prepare((db, p: { guid: Guid; result: string }) =>
    db
      .updateTable('capture_session')
      .set({ result: null })
      .where('guid', '=', p.guid)
      .where('result', '=', p.result),
  ),
  /** Changes nothing where another has taken it since. @param before whose it was when it was read. */
  takeResult: store.prepare((db, p: { guid: Guid; node: NodeId; before: NodeId | null }) =>
    db
      .updateTable('capture_session')
      .set({ owner: p.node })
      .where('guid', '=', p.guid)
      .where('result', 'is not', null)
      .where('owner', 'is not distinct from', p.before),
  ),
  /** The same, and changes nothing where whoever has it is there. */
  takeNobodysResult: store.prepare((db, p: { guid: Guid; node: NodeId; before: NodeId | null }) =>
    db
      .updateTable('capture_session')
      .set({ owner: p.node })
      .where('guid', '=', p.guid)
      .where('result', 'is not', null)
      .where('owner', 'is not distinct from', p.before)
      .where((is) => heldByNobody(is, 'capture_session.owner')),
  ),
  /** Whose results nobody reports. */
  goneReporters: prepareGoneHolders(store, {
    table: 'capture_session',
    column: 'owner',
    only: sql<SqlBool>`result is not null`,
  }),
  unreported: store.prepare((db, p: { before: GoneHolder; most: number }) =>
    db
      .selectFrom('capture_session')
      .select('guid')
      .where('result', 'is not', null)
      .where(holderIn('owner'), '=', p.before)
      .limit(p.most),
  ),
})
