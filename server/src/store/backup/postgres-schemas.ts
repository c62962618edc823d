import pg from 'pg'
import { readPostgresUrl } from '../../base/postgres-url.ts'
import { deadMilliseconds } from '../nodes/join-nodes.ts'
import { connectTo } from '../postgres/connect.ts'
import { asPostgresFailure } from '../postgres/postgres-faults.ts'
import { reached, type SchemaPlace } from './postgres-source.ts'

/** What a region's schema has, as somebody finds it who wants its place. */
export interface FoundSchema {
  /** Somebody else holds it: what is found is nothing to go by. */
  readonly isHeld: boolean
  readonly isThere: boolean
  readonly hasAccounts: boolean
  /** Where each server runs that works on it, and each command that does so at this moment. */
  readonly nodes: readonly string[]
}

/** A schema on which no server begins to work as long as it is held. */
export interface HeldSchema {
  readonly found: FoundSchema
  /**
   * Gives another schema its name; the one that was there gets a name of its own and keeps all it has, both at once.
   *
   * @param aside the name, which gets a number behind it where another schema has it.
   * @returns what the one is called that was there; null where there was none.
   */
  replaceBy(unfinished: string, aside: string): Promise<string | null>
  /** Gives it another name, and has a schema take its place that says where the region is. @returns the name. */
  markMoved(to: string, aside: string): Promise<string | null>
  release(): Promise<void>
}

/**
 * Holds a schema by a lock on its `node`: who joins waits, and then finds the schema that has the name. Who else comes to hold
 * it finds that it is held.
 *
 * @throws {StoreUnavailable} when the database cannot be reached.
 */
export async function holdSchema({ url, schema }: SchemaPlace): Promise<HeldSchema> {
  const client = await reached(connectTo(readPostgresUrl(url), {}))
  try {
    await client.query('BEGIN')
    const found = await find(client, schema)
    const setAside = async (aside: string) => {
      if (!found.isThere) return null
      const name = await freeName(client, aside)
      await client.query(`ALTER SCHEMA ${quoted(schema)} RENAME TO ${quoted(name)}`)
      return name
    }
    return {
      found,
      async replaceBy(unfinished, aside) {
        const former = await reached(setAside(aside))
        await reached(client.query(`ALTER SCHEMA ${quoted(unfinished)} RENAME TO ${quoted(schema)}; COMMIT`))
        return former
      },
      async markMoved(to, aside) {
        const former = await reached(setAside(aside))
        await reached(client.query(`CREATE SCHEMA ${quoted(schema)}`))
        await reached(client.query(`CREATE TABLE ${quoted(schema)}.moved_to (place text NOT NULL)`))
        await reached(client.query(`INSERT INTO ${quoted(schema)}.moved_to VALUES ($1)`, [to]))
        await reached(client.query('COMMIT'))
        return former
      },
      release: () => client.end(),
    }
  } catch (error) {
    await client.end()
    throw asPostgresFailure(error)
  }
}

/** A name that no schema has. */
async function freeName(client: pg.Client, aside: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? aside : `${aside}_${number}`
    const { rows } = await client.query('SELECT to_regnamespace($1) IS NULL AS free', [quoted(name)])
    if (rows[0]?.free) return name
  }
}

/** The schemas whose names begin so and end in a number. */
export async function numberedSchemas(url: string, beginning: string): Promise<readonly string[]> {
  const client = await reached(connectTo(readPostgresUrl(url), {}))
  try {
    const { rows } = await reached(
      client.query('SELECT nspname FROM pg_namespace WHERE nspname ~ $1', [`^${beginning}[0-9]+$`]),
    )
    return rows.map(({ nspname }) => String(nspname))
  } finally {
    await client.end()
  }
}

/** Removes a schema, if it is there. */
export async function dropSchema({ url, schema }: SchemaPlace): Promise<void> {
  const client = await reached(connectTo(readPostgresUrl(url), {}))
  try {
    await reached(client.query(`DROP SCHEMA IF EXISTS ${quoted(schema)} CASCADE`))
  } finally {
    await client.end()
  }
}

const quoted = (name: string): string => pg.escapeIdentifier(name)

async function find(client: pg.Client, schema: string): Promise<FoundSchema> {
  const { rows: locks } = await client.query(
    'SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS taken',
    [`Tonegate’s schema ${schema}`],
  )
  if (!locks[0]?.taken) return { isHeld: true, isThere: false, hasAccounts: false, nodes: [] }
  const { rows } = await client.query(
    `SELECT to_regnamespace($1) IS NOT NULL AS "isThere", to_regclass($2) IS NOT NULL AS accounts,
      to_regclass($3) IS NOT NULL AS nodes`,
    [quoted(schema), `${quoted(schema)}.account`, `${quoted(schema)}.node`],
  )
  const [found] = rows
  if (found.nodes) await client.query(`LOCK TABLE ${quoted(schema)}.node IN SHARE MODE`)
  const accounts = found.accounts
    ? await client.query(`SELECT 1 FROM ${quoted(schema)}.account LIMIT 1`)
    : null
  return {
    isHeld: false,
    isThere: found.isThere,
    hasAccounts: (accounts?.rows.length ?? 0) > 0,
    nodes: found.nodes ? await nodesOf(client, schema) : [],
  }
}

async function nodesOf(client: pg.Client, schema: string): Promise<readonly string[]> {
  const { rows } = await client.query(
    `SELECT place FROM ${quoted(schema)}.node
      WHERE beat_at > extract(epoch from clock_timestamp()) * 1000 - $1 ORDER BY started_at`,
    [deadMilliseconds],
  )
  return rows.map(({ place }) => String(place))
}
