import type { Guid } from '../../../base/guid.ts'
import type { Store } from '../../../store/store.ts'

/** The statements on the end of a `capture_session`: whether it has one, its result until that is reported, its removal. */
export const prepareResultRows = (store: Store) => ({
  ending: store.prepare((db, p: { guid: Guid }) =>
    db
      .selectFrom('capture_session')
      .select(['state', 'result', 'ending', 'link_generation'])
      .where('guid', '=', p.guid),
  ),
  /** The same, for whoever replaces its result by what it says. */
  lockEnding: store.prepare((db, p: { guid: Guid }) =>
    db.selectFrom('capture_session').select(['result', 'ending']).where('guid', '=', p.guid).forUpdate(),
  ),
  replaceResult: store.prepare((db, p: { guid: Guid; result: string; ending: string | null }) =>
    db
      .updateTable('capture_session')
      .set({ result: p.result, sealed_fields: null, ending: p.ending })
      .where('guid', '=', p.guid),
  ),
  forgetResult: store.prepare((db, p: { guid: Guid; result: string }) =>
    db
      .updateTable('capture_session')
      .set({ result: null })
      .where('guid', '=', p.guid)
      .where('result', '=', p.result),
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
        .limit(p.batchRows)
        .forUpdate()
        .skipLocked(),
    ),
  ),
})
