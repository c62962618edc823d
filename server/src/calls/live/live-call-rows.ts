import { sql } from 'kysely'
import type { Guid } from '../../base/guid.ts'
import { heldByNobody } from '../../store/nodes/held-by-nobody.ts'
import type { Store } from '../../store/store.ts'
import type { LiveCallTable } from '../../store/tables.ts'

type Key = { guid: Guid }
type Named = { platformGuid: Guid; reference: string }
type Agent = { accountId: number; agentId: string }

/** The statements about calls in progress: what platforms tell of them. */
export const prepareLiveCallRows = (store: Store) => ({ ...prepareChanges(store), ...prepareLookups(store) })

/** What is told of them. */
function prepareChanges(store: Store) {
  return {
    /** No row where the call is another platform's. What is not told, null, stays as it is. */
    tell: store.prepare((db, p: Omit<LiveCallTable, 'session_guid' | 'recording' | 'held_by'>) =>
      db
        .insertInto('live_call')
        .values({
          guid: p.guid,
          account_id: p.account_id,
          platform_guid: p.platform_guid,
          agent_id: p.agent_id,
          state: p.state,
          reference: p.reference,
          sealed_caller: p.sealed_caller,
          media: p.media,
          heard_at: p.heard_at,
          session_guid: null,
          recording: 'continue',
          held_by: null,
        })
        .onConflict((conflict) =>
          conflict
            .column('guid')
            .doUpdateSet(({ ref, fn }) => ({
              agent_id: ref('excluded.agent_id'),
              state: ref('excluded.state'),
              reference: fn.coalesce('excluded.reference', 'live_call.reference'),
              sealed_caller: fn.coalesce('excluded.sealed_caller', 'live_call.sealed_caller'),
              media: fn.coalesce('excluded.media', 'live_call.media'),
              heard_at: ref('excluded.heard_at'),
            }))
            .whereRef('live_call.platform_guid', '=', 'excluded.platform_guid'),
        )
        .returning(['guid', 'session_guid', 'held_by']),
    ),
    holdOthers: store.prepare((db, p: Agent & Key) =>
      db
        .updateTable('live_call')
        .set({ state: 'held' })
        .where('account_id', '=', p.accountId)
        .where('agent_id', '=', p.agentId)
        .where('state', '=', sql.lit('active'))
        .where('guid', '<>', p.guid),
    ),
    heard: store.prepare((db, p: Key & { now: number }) =>
      db.updateTable('live_call').set({ heard_at: p.now }).where('guid', '=', p.guid),
    ),
    /** Changes nothing where it was heard of since, or another node has its line. */
    forget: store.prepare((db, p: Key & { until: number }) =>
      db
        .deleteFrom('live_call')
        .where('guid', '=', p.guid)
        .where('heard_at', '<=', p.until)
        .where((is) => is.or([is('session_guid', 'is', null), is('held_by', '=', store.nodeId)])),
    ),
    delete: store.prepare((db, p: Key) =>
      db.deleteFrom('live_call').where('guid', '=', p.guid).returning(['guid', 'session_guid', 'held_by']),
    ),
  }
}

/** How they are found. */
function prepareLookups(store: Store) {
  return {
    find: store.prepare((db, p: Key) => db.selectFrom('live_call').selectAll().where('guid', '=', p.guid)),
    findNamed: store.prepare((db, p: Named) =>
      db
        .selectFrom('live_call')
        .selectAll()
        .where('platform_guid', '=', p.platformGuid)
        .where('reference', '=', p.reference),
    ),
    activeOf: store.prepare((db, p: Agent) =>
      db
        .selectFrom('live_call')
        .innerJoin('call_platform', 'call_platform.guid', 'live_call.platform_guid')
        .select('live_call.guid')
        .where('live_call.account_id', '=', p.accountId)
        .where('live_call.agent_id', '=', p.agentId)
        .where('live_call.state', '=', sql.lit('active'))
        .where('call_platform.disabled_at', 'is', null),
    ),
    callerOf: store.prepare((db, p: { sessionGuid: Guid }) =>
      db.selectFrom('live_call').select(['guid', 'sealed_caller']).where('session_guid', '=', p.sessionGuid),
    ),
    /** Without those whose lines another node has that is there: it sees to them. */
    unheardSince: store.prepare((db, p: { until: number; limit: number }) =>
      db
        .selectFrom('live_call')
        .select(['guid', 'session_guid'])
        .where('heard_at', '<=', p.until)
        .where((is) =>
          is.or([
            is('session_guid', 'is', null),
            is('held_by', '=', store.nodeId),
            heldByNobody(is, 'live_call.held_by'),
          ]),
        )
        .orderBy('heard_at')
        .limit(p.limit),
    ),
  }
}
