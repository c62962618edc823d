import { type Kysely, sql } from 'kysely'

/**
 * A launch at a provider in another process is written down before the provider is asked, and known there by a name
 * that was given beforehand; a callback that was given up stays.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db
  await schema
    .createTable('launch_under_way')
    .addColumn('session_guid', 'text', (column) => column.primaryKey())
    .addColumn('provider_session_guid', 'text', (column) => column.unique())
    .addColumn('account_id', 'bigint', (column) => column.notNull())
    .addColumn('configuration_id', 'bigint', (column) => column.notNull())
    .addColumn('provider', 'text')
    .addColumn('follow', 'text', (column) => column.notNull())
    .addColumn('call_guid', 'text')
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('asked_at', 'bigint', (column) => column.notNull())
    .addColumn('call_off_at', 'bigint', (column) => column.notNull())
    .addColumn('sealed_session', 'blob')
    .execute()
  await schema
    .createIndex('launch_under_way_by_call')
    .on('launch_under_way')
    .column('call_guid')
    .where(sql.ref('call_guid'), 'is not', null)
    .execute()
  await schema
    .createIndex('launch_under_way_by_state')
    .on('launch_under_way')
    .columns(['state', 'asked_at'])
    .execute()
  await schema.alterTable('idempotent_request').addColumn('session_guid', 'text').execute()
  await schema.alterTable('capture_session').addColumn('launch_digest', 'blob').execute()
  await schema
    .alterTable('capture_session')
    .addColumn('awaits_opening', 'integer', (column) => column.notNull().defaultTo(0))
    .execute()
  await schema.alterTable('provider_callback').addColumn('given_up_at', 'bigint').execute()
}
