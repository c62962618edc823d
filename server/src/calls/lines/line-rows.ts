import type { Guid } from '../../base/guid.ts'
import type { Store } from '../../store/store.ts'
import type { LiveCallTable } from '../../store/tables.ts'

type Key = { guid: Guid }

/** The statements about lines: which are secured, and for what. */
export function prepareLineRows(store: Store) {
  return {
    /** @returns 0 where the call has ended. */
    secured: store.prepare((db, p: Key & { sessionGuid: Guid; recording: LiveCallTable['recording'] }) =>
      db
        .updateTable('live_call')
        .set({ session_guid: p.sessionGuid, recording: p.recording })
        .where('guid', '=', p.guid),
    ),
    /** Where another session has secured it meanwhile, it stays. */
    released: store.prepare((db, p: Key & { sessionGuid: Guid }) =>
      db
        .updateTable('live_call')
        .set({ session_guid: null, recording: 'continue' })
        .where('guid', '=', p.guid)
        .where('session_guid', '=', p.sessionGuid),
    ),
    left: store.prepare((db, _: object) =>
      db
        .selectFrom('live_call')
        .select(['guid', 'session_guid', 'recording'])
        .where('session_guid', 'is not', null),
    ),
  }
}
