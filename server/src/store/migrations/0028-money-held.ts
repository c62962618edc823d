import { type Kysely, sql } from 'kysely'

/**
 * Who works at money that has still to move, and when. An outcome that nobody knows is looked for by one server at a time, at
 * the times that its row says; a reversal is asked for by the server that holds it. What is looked for every second has an
 * index of its own.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db
  await schema.alterTable('charge_attempt').addColumn('next_look_at', 'bigint').execute()
  await schema.alterTable('charge_attempt').addColumn('look_until', 'bigint').execute()
  await schema.alterTable('charge_attempt').addColumn('look_pause', 'integer').execute()
  await schema.alterTable('charge_follow_up').addColumn('held_by', 'text').execute()
  await schema
    .createIndex('charge_follow_up_unanswered')
    .on('charge_follow_up')
    .column('requested_at')
    .where(sql.ref('answered_at'), 'is', null)
    .execute()
  await schema
    .createIndex('provider_callback_waiting')
    .on('provider_callback')
    .columns(['receiver', 'next_attempt_at'])
    .where(sql.ref('given_up_at'), 'is', null)
    .execute()
  await schema.dropIndex('provider_callback_by_receiver').execute()
}
