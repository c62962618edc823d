import { type Kysely, sql } from 'kysely'

/** Sessions whose cards another provider captures. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db
  await schema
    .createTable('remote_session')
    .addColumn('provider_session_guid', 'text', (column) => column.primaryKey())
    .addColumn('session_guid', 'text', (column) => column.notNull().unique())
    .addColumn('account_id', 'integer', (column) => column.notNull())
    .addColumn('configuration_id', 'integer', (column) => column.notNull())
    .addColumn('provider', 'text', (column) => column.notNull())
    .addColumn('amount_minor', 'bigint', (column) => column.notNull())
    .addColumn('currency', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('ended_at', 'bigint')
    .addColumn('outcome', 'text')
    .addColumn('sealed_result', 'blob')
    .addColumn('later_outcome', 'text')
    .execute()
  await schema.createIndex('remote_session_outcome').on('remote_session').column('outcome').execute()
  await schema
    .createIndex('remote_session_unreported')
    .on('remote_session')
    .column('provider_session_guid')
    .where(sql.ref('sealed_result'), 'is not', null)
    .execute()
  await schema
    .createIndex('remote_session_ended')
    .on('remote_session')
    .column('ended_at')
    .where(sql.ref('ended_at'), 'is not', null)
    .execute()
}
