import type { Kysely } from 'kysely'

/**
 * The version of the tables that this program knows. A release that has migrations raises it by one, and the last of them
 * says so by {@link writeSchemaVersion}.
 */
export const schemaVersion = 2

/** What a database says of its tables. */
interface Compatibility {
  readonly version: number
  /** The oldest program that works with them: that of the version before, whose columns go a version later. */
  readonly serves_from: number
}

interface CompatibilityTable {
  readonly schema_compatibility: Compatibility
}

/** For a migration: from now on the tables are of this version. */
export async function writeSchemaVersion(db: Kysely<unknown>, { version, serves_from }: Compatibility) {
  const tables = db as unknown as Kysely<CompatibilityTable>
  await tables.deleteFrom('schema_compatibility').execute()
  await tables.insertInto('schema_compatibility').values({ version, serves_from }).execute()
}

/** Whether a program of a version may serve a database that a newer one has migrated. */
export async function isServedBy(db: Kysely<unknown>, program: number): Promise<boolean> {
  const tables = db as unknown as Kysely<CompatibilityTable>
  const found = await tables.selectFrom('schema_compatibility').selectAll().executeTakeFirst()
  return found !== undefined && found.version > program && found.serves_from <= program
}
