import type { Guid } from '../../base/guid.ts'
import type { Store } from '../../store/store.ts'

/** The statements that end a `capture_session`, and what becomes of its result. */
export const prepareEndingRows = (store: Store) => ({
  endSession: store.prepare(
    (
      db,
      p: {
        guid: Guid
        ended_at: number
        result: string
        sealed_fields: Uint8Array | null
        ending: string | null
      },
    ) =>
      db
        .updateTable('capture_session')
        .set({
          state: 'ended',
          sealed_launch: null,
          progress: '{}',
          sealed_fields: p.sealed_fields,
          refresh_tokens: '',
          ended_at: p.ended_at,
          result: p.result,
          ending: p.ending,
        })
        .where('guid', '=', p.guid)
        .where('state', '=', 'open'),
  ),
  /** As {@link endSession}, where no charge was begun. */
  endUncharged: store.prepare(
    (db, p: { guid: Guid; ended_at: number; result: string; ending: string | null; course: string }) =>
      db
        .updateTable('capture_session')
        .set({
          state: 'ended',
          sealed_launch: null,
          progress: '{}',
          sealed_fields: null,
          refresh_tokens: '',
          ended_at: p.ended_at,
          result: p.result,
          ending: p.ending,
          course: p.course,
        })
        .where('guid', '=', p.guid)
        .where('state', '=', 'open')
        .where((is) =>
          is.not(
            is.exists(is.selectFrom('charge_attempt').select('gateway').where('capture_guid', '=', p.guid)),
          ),
        ),
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
})
