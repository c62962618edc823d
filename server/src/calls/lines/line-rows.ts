import type { Guid } from '../../base/guid.ts'
import { heldByNobody } from '../../store/nodes/held-by-nobody.ts'
import type { Store } from '../../store/store.ts'
import type { LiveCallTable } from '../../store/tables.ts'

type Key = { guid: Guid }
type OfSession = { sessionGuid: Guid }
type Secured = OfSession & { agentId: string | null; recording: LiveCallTable['recording'] }

const leftColumns = ['guid', 'session_guid', 'recording'] as const

/** The statements about lines: which are secured, for what, and which node has them. */
export const prepareLineRows = (store: Store) => ({ ...prepareChanges(store), ...prepareLookups(store) })

/** Whoever takes a line is its node from then on. */
function prepareChanges(store: Store) {
  const held = { held_by: store.nodeId }
  return {
    /**
     * For another session than before, if there is one: what that paused of the recording stays so.
     *
     * @param agentId whose it has to be; null where anyone's will do. No row where it is not, or has ended.
     */
    secured: store.prepare((db, p: Key & Secured) =>
      db
        .updateTable('live_call')
        .set(({ eb }) => ({
          ...held,
          session_guid: p.sessionGuid,
          recording: eb
            .case()
            .when('recording', '=', 'pause')
            .then(eb.ref('recording'))
            .else(p.recording)
            .end(),
        }))
        .where('guid', '=', p.guid)
        .where('agent_id', '=', (eb) => eb.fn.coalesce(eb.val(p.agentId), 'agent_id'))
        .returning('recording'),
    ),
    /** For the session that it is secured for already, by whomever. */
    taken: store.prepare((db, p: Key & OfSession) =>
      db
        .updateTable('live_call')
        .set(held)
        .where('guid', '=', p.guid)
        .where('session_guid', '=', p.sessionGuid)
        .returning('recording'),
    ),
    /** To give it back, unless another node has it. */
    claimed: store.prepare((db, p: Key & OfSession) =>
      db
        .updateTable('live_call')
        .set(held)
        .where('guid', '=', p.guid)
        .where('session_guid', '=', p.sessionGuid)
        .where((is) => is.or([heldByNobody(is, 'live_call.held_by'), is('held_by', '=', store.nodeId)]))
        .returning('recording'),
    ),
    /** Where another session has secured it meanwhile, it stays. */
    released: store.prepare((db, p: Key & OfSession) =>
      db
        .updateTable('live_call')
        .set({ session_guid: null, recording: 'continue', held_by: null })
        .where('guid', '=', p.guid)
        .where('session_guid', '=', p.sessionGuid)
        .where('held_by', '=', store.nodeId),
    ),
  }
}

function prepareLookups(store: Store) {
  const isHere = store.nodeId
  return {
    /** Those that no node has which is there, and those that should be this one's. */
    left: store.prepare((db, _: object) =>
      db
        .selectFrom('live_call')
        .select(leftColumns)
        .where('session_guid', 'is not', null)
        .where((is) => is.or([heldByNobody(is, 'live_call.held_by'), is('held_by', '=', isHere)])),
    ),
    leftOf: store.prepare((db, p: OfSession) =>
      db.selectFrom('live_call').select(leftColumns).where('session_guid', '=', p.sessionGuid),
    ),
    /** Those that are this node's. */
    held: store.prepare((db, _: object) =>
      db
        .selectFrom('live_call')
        .select(['guid', 'session_guid'])
        .where('session_guid', 'is not', null)
        .where('held_by', '=', isHere),
    ),
    /** Whose it is. */
    holder: store.prepare((db, p: Key) =>
      db.selectFrom('live_call').select(['session_guid', 'held_by']).where('guid', '=', p.guid),
    ),
  }
}
