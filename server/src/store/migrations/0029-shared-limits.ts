import type { Kysely } from 'kysely'

/**
 * What one process counts or has used is so for the others: they read what was counted since they looked, and a token that
 * comes to two at once is known for that.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db
  await schema.createIndex('throttled_last').on('throttled').column('last').execute()
  await schema.createIndex('known_source_seen').on('known_source').column('seen_at').execute()
  await schema.alterTable('authorization_code').addColumn('used_by', 'text').execute()
  await schema.alterTable('refresh_token').addColumn('used_secret_sha256', 'blob').execute()
  await schema.alterTable('refresh_token').addColumn('used_at', 'bigint').execute()
  await schema.alterTable('refresh_token').addColumn('used_by', 'text').execute()
}
