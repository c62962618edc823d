import type { Kysely } from 'kysely'

/**
 * Several servers at once: each is a row, by which whatever it holds is its own; and whose each open session is. The epoch
 * rises whenever a session gets another owner, so that what a former one still writes changes nothing.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('node').execute()
  await db.schema
    .createTable('node')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('place', 'text', (column) => column.notNull())
    .addColumn('url', 'text')
    .addColumn('version', 'text', (column) => column.notNull())
    .addColumn('started_at', 'bigint', (column) => column.notNull())
    .addColumn('beat_at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema.alterTable('capture_session').addColumn('owner', 'text').execute()
  await db.schema
    .alterTable('capture_session')
    .addColumn('epoch', 'integer', (column) => column.notNull().defaultTo(0))
    .execute()
}
