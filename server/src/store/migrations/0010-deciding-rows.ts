import type { Kysely } from 'kysely'

/**
 * An attempt says which vault asks for it, so that no other does, and since when its customer is at the bank and with
 * what, so that the next process knows it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('charge_attempt').addColumn('held_by', 'text').execute()
  await db.schema.alterTable('charge_attempt').addColumn('challenged_at', 'bigint').execute()
  await db.schema.alterTable('charge_attempt').addColumn('sealed_challenge', 'blob').execute()
}
