import { type Kysely, sql } from 'kysely'

/** A token lives for a day at most, and a key stays a minute longer than its last one. */
const lastTokenMilliseconds = 86_460_000

/**
 * What nodes on one database agree on. The messages of a session are numbered, so that their order is the one that they
 * were written in and depends on nobody's clock. An algorithm has one key without an end: of those that nodes have made
 * at the same moment the newest signs, and the others go when what they have signed has expired.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('webhook_delivery')
    .addColumn('number', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute()
  await sql`
    update signing_key set removed_from = ${Date.now() + lastTokenMilliseconds}
    where removed_from is null and exists (
      select 1 from signing_key as newer
      where newer.algorithm = signing_key.algorithm and newer.removed_from is null and (
        newer.signs_from > signing_key.signs_from or
        (newer.signs_from = signing_key.signs_from and newer.kid < signing_key.kid)
      )
    )`.execute(db)
  await db.schema
    .createIndex('signing_key_without_end')
    .unique()
    .on('signing_key')
    .column('algorithm')
    .where(sql.ref('removed_from'), 'is', null)
    .execute()
}
