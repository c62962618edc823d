import { type Kysely, type SqlBool, sql } from 'kysely'

/**
 * Who opened a payment session, so that the agent's view ends with them; and how many messages went to an address and
 * out of an account.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db
  for (const [column, type] of [
    ['opened_by', 'text'],
    ['token_made_at', 'bigint'],
    ['agent_view', 'text'],
  ] as const) {
    await schema.alterTable('payment_session').addColumn(column, type).execute()
  }
  await schema
    .createIndex('payment_session_by_opener')
    .on('payment_session')
    .columns(['opened_by', 'token_made_at'])
    .where(sql<SqlBool>`ended_at is null and agent_view = 'open'`)
    .execute()
  await schema
    .createIndex('payment_session_by_ending_view')
    .on('payment_session')
    .column('guid')
    .where(sql<SqlBool>`ended_at is null and agent_view = 'ending'`)
    .execute()
  await schema.alterTable('capture_session').addColumn('view_closed_at', 'bigint').execute()
  await schema
    .createIndex('provider_session_by_client')
    .on('provider_session')
    .column('client_id')
    .where(sql<SqlBool>`ended_at is null`)
    .execute()
  await schema
    .createTable('message_count')
    .addColumn('counter', 'blob', (column) => column.notNull())
    .addColumn('began_at', 'bigint', (column) => column.notNull())
    .addColumn('messages', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('message_count_key', ['counter', 'began_at'])
    .execute()
  await schema.createIndex('message_count_by_time').on('message_count').column('began_at').execute()
}
