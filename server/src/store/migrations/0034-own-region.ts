import { type Kysely, sql } from 'kysely'

/** Whose database it is: one row, which is written when a region first has it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('own_region')
    .addColumn('only', 'integer', (column) => column.primaryKey().check(sql`only = 1`))
    .addColumn('name', 'text', (column) => column.notNull())
    .execute()
}
