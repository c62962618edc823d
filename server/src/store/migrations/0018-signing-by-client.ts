import type { Kysely } from 'kysely'

/**
 * What a client's tokens are signed with is the client's own to say; null: what the region signs with.
 *
 * Of the keys there are it is not known which have ever signed: one of each algorithm was made. Those that sign are
 * published again when they are opened, the others are accepted until nothing that they may have signed is good.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db
  await schema.alterTable('client').addColumn('id_token_algorithm', 'text').execute()
  await schema.alterTable('client').addColumn('access_token_algorithm', 'text').execute()
  await schema
    .alterTable('signing_key')
    .addColumn('published', 'integer', (column) => column.notNull().defaultTo(0))
    .execute()
}
