import { type Kysely, sql } from 'kysely'

/** Messages to the account's own systems, and the secrets that an account configuration refers to by name. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db
  await schema
    .createTable('account_secret')
    .addColumn('account_id', 'bigint', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('sealed', 'blob', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('account_secret_key', ['account_id', 'name'])
    .execute()
  await schema.alterTable('payment_session').addColumn('correction', 'text').execute()
  await schema
    .createTable('webhook_delivery')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('account_id', 'bigint', (column) => column.notNull())
    .addColumn('configuration_id', 'integer', (column) => column.notNull())
    .addColumn('session_guid', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('due_at', 'bigint')
    .addColumn('kept_until', 'bigint', (column) => column.notNull())
    .addColumn('delivered_at', 'bigint')
    .addColumn('sealed_body', 'blob')
    .addColumn('attempts', 'text', (column) => column.notNull())
    .execute()
  await schema.createIndex('webhook_delivery_session').on('webhook_delivery').column('session_guid').execute()
  await schema
    .createIndex('webhook_delivery_due')
    .on('webhook_delivery')
    .columns(['account_id', 'configuration_id', 'due_at'])
    .where(sql.ref('due_at'), 'is not', null)
    .execute()
}
