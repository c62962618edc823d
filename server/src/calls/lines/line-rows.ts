import type { Guid } from '../../base/guid.ts'
import type { Store } from '../../store/store.ts'
import type { LiveCallTable } from '../../store/tables.ts'

type Key = { guid: Guid }

type Secured = { agentId: string | null; sessionGuid: Guid; recording: LiveCallTable['recording'] }

/** The statements about lines: which are secured, and for what. */
export function prepareLineRows(store: Store) {
  return {
    /** @param agentId whose it has to be; null where anyone's will do. @returns 0 where it is not, or has ended. */
    secured: store.prepare((db, p: Key & Secured) =>
      db
        .updateTable('live_call')
        .set({ session_guid: p.sessionGuid, recording: p.recording })
        .where('guid', '=', p.guid)
        .where('agent_id', '=', (eb) => eb.fn.coalesce(eb.val(p.agentId), 'agent_id')),
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
