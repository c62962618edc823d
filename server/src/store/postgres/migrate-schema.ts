import { setTimeout as pause } from 'node:timers/promises'
import { Kysely, PostgresDialect } from 'kysely'
import { DEFAULT_MIGRATION_TABLE } from 'kysely/migration'
import pg from 'pg'
import type { PostgresPlace } from '../../base/postgres-url.ts'
import { Contended } from '../commit/contended.ts'
import { isUpToDate, migrate, migrateTo } from '../migrate.ts'
import { RegionMoved } from '../region-absent.ts'
import { StoreUnavailable } from '../store-unavailable.ts'
import { connectTo } from './connect.ts'
import { TablesCompiler } from './postgres-compiler.ts'
import { asPostgresFailure } from './postgres-faults.ts'

class Dialect extends PostgresDialect {
  override createQueryCompiler() {
    return new TablesCompiler()
  }
}

const undefinedTable = '42P01'

/** Nobody waits for tables behind one that waits for them itself, for longer than this. */
const lockMilliseconds = 2_000
/** How long others may take to make the tables before one that waits for that ends: so many times its patience. */
const patienceForOthers = 12
const maxTries = 10
const pauseMilliseconds = 100

/** Any number, which is Tonegate's alone in its database. */
const migrationLock = 7_463_652_614

/**
 * Makes a schema where it is not there, and brings it to the tables of this version. Nodes that start together do it one
 * after the other.
 *
 * @param patience milliseconds that another transaction is waited for that has locked what says how far the schema is.
 * @throws {NewerDatabase} when a newer version has migrated the schema.
 * @throws {StoreUnavailable} when others are in the way for long.
 */
export async function migrateSchema(place: PostgresPlace, schema: string, patience: number): Promise<void> {
  const client = await connectTo(place, {})
  const waitUpTo = (milliseconds: number) => client.query(`SET lock_timeout = ${milliseconds}`)
  try {
    await waitUpTo(patience)
    if (await isMigrated(client, schema)) return
    // Held until the connection ends: even `IF NOT EXISTS` fails for one of two that come at once.
    await waitUpTo(patience * patienceForOthers)
    await client.query('SELECT pg_advisory_lock($1)', [migrationLock])
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${pg.escapeIdentifier(schema)}`)
    await client.query(`SET search_path = ${pg.escapeIdentifier(schema)}`)
    await requireNotMoved(client, schema)
    await waitUpTo(lockMilliseconds)
    await migrateBesideOthers(client, schema)
  } catch (error) {
    throw asMigrationFailure(error)
  } finally {
    await client.end()
  }
}

/** What is in the way of a migration lies in the database, and not in it. */
function asMigrationFailure(error: unknown): unknown {
  const cause = error instanceof Error && error.cause instanceof pg.DatabaseError ? error.cause : error
  const known = asPostgresFailure(cause)
  if (known instanceof Contended)
    return new StoreUnavailable('another program has locked it', known, 'server')
  return known instanceof StoreUnavailable ? known : error
}

/** @throws {RegionMoved} when `store move` has moved the region elsewhere: a new one would have none of its data. */
export async function requireNotMoved(client: pg.Client, schema: string): Promise<void> {
  const { rows } = await client.query('SELECT to_regclass($1) IS NOT NULL AS moved', [
    `${pg.escapeIdentifier(schema)}.moved_to`,
  ])
  if (!rows[0]?.moved) return
  const found = await client.query(`SELECT place FROM ${pg.escapeIdentifier(schema)}.moved_to`)
  throw new RegionMoved(schema, String(found.rows[0]?.place))
}

/** Makes the tables that these migrations make, in a new schema that nobody else works on. */
export const migrateNewSchema = (
  client: pg.Client,
  schema: string,
  migrations: readonly string[],
): Promise<void> => migrateTo(kyselyOn(client), migrations, schema)

/** Servers that work on the tables meanwhile may be in its way: then nothing was done, and it is done again. */
async function migrateBesideOthers(client: pg.Client, schema: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await migrate(kyselyOn(client), schema)
      return
    } catch (error) {
      const isContended = error instanceof Error && asPostgresFailure(error.cause) instanceof Contended
      if (!isContended || tries === maxTries) throw error
      await pause(Math.random() * tries * pauseMilliseconds)
    }
  }
}

function kyselyOn(client: pg.Client): Kysely<unknown> {
  const connection = Object.assign(client, { release: () => {} })
  const pool = { connect: async () => connection, end: async () => {}, options: {} }
  return new Kysely({ dialect: new Dialect({ pool }) })
}

/** Asked first: Kysely looks at every column there is before it finds that nothing is to be done. */
async function isMigrated(client: pg.Client, schema: string): Promise<boolean> {
  const table = `${pg.escapeIdentifier(schema)}.${DEFAULT_MIGRATION_TABLE}`
  try {
    const { rows } = await client.query(`SELECT name FROM ${table}`)
    return isUpToDate(rows.map(({ name }) => name))
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === undefinedTable) return false
    throw error
  }
}
