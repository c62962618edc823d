import type { Kysely } from 'kysely'

/** A link's secret follows from the sealing key; and how a session ended is known for as long as its row is. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db
  await schema.alterTable('capture_session').dropColumn('link_sha256').execute()
  await schema
    .alterTable('capture_session')
    .addColumn('link_generation', 'integer', (column) => column.notNull().defaultTo(0))
    .execute()
  await schema.alterTable('capture_session').addColumn('ending', 'text').execute()
}
