import { type Kysely, sql } from 'kysely'
import { writeSchemaVersion } from '../schema-version.ts'

/** Sessions and results are found by whose they are, not one by one. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db
  await schema.dropIndex('capture_session_open').execute()
  await schema
    .createIndex('capture_session_open')
    .on('capture_session')
    .expression(sql`coalesce(owner, '')`)
    .where(sql.ref('state'), '=', 'open')
    .execute()
  await schema.dropIndex('capture_session_unreported').execute()
  await schema
    .createIndex('capture_session_unreported')
    .on('capture_session')
    .expression(sql`coalesce(owner, '')`)
    .where(sql.ref('result'), 'is not', null)
    .execute()
  await writeSchemaVersion(db, { version: 2, serves_from: 1 })
}
