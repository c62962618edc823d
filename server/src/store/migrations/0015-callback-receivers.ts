import type { Kysely } from 'kysely'

/** Whom a callback is for, so that those for one receiver wait apart from those for others. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db
  await schema
    .alterTable('provider_callback')
    .addColumn('receiver', 'text', (column) => column.notNull().defaultTo('unknown'))
    .execute()
  await schema.dropIndex('provider_callback_by_next_attempt').execute()
  await schema
    .createIndex('provider_callback_by_receiver')
    .on('provider_callback')
    .columns(['receiver', 'next_attempt_at'])
    .execute()
}
