import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SandboxFile, SandboxRegion } from '../../src/sandbox/sandbox-file.ts'
import { type Ends, endBy, endWithThisProcess, hasEnded } from './test-children.ts'
import { eventually } from './test-eventually.ts'
import { freePort } from './test-free-port.ts'
import { databaseFor, postgresVariable, query, startPostgres } from './test-postgres.ts'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const preload = new URL('./test-node-preload.ts', import.meta.url).href

/** A server in a process of its own, as `npm start` starts it. It can be started again, at the same port. */
export interface TestNode {
  /** `http://127.0.0.1:…` */
  readonly origin: string
  readonly folder: string
  /** Of the process that runs now; `undefined` while there is none. */
  readonly pid: number | undefined
  /** What it and those before it have written. */
  log(): string
  isRunning(): boolean
  isReady(): Promise<boolean>
  /** Starts it, and resolves when it is ready. @throws {Error} when it ends before that, with what it said. */
  start(environment?: Readonly<Record<string, string>>): Promise<void>
  /** As `kill -9` ends it. */
  kill(): Promise<void>
  /** Asks it to end. @returns its exit code. */
  stop(): Promise<number | null>
  /** Stops its time, and lets it go on. */
  freeze(): void
  wake(): void
}

/** Servers that work on one database. */
export interface TestNodes {
  readonly nodes: readonly TestNode[]
  /** What they share, for a further one, and for commands beside them. */
  readonly environment: Readonly<Record<string, string>>
  /** Clients, users and platforms of the sandbox, which are the same at all of them. */
  readonly region: SandboxRegion
  /** Those that run. */
  living(): readonly TestNode[]
}

export interface NodesOrder {
  /** `postgres://…` with a database. Absent: a database of its own, on the tests' server or on one of its own. */
  readonly store?: string
  /** A file in the first node's data folder in place of it; there is then one node. */
  readonly embedded?: boolean
  /** The data folder of the first node, where it is to be a certain one. */
  readonly folder?: string
  /** What each of them is given beside what all are, by its place. */
  readonly environmentOf?: (place: number) => Readonly<Record<string, string>>
}

/**
 * Starts servers that work on one database, one after the other, each in a process of its own with a data folder and a
 * port of its own. They end with the test.
 */
export async function startNodes(t: Ends, count: number, order: NodesOrder = {}): Promise<TestNodes> {
  const root = mkdtempSync(join(tmpdir(), 'tonegate-nodes-'))
  const ends: (() => unknown)[] = [() => rmSync(root, { recursive: true, force: true })]
  t.after(async () => {
    for (const end of ends) await end()
  })
  const environment = {
    TONEGATE_REGIONS: 'nam',
    // Tokens that one of them gives are good at all: they have one issuer.
    TONEGATE_DOMAIN: 'tonegate.test',
    TONEGATE_LOG_LEVEL: 'info',
    TONEGATE_SEALING_KEY: randomBytes(32).toString('base64'),
    ...(!order.embedded && { TONEGATE_STORE: order.store ?? (await newDatabase(ends, root)) }),
  }
  const nodes: TestNode[] = []
  for (let place = 0; place < (order.embedded ? 1 : count); place += 1) {
    const folder = place === 0 && order.folder ? order.folder : join(root, `node-${place}`)
    mkdirSync(folder, { recursive: true })
    const own = { ...environment, ...order.environmentOf?.(place) }
    const log = join(root, `node-${place}.log`)
    const node = createNode({ folder, log, port: await freePort(), environment: own })
    ends.unshift(() => node.kill())
    nodes.push(node)
    await node.start()
  }
  const [{ folder } = { folder: root }] = nodes
  const { regions } = JSON.parse(readFileSync(join(folder, 'sandbox.json'), 'utf8')) as SandboxFile
  if (!regions.nam) throw new Error('The sandbox has no region.')
  return { nodes, environment, region: regions.nam, living: () => nodes.filter((node) => node.isRunning()) }
}

async function newDatabase(ends: (() => unknown)[], file: string): Promise<string> {
  const shared = process.env[postgresVariable]
  if (shared !== undefined) return databaseFor(shared, file)
  const postgres = await startPostgres()
  ends.unshift(() => postgres.stop())
  await query(postgres.url, 'CREATE DATABASE nodes')
  return `${postgres.url}/nodes`
}

/** A server that has not been started. */
export function createNode({
  folder,
  log: file,
  port,
  environment,
}: {
  readonly folder: string
  /** The file that it writes its log to. */
  readonly log: string
  readonly port: number
  readonly environment: Readonly<Record<string, string>>
}): TestNode {
  const origin = `http://127.0.0.1:${port}`
  let child: ChildProcess | undefined
  const log = () => readFileSync(file, 'utf8')
  const isRunning = () => child !== undefined && !hasEnded(child)
  const isReady = () =>
    fetch(`${origin}/readyz`, { signal: AbortSignal.timeout(5_000) }).then(
      ({ ok }) => ok,
      () => false,
    )
  const end = async (signal: NodeJS.Signals) => {
    const ending = child
    child = undefined
    return ending ? endBy(ending, signal) : null
  }
  return {
    origin,
    folder,
    get pid() {
      return isRunning() ? child?.pid : undefined
    },
    log,
    isRunning,
    isReady,
    async start(more = {}) {
      const output = openSync(file, 'a')
      const before = log().length
      const env = { ...inherited(), ...environment, ...more, PORT: String(port), TONEGATE_DATA: folder }
      const started = spawn(process.execPath, ['--import', preload, main], {
        cwd: folder,
        env,
        stdio: ['ignore', output, output, 'ipc'],
      })
      closeSync(output)
      started.unref()
      endWithThisProcess(started)
      child = started
      await eventually(async () => {
        if (hasEnded(started)) throw new Error(log().slice(before).trim())
        return log().indexOf('Tonegate is ready', before) >= 0 && isReady()
      })
    },
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
    freeze: () => void child?.kill('SIGSTOP'),
    wake: () => void child?.kill('SIGCONT'),
  }
}

/** Nothing of this process's own settings. */
const inherited = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(?:TONEGATE_|PORT$|HOST$|NODE_OPTIONS$|NODE_TEST_)/.test(name),
    ),
  )
