import { type Kysely, sql } from 'kysely'

/** Whose database it is: one row, which is written when a region first has it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('own_region')
    .addColumn('id', 'integer', (column) => column.primaryKey().check(sql`id = 1`))
    .addColumn('name', 'text', (column) => column.notNull())
    .execute()
}
