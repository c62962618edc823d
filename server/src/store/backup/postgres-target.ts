import pg from 'pg'
import { readPostgresUrl } from '../../base/postgres-url.ts'
import { connectTo } from '../postgres/connect.ts'
import { migrateNewSchema } from '../postgres/migrate-schema.ts'
import { asPostgresFailure } from '../postgres/postgres-faults.ts'
import { reached, type SchemaPlace } from './postgres-source.ts'
import { type Cell, type CopiedTable, isCopied, type RowTarget } from './rows.ts'
import { list } from './sqlite-source.ts'

/**
 * A new schema with the tables that these migrations make, and no rows.
 *
 * @throws {StoreUnavailable} when the database cannot be reached and written.
 * @throws {Error} when the schema is there already, or a migration is of a newer version.
 */
export async function createPostgresTarget(
  { url, schema }: SchemaPlace,
  migrations: readonly string[],
): Promise<RowTarget> {
  const client = await reached(connectTo(readPostgresUrl(url), {}))
  const name = pg.escapeIdentifier(schema)
  const discard = async () => {
    await client.query(`ROLLBACK; DROP SCHEMA IF EXISTS ${name} CASCADE`)
    await client.end()
  }
  try {
    await client.query(`CREATE SCHEMA ${name}`)
  } catch (error) {
    await client.end()
    throw asPostgresFailure(error)
  }
  try {
    await client.query(`SET search_path = ${name}`)
    await migrateNewSchema(client, schema, migrations)
    await emptyTables(client, schema)
    await client.query('BEGIN')
  } catch (error) {
    await discard()
    throw asPostgresFailure(error)
  }
  const statements = new Map<string, string>()
  async function statementFor(table: CopiedTable): Promise<string> {
    const known = statements.get(table.name) ?? (await insertInto(client, schema, table))
    statements.set(table.name, known)
    return known
  }
  return {
    async insert(table, rows) {
      const text = await statementFor(table)
      const values = table.columns.map((_, at) => rows.map((row) => asBytes(row[at] ?? null)))
      await reached(client.query({ name: table.name, text, values }))
    },
    async finish() {
      await reached(raiseNumbers(client, schema))
      await reached(client.query('COMMIT'))
      await client.end()
    },
    discard,
  }
}

/** All rows at once, a parameter a column: `unnest` of arrays is as fast as one statement can be. */
async function insertInto(
  client: pg.Client,
  schema: string,
  { name, columns }: CopiedTable,
): Promise<string> {
  const { rows } = await reached(
    client.query(
      `SELECT attname, format_type(atttypid, NULL) AS type FROM pg_attribute
        WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped`,
      [`${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`],
    ),
  )
  const types = new Map(rows.map(({ attname, type }) => [String(attname), String(type)]))
  const arrays = columns.map((column, at) => `$${at + 1}::${types.get(column)}[]`)
  return `INSERT INTO ${pg.escapeIdentifier(name)} (${list(columns)}) SELECT * FROM unnest(${arrays.join(', ')})`
}

/** What `pg` knows as bytes within an array. */
const asBytes = (cell: Cell): string | number | null | Buffer =>
  cell instanceof Uint8Array ? Buffer.from(cell.buffer, cell.byteOffset, cell.byteLength) : cell

/** Of what migrations have put into them. */
async function emptyTables(client: pg.Client, schema: string): Promise<void> {
  const { rows } = await client.query('SELECT tablename FROM pg_tables WHERE schemaname = $1', [schema])
  const names = rows.map(({ tablename }) => String(tablename)).filter(isCopied)
  await client.query(`TRUNCATE ${list(names)}`)
}

/** Numbers that the database gives go on behind those that were copied. */
async function raiseNumbers(client: pg.Client, schema: string): Promise<void> {
  const { rows } = await client.query(
    `SELECT table_name, column_name FROM information_schema.columns
      WHERE table_schema = $1 AND column_default LIKE 'nextval(%'`,
    [schema],
  )
  for (const { table_name, column_name } of rows) {
    const table = `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(table_name)}`
    const column = pg.escapeIdentifier(column_name)
    await client.query(
      `SELECT setval(pg_get_serial_sequence($1, $2), (SELECT max(${column}) FROM ${table}))
        WHERE EXISTS (SELECT 1 FROM ${table})`,
      [table, column_name],
    )
  }
}
