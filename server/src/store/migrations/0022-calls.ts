import { type Kysely, sql } from 'kysely'

/**
 * Calls, and the platforms that tell of them.
 *
 * `call_platform`: a telephone platform of one account. `sealed_settings` is how it is steered, with what signs commands.
 *
 * `call_platform_key`: what a platform's requests bear, by its SHA-256; one or two of each platform.
 *
 * `live_call`: a call in progress. With `session_guid`, its line is secured for that session of the vault, or has yet to be
 * released; `recording` says whether the recording has to be resumed then.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db
  await schema
    .createTable('call_platform')
    .addColumn('guid', 'text', (column) => column.primaryKey())
    .addColumn('account_id', 'integer', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('sealed_settings', 'blob', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('disabled_at', 'bigint')
    .addUniqueConstraint('call_platform_by_name', ['account_id', 'name'])
    .execute()
  await schema
    .createTable('call_platform_key')
    .addColumn('sha256', 'blob', (column) => column.primaryKey())
    .addColumn('platform_guid', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute()
  await schema
    .createIndex('call_platform_key_by_platform')
    .on('call_platform_key')
    .column('platform_guid')
    .execute()
  await schema
    .createTable('live_call')
    .addColumn('guid', 'text', (column) => column.primaryKey())
    .addColumn('account_id', 'integer', (column) => column.notNull())
    .addColumn('platform_guid', 'text', (column) => column.notNull())
    .addColumn('agent_id', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('reference', 'text')
    .addColumn('sealed_caller', 'blob')
    .addColumn('media', 'text')
    .addColumn('heard_at', 'bigint', (column) => column.notNull())
    .addColumn('session_guid', 'text')
    .addColumn('recording', 'text', (column) => column.notNull())
    .addUniqueConstraint('live_call_by_reference', ['platform_guid', 'reference'])
    .execute()
  await schema.createIndex('live_call_by_agent').on('live_call').columns(['account_id', 'agent_id']).execute()
  await schema.createIndex('live_call_by_time').on('live_call').column('heard_at').execute()
  await schema
    .createIndex('live_call_secured')
    .on('live_call')
    .column('session_guid')
    .where(sql.ref('session_guid'), 'is not', null)
    .execute()
}
