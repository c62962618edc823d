import { type Kysely, sql } from 'kysely'

/**
 * Clients whose agents launch under names of their own, callbacks for each item of a session, and what a vault has still
 * to tell of sessions that were begun.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db
  await schema
    .alterTable('provider_client')
    .addColumn('usernames', 'text', (column) => column.notNull().defaultTo('fixed'))
    .execute()
  await schema.alterTable('provider_session').addColumn('launched_by', 'text').execute()
  await schema
    .alterTable('provider_callback')
    .addColumn('item', 'integer', (column) => column.notNull().defaultTo(0))
    .execute()
  await schema
    .alterTable('capture_session')
    .addColumn('untold_progress', 'integer', (column) => column.notNull().defaultTo(0))
    .execute()
  await schema
    .createIndex('capture_session_untold_progress')
    .on('capture_session')
    .column('untold_progress')
    .where(sql.ref('untold_progress'), '=', 1)
    .execute()
}
