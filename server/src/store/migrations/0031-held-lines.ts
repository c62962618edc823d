import { type Kysely, sql } from 'kysely'

interface Tables {
  live_call: { guid: string; account_id: number; agent_id: string; state: string; heard_at: number }
}

/**
 * Which server has a secured line in its memory, and that an agent is active on one call, whichever servers are told of the
 * others. Of several that were active the one that was heard of last stays so.
 */
export async function up(db: Kysely<Tables>): Promise<void> {
  await db.schema.alterTable('live_call').addColumn('held_by', 'text').execute()
  await db
    .updateTable('live_call')
    .set({ state: 'held' })
    .where('state', '=', 'active')
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('live_call as later')
          .select('later.guid')
          .whereRef('later.account_id', '=', 'live_call.account_id')
          .whereRef('later.agent_id', '=', 'live_call.agent_id')
          .where('later.state', '=', 'active')
          .where(({ or, and, eb }) =>
            or([
              eb('later.heard_at', '>', eb.ref('live_call.heard_at')),
              and([
                eb('later.heard_at', '=', eb.ref('live_call.heard_at')),
                eb('later.guid', '>', eb.ref('live_call.guid')),
              ]),
            ]),
          ),
      ),
    )
    .execute()
  await db.schema.dropIndex('live_call_by_agent').execute()
  await db.schema
    .createIndex('live_call_active')
    .unique()
    .on('live_call')
    .columns(['account_id', 'agent_id'])
    .where(sql.ref('state'), '=', sql.lit('active'))
    .execute()
}
