import { hash } from 'node:crypto'
import type { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import pg from 'pg'
import type { PostgresPlace } from '../../base/postgres-url.ts'
import { gatherWrites } from '../../base/turn/gathered-writes.ts'
import type { CompiledStatement, ExecutedRows } from '../store.ts'
import { StoreUnavailable } from '../store-unavailable.ts'
import { isOutdatedPlan } from './postgres-faults.ts'

/** How long a server may take to accept a connection. */
const connectMilliseconds = 2_000
/** No statement of a server in good health takes so long; one that waits for a row that long is done again. */
const statementMilliseconds = 5_000
const lockMilliseconds = 1_000
/** How long it may take to end one. */
const goodbyeMilliseconds = 1_000
/** What a process left open that has stopped without ending its connection. */
const idleMilliseconds = 10_000

/** Times, counts and amounts fit a number: all of them are below 2^53. */
const numbers: ReadonlySet<number> = new Set([pg.types.builtins.INT8, pg.types.builtins.NUMERIC])

export const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    numbers.has(oid) ? Number : pg.types.getTypeParser(oid as number, format as 'text'),
}

/**
 * Connects to the first server that can be written.
 *
 * @throws what the last server was refused for.
 */
export async function connectTo({ servers }: PostgresPlace, options: pg.ClientConfig): Promise<pg.Client> {
  let failure: unknown
  for (const connectionString of servers) {
    const client = new pg.Client({
      connectionString,
      connectionTimeoutMillis: connectMilliseconds,
      keepAlive: true,
      application_name: 'tonegate',
      ...options,
    })
    client.on('error', () => {})
    const encoding = encodingOf(client)
    try {
      await client.connect()
      requireUnicode(encoding())
      if (servers.length === 1 || !(await isStandby(client))) return client
      failure = Object.assign(new Error('The server is a standby.'), { code: '25006' })
    } catch (error) {
      failure = error
    }
    client.end().catch(() => {})
  }
  throw failure
}

/** What pg does not document of a client. */
interface OverSocket {
  readonly connection: EventEmitter & { readonly stream: Socket }
}

/** What a server says of its database while it is connected to; one in front of it may not. */
function encodingOf(client: pg.Client): () => string | undefined {
  let said: string | undefined
  ;(client as unknown as OverSocket).connection.on('parameterStatus', ({ parameterName, parameterValue }) => {
    if (parameterName === 'server_encoding') said = String(parameterValue)
  })
  return () => said
}

/** What keeps every text as it was sent; the second one does not look at what it keeps. */
const unicode: ReadonlySet<string | undefined> = new Set(['UTF8', 'SQL_ASCII', undefined])

function requireUnicode(encoding: string | undefined): void {
  if (unicode.has(encoding)) return
  throw new StoreUnavailable(`its encoding is ${encoding}, which cannot keep every text`, undefined, 'server')
}

/**
 * Connects for statements: those that are sent together do not wait for one another's answers.
 *
 * @param silence milliseconds that an answer is waited for. A network that loses everything tells nobody, and TCP gives up
 *   after a quarter of an hour.
 */
export async function connect(place: PostgresPlace, schema: string, silence: number): Promise<pg.Client> {
  const options = { pipeline: true, types, query_timeout: silence } as pg.ClientConfig
  const client = await connectTo(place, options)
  gatherWrites((client as unknown as OverSocket).connection.stream)
  await client.query(settingsOf(schema))
  return client
}

const settingsOf = (schema: string): string =>
  [
    `SET search_path = ${pg.escapeIdentifier(schema)}`,
    `SET statement_timeout = ${statementMilliseconds}`,
    `SET lock_timeout = ${lockMilliseconds}`,
    `SET idle_in_transaction_session_timeout = ${idleMilliseconds}`,
    'SET synchronous_commit = on',
  ].join(';')

/** A server that cannot be heard does not say that it has ended it. */
export async function disconnect(client: pg.Client): Promise<void> {
  const { stream } = (client as unknown as OverSocket).connection
  const destroy = setTimeout(() => stream.destroy(), goodbyeMilliseconds)
  await client.end().catch(() => {})
  clearTimeout(destroy)
}

async function isStandby(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query('SELECT pg_is_in_recovery() AS standby')
  return rows[0]?.standby === true
}

/** Runs a statement, by a name: the server parses and plans it once a connection. */
export async function execute(
  client: pg.Client,
  { sql, returnsRows }: CompiledStatement,
  parameters: readonly unknown[],
): Promise<ExecutedRows> {
  const name = nameOf(sql)
  try {
    const { rows, rowCount } = await client.query({ name, text: sql, values: [...parameters] })
    return returnsRows ? { rows, changes: 0 } : { rows: [], changes: rowCount ?? 0 }
  } catch (error) {
    if (isOutdatedPlan(error)) rename(sql, name)
    throw error
  }
}

const names = new Map<string, string>()

/** The same in every process, for those that share a connection behind a pooler. */
const nameOf = (sql: string): string => names.get(sql) ?? rename(sql, '')

/** A newer version has added a column to a table since: by another name the statement is parsed again. */
function rename(sql: string, former: string): string {
  const known = names.get(sql) ?? ''
  if (known !== former) return known
  const name = `t${hash('sha256', former + sql, 'base64url').slice(0, 22)}`
  names.set(sql, name)
  return name
}
