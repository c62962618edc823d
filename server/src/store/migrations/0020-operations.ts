import type { Kysely } from 'kysely'

/**
 * What an operator asks for: whether the database can be written, and how a session went.
 *
 * `capture_session.session_guid` is the payment session that a capture session was launched for; null where a program
 * launched it by the provider contract. `course` is what happened in it, and when.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db
  await schema
    .createTable('store_probe')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('bytes', 'blob', (column) => column.notNull())
    .execute()
  await schema.alterTable('capture_session').addColumn('session_guid', 'text').execute()
  await schema
    .alterTable('capture_session')
    .addColumn('course', 'text', (column) => column.notNull().defaultTo('[]'))
    .execute()
  await schema
    .createIndex('capture_session_by_session')
    .on('capture_session')
    .column('session_guid')
    .where('session_guid', 'is not', null)
    .execute()
  await schema.alterTable('payment_session').addColumn('result_removed_at', 'bigint').execute()
}
