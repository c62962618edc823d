import type { Kysely } from 'kysely'

/** What is closed to guesses, and from where people have signed in, outlive the process. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db
  await schema
    .createTable('throttled')
    .addColumn('throttle', 'text', (column) => column.notNull())
    .addColumn('counted', 'text', (column) => column.notNull())
    .addColumn('digest', 'text', (column) => column.notNull())
    .addColumn('failures', 'integer', (column) => column.notNull())
    .addColumn('since', 'bigint', (column) => column.notNull())
    .addColumn('last', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('throttled_key', ['throttle', 'counted', 'digest'])
    .execute()
  await schema.createIndex('throttled_expiry').on('throttled').column('expires_at').execute()

  await schema
    .createTable('known_source')
    .addColumn('digest', 'text', (column) => column.primaryKey())
    .addColumn('name_digest', 'text', (column) => column.notNull())
    .addColumn('seen_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .execute()
  await schema.createIndex('known_source_expiry').on('known_source').column('expires_at').execute()
}
