import type { Kysely } from 'kysely'

/**
 * Clients whose agents launch under names of their own, callbacks for each item of a session, and sessions of which nobody
 * has taken yet that they were begun.
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
}
