import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { databaseFor, postgresVariable } from './test-postgres.ts'

/** What lies in one place, byte for byte as a character each. */
export interface StoredContent {
  readonly name: string
  readonly content: string
}

/** All that is stored for a folder: its files, or the tables of the database that stands in for it. */
export async function storedContents(folder: string): Promise<readonly StoredContent[]> {
  const server = process.env[postgresVariable]
  if (server !== undefined) return contentsOfTables(await databaseFor(server, folder))
  return readdirSync(folder).map((name) => ({ name, content: readFileSync(join(folder, name), 'latin1') }))
}

async function contentsOfTables(connectionString: string): Promise<readonly StoredContent[]> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
        WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    )
    const contents: StoredContent[] = []
    for (const { name } of tables) {
      const { rows } = await client.query({ text: `SELECT * FROM ${name}`, rowMode: 'array' })
      contents.push({ name, content: rows.flat().map(asCharacters).join('\n') })
    }
    return contents
  } finally {
    await client.end()
  }
}

const asCharacters = (value: unknown): string =>
  (value instanceof Buffer ? value : Buffer.from(String(value))).toString('latin1')
