import type { Kysely } from 'kysely'

/**
 * When a gateway was last asked to do something, where it has not said what came of it: one that finds what it did only after
 * a while is not asked again before, by whichever process.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('charge_follow_up').addColumn('asked_at', 'bigint').execute()
}
