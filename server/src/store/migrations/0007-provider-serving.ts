import type { Kysely } from 'kysely'

/** Programs that launch capture sessions by the provider contract, their flows, and what they are told. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db
  await schema
    .createTable('provider_client')
    .addColumn('client_id', 'text', (column) => column.primaryKey())
    .addColumn('tenant_id', 'bigint', (column) => column.notNull())
    .addColumn('tenant_name', 'text', (column) => column.notNull())
    .addColumn('username', 'text', (column) => column.notNull())
    .addColumn('secret_sha256', 'blob', (column) => column.notNull())
    .addColumn('former_secret_sha256', 'blob')
    .addColumn('former_secret_until', 'bigint')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('disabled_at', 'bigint')
    .execute()
  await schema
    .createTable('provider_flow')
    .addColumn('tenant_id', 'bigint', (column) => column.notNull())
    .addColumn('flow_id', 'bigint', (column) => column.notNull())
    .addColumn('settings', 'text', (column) => column.notNull())
    .addColumn('sealed_signing_secret', 'blob')
    .addPrimaryKeyConstraint('provider_flow_key', ['tenant_id', 'flow_id'])
    .execute()
  await schema
    .createTable('provider_session')
    .addColumn('guid', 'text', (column) =>
      column.primaryKey().references('capture_session.guid').onDelete('cascade'),
    )
    .addColumn('tenant_id', 'bigint', (column) => column.notNull())
    .addColumn('client_id', 'text', (column) => column.notNull())
    .addColumn('flow_id', 'bigint')
    .addColumn('link_id', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('begun_at', 'bigint')
    .addColumn('ended_at', 'bigint')
    .addColumn('sealed_order', 'blob')
    .addColumn('sealed_result', 'blob')
    .addColumn('reported', 'text')
    .execute()
  await schema
    .createIndex('provider_session_by_link')
    .unique()
    .on('provider_session')
    .columns(['tenant_id', 'link_id'])
    .execute()
  await schema
    .createIndex('provider_session_by_end')
    .on('provider_session')
    .column('ended_at')
    .where('ended_at', 'is not', null)
    .execute()
  await schema
    .createTable('provider_callback')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('session_guid', 'text', (column) =>
      column.notNull().references('provider_session.guid').onDelete('cascade'),
    )
    .addColumn('sealed_message', 'blob', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('next_attempt_at', 'bigint', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute()
  await schema
    .createIndex('provider_callback_by_session')
    .on('provider_callback')
    .column('session_guid')
    .execute()
  await schema
    .createIndex('provider_callback_by_next_attempt')
    .on('provider_callback')
    .column('next_attempt_at')
    .execute()
  await schema
    .createTable('provider_launch_key')
    .addColumn('client_id', 'text', (column) => column.notNull())
    .addColumn('idempotency_key', 'text', (column) => column.notNull())
    .addColumn('fingerprint', 'blob', (column) => column.notNull())
    .addColumn('sealed_answer', 'blob', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('provider_launch_key_key', ['client_id', 'idempotency_key'])
    .execute()
}
