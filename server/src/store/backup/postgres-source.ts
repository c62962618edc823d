import pg from 'pg'
import { readPostgresUrl } from '../../base/postgres-url.ts'
import { connectTo, types } from '../postgres/connect.ts'
import { requireNotMoved } from '../postgres/migrate-schema.ts'
import { asPostgresFailure } from '../postgres/postgres-faults.ts'
import { RegionAbsent } from '../region-absent.ts'
import {
  batchRows,
  type CopiedTable,
  inOrder,
  isCopied,
  type ReferringTable,
  type Row,
  type RowSource,
} from './rows.ts'
import { list } from './sqlite-source.ts'

/** Where a region's tables are. */
export interface SchemaPlace {
  readonly url: string
  readonly schema: string
}

/**
 * The rows of a schema as they are at this moment, while servers may be writing it: one `REPEATABLE READ` transaction,
 * read by a cursor.
 *
 * @throws {StoreUnavailable} when the database cannot be reached.
 * @throws {RegionAbsent} when the schema is not there, or has moved.
 */
export async function openPostgresSource({ url, schema }: SchemaPlace): Promise<RowSource> {
  const client = await reached(connectTo(readPostgresUrl(url), { types }))
  const close = () => client.end()
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    await client.query(`SET LOCAL search_path = ${pg.escapeIdentifier(schema)}`)
    const migrations = await migrationsIn(client, schema)
    const tables = inOrder(await tablesIn(client, schema))
    const rows = (table: CopiedTable) => rowsOf(client, table)
    const count = () => countRows(client, tables)
    return { migrations, tables, rows, count, finish: async () => {}, close }
  } catch (error) {
    await close()
    throw asPostgresFailure(error)
  }
}

async function countRows(client: pg.Client, tables: readonly CopiedTable[]): Promise<number> {
  let all = 0
  for (const { name } of tables) {
    const { rows } = await reached(client.query(`SELECT count(*) AS rows FROM ${pg.escapeIdentifier(name)}`))
    all += Number(rows[0]?.rows)
  }
  return all
}

async function migrationsIn(client: pg.Client, schema: string): Promise<readonly string[]> {
  const { rows } = await client.query("SELECT to_regclass('kysely_migration') AS found")
  if (rows[0]?.found === null) {
    await requireNotMoved(client, schema)
    throw new RegionAbsent(`The PostgreSQL database has no region ${schema}. TONEGATE_STORE names it.`)
  }
  const found = await client.query('SELECT name FROM kysely_migration ORDER BY name')
  return found.rows.map(({ name }) => String(name))
}

/** Names in the order of their bytes, as SQLite has them. */
async function tablesIn(client: pg.Client, schema: string): Promise<readonly ReferringTable[]> {
  const { rows } = await client.query(
    `SELECT relname AS name,
      ARRAY(SELECT attname::text COLLATE "C" FROM pg_attribute
        WHERE attrelid = tables.oid AND attnum > 0 AND NOT attisdropped
        ORDER BY attname::text COLLATE "C") AS columns,
      ARRAY(SELECT attname::text FROM pg_index CROSS JOIN unnest(indkey) WITH ORDINALITY AS keys (attnum, place)
        JOIN pg_attribute ON attrelid = tables.oid AND pg_attribute.attnum = keys.attnum
        WHERE indrelid = tables.oid AND indisprimary ORDER BY place) AS key,
      ARRAY(SELECT others.relname::text FROM pg_constraint
        JOIN pg_class others ON others.oid = confrelid
        WHERE conrelid = tables.oid AND contype = 'f') AS "refersTo"
    FROM pg_class tables JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname = $1 AND relkind = 'r'`,
    [schema],
  )
  return (rows as readonly ReferringTable[]).filter(({ name }) => isCopied(name))
}

async function* rowsOf(
  client: pg.Client,
  { name, columns, key }: CopiedTable,
): AsyncGenerator<readonly Row[]> {
  const select = `SELECT ${list(columns)} FROM ${pg.escapeIdentifier(name)} ORDER BY ${list(key)}`
  await reached(client.query(`DECLARE copied NO SCROLL CURSOR FOR ${select}`))
  for (;;) {
    const fetched = { text: `FETCH ${batchRows} FROM copied`, rowMode: 'array' as const }
    const { rows } = await reached(client.query<Row[]>(fetched))
    if (rows.length > 0) yield rows as unknown as readonly Row[]
    if (rows.length < batchRows) break
  }
  await reached(client.query('CLOSE copied'))
}

/** @throws what PostgreSQL said, as the store says it. */
export async function reached<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked
  } catch (error) {
    throw asPostgresFailure(error)
  }
}
