import { randomUUIDv7 } from 'node:crypto'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import fastify from 'fastify'
import { createGroupCommit, openDurable } from './group-commit.ts'

/** A table of Tonegate's, with its indexes, and what a new session puts into it. */
interface Table {
  readonly name: string
  /** The statements that make it. */
  readonly sql: readonly string[]
  /** Bytes as base64. */
  readonly row: Readonly<Record<string, SQLInputValue | { readonly base64: string }>>
}

export interface TablesFloor {
  /** Where its database is. */
  readonly file: string
  readonly tables: readonly Table[]
  /** The names in the rows that are each session's own. */
  readonly guids: readonly string[]
  /** What each request is answered with, but for the GUID. */
  readonly answer: Readonly<Record<string, string>>
}

/**
 * The tables that a session is stored in, and the rows of one, out of a server's database: the two of the session, and the
 * entry for the audit log that is stored with them. That the entry gets its place in the log's chain afterwards is left out.
 */
export function tablesOf(file: string, sessionGuid: string): Pick<TablesFloor, 'tables' | 'guids'> {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    const payment = database.prepare('SELECT * FROM payment_session WHERE guid = ?').get(sessionGuid)
    const providerGuid = String(payment?.provider_session_guid)
    const capture = database.prepare('SELECT * FROM capture_session WHERE guid = ?').get(providerGuid)
    const audit = database
      .prepare(
        `SELECT entry AS entries FROM audit_log WHERE instr(entry, $guid)
         UNION ALL SELECT entries FROM audit_unlinked WHERE instr(entries, $guid)`,
      )
      .get({ guid: sessionGuid })
    if (!payment || !capture || !audit) throw new Error('The session has no rows.')
    const rows = { capture_session: capture, payment_session: payment, audit_unlinked: audit }
    const sqlOf = database.prepare(
      `SELECT sql FROM sqlite_master
       WHERE tbl_name = ? AND type IN ('table', 'index') AND sql IS NOT NULL ORDER BY type DESC`,
    )
    return {
      tables: Object.entries(rows).map(([name, row]) => ({
        name,
        sql: sqlOf.all(name).map(({ sql }) => String(sql)),
        row: Object.fromEntries(Object.entries(row).map(([column, value]) => [column, asJson(value)])),
      })),
      guids: [sessionGuid, providerGuid],
    }
  } finally {
    database.close()
  }
}

const asJson = (value: SQLInputValue) =>
  value instanceof Uint8Array ? { base64: Buffer.from(value).toString('base64') } : value

const fromJson = (value: Table['row'][string]): SQLInputValue =>
  typeof value === 'object' && value !== null && 'base64' in value
    ? Buffer.from(value.base64, 'base64')
    : (value as SQLInputValue)

/**
 * What a durable `POST /v1/session` costs that puts a session's rows into Tonegate's own tables, with their indexes, and does
 * nothing else: parses the JSON, and lets requests that arrive in one turn of the event loop share a commit.
 */
export function createTablesFloor({ file, tables, guids, answer }: TablesFloor) {
  const database = openDurable(file)
  for (const { sql } of tables) for (const statement of sql) database.exec(statement)
  const inserts = tables.map(({ name, row }) => {
    const columns = Object.keys(row)
    const insert = database.prepare(
      `INSERT INTO ${name} (${columns.map((column) => `"${column}"`).join(',')}) VALUES (${columns.map(() => '?').join(',')})`,
    )
    const values = Object.values(row).map(fromJson)
    return (own: ReadonlyMap<unknown, string>) =>
      insert.run(...values.map((value) => own.get(value) ?? value))
  })
  const write = createGroupCommit(database)

  const app = fastify()
  app.addHook('onClose', () => database.close())
  app.post('/globalpci/v1/session', (_request, reply) => {
    const own = new Map<unknown, string>(guids.map((guid) => [guid, randomUUIDv7()]))
    write(
      () => {
        for (const insert of inserts) insert(own)
      },
      () => reply.send({ sessionGuid: own.get(guids[0]), ...answer }),
    )
  })
  return app
}

if (import.meta.main) {
  const { port, ...settings } = JSON.parse(process.argv[2] ?? '{}') as TablesFloor & { port: number }
  await createTablesFloor(settings).listen({ port })
}
