import { type Kysely, sql } from 'kysely'

/**
 * Who works at money that has still to move, and when. An outcome that nobody knows is looked for by one server at a time, at
 * the times that its row says; a reversal is asked for by the server that holds it. What is looked for every second is found
 * by an index of it alone.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db
  await schema.alterTable('charge_attempt').addColumn('next_look_at', 'bigint').execute()
  await schema.alterTable('charge_attempt').addColumn('look_until', 'bigint').execute()
  await schema.alterTable('charge_attempt').addColumn('look_pause', 'integer').execute()
  await schema.alterTable('charge_follow_up').addColumn('held_by', 'text').execute()
  await schema
    .createIndex('charge_attempt_unanswered')
    .on('charge_attempt')
    .column('next_look_at')
    .where(sql.ref('answered_at'), 'is', null)
    .execute()
  await schema
    .createIndex('charge_follow_up_unanswered')
    .on('charge_follow_up')
    .column('requested_at')
    .where(sql.ref('answered_at'), 'is', null)
    .execute()
  await schema
    .createIndex('capture_session_unreported')
    .on('capture_session')
    .column('owner')
    .where(sql.ref('result'), 'is not', null)
    .execute()
  await schema
    .createIndex('provider_callback_waiting')
    .on('provider_callback')
    .columns(['receiver', 'next_attempt_at'])
    .where(sql.ref('given_up_at'), 'is', null)
    .execute()
  await schema.dropIndex('provider_callback_by_receiver').execute()
}
