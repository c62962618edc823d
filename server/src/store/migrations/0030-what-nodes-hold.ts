import { type Kysely, sql } from 'kysely'
import { writeSchemaVersion } from '../schema-version.ts'

/**
 * Who holds what is being done, beside until when: what a node held that is not there any more is due at once. What is
 * followed at another provider has its next look in its row, so that any node looks. And which programs work with the
 * tables is written down, so that an older one goes on beside a newer one.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db
  for (const table of ['webhook_delivery', 'provider_callback', 'remote_session', 'launch_under_way']) {
    await schema.alterTable(table).addColumn('held_by', 'text').execute()
    await schema
      .createIndex(`${table}_held`)
      .on(table)
      .column('held_by')
      .where(sql.ref('held_by'), 'is not', null)
      .execute()
  }
  await schema
    .alterTable('remote_session')
    .addColumn('next_look_at', 'bigint', (column) => column.defaultTo(0))
    .execute()
  await sql`
    update remote_session set next_look_at = null
    where outcome is not null and outcome <> 'unknown' and sealed_result is null`.execute(db)
  await schema
    .createIndex('remote_session_to_look_at')
    .on('remote_session')
    .columns(['account_id', 'configuration_id', 'next_look_at'])
    .where(sql.ref('next_look_at'), 'is not', null)
    .execute()
  await schema.alterTable('launch_under_way').addColumn('next_look_at', 'bigint').execute()
  await sql`
    update launch_under_way set next_look_at = call_off_at where state in ('asked', 'opened')`.execute(db)
  await schema
    .createIndex('launch_under_way_to_look_at')
    .on('launch_under_way')
    .column('next_look_at')
    .where(sql.ref('next_look_at'), 'is not', null)
    .execute()
  await schema
    .createTable('schema_compatibility')
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('serves_from', 'integer', (column) => column.notNull())
    .execute()
  await writeSchemaVersion(db, { version: 1, serves_from: 1 })
}
