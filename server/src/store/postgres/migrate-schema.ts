import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { PostgresPlace } from '../../base/postgres-url.ts'
import { migrate } from '../migrate.ts'
import { connectTo } from './connect.ts'
import { TablesCompiler } from './postgres-compiler.ts'

class Dialect extends PostgresDialect {
  override createQueryCompiler() {
    return new TablesCompiler()
  }
}

/** Any number, which is Tonegate's alone in its database. */
const migrationLock = 7_463_652_614

/**
 * Makes a schema where it is not there, and brings it to the tables of this version. Nodes that start together do it one
 * after the other.
 *
 * @throws {Error} where the schema is of a newer version that this one cannot work with.
 */
export async function migrateSchema(place: PostgresPlace, schema: string): Promise<void> {
  const client = await connectTo(place, {})
  const pool = {
    connect: async () => Object.assign(client, { release: () => {} }),
    end: () => client.end(),
    options: {},
  }
  const db = new Kysely<unknown>({ dialect: new Dialect({ pool }) })
  try {
    // Held until the connection ends: even `IF NOT EXISTS` fails for one of two that come at once.
    await client.query('SELECT pg_advisory_lock($1)', [migrationLock])
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${pg.escapeIdentifier(schema)}`)
    await client.query(`SET search_path = ${pg.escapeIdentifier(schema)}`)
    await migrate(db, schema)
  } finally {
    await db.destroy()
  }
}
