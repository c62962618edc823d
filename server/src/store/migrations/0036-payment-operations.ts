import type { Kysely } from 'kysely'

/** Captures, refunds and voids that programs order by the Payment API: who orders them, and what is under way. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db
  await schema.alterTable('charge_follow_up').addColumn('order_name', 'text').execute()
  await schema.alterTable('charge_follow_up').addColumn('requested_by', 'text').execute()
  await schema
    .createIndex('charge_follow_up_name')
    .on('charge_follow_up')
    .column('order_name')
    .unique()
    .where('order_name', 'is not', null)
    .execute()
  await schema
    .createTable('payment_operation')
    .addColumn('guid', 'text', (column) => column.primaryKey())
    .addColumn('session_guid', 'text', (column) => column.notNull())
    .addColumn('provider_session_guid', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('requested_by', 'text', (column) => column.notNull())
    .addColumn('requested_at', 'bigint', (column) => column.notNull())
    .addColumn('due_at', 'bigint', (column) => column.notNull())
    .execute()
  await schema.createIndex('payment_operation_due').on('payment_operation').column('due_at').execute()
}
