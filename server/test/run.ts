import { spawn } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { bundlePackages } from './bundle-packages.ts'
import { postgresVariable, startPostgres } from './harness/test-postgres.ts'

/**
 * Runs tests by `node --test`; what stands behind `npm test --` goes to it too: files, or `--test-name-pattern=…`.
 *
 * To start a process and to load Fastify, Kysely and ourselves costs a second, most files need a second altogether,
 * and there are hundreds: so the small ones of a part share a process, one after the other, and those with a browser
 * share one in each of two processes. A file that starts processes, or has a hook of its own at the top (it would be
 * everybody's), has a process of its own.
 */
const root = resolve(import.meta.dirname, '../..')
const sets = {
  /** What `npm test` runs. */
  code: [
    'server/src',
    'server/test',
    'protocol/src',
    'web/src',
    'client/src',
    'site/src',
    'clients/python',
  ].map((folder) => `${folder}/**/*.test.ts`),
  /** What the documents say, done as it is said there. */
  docs: ['docs/**/*.test.ts', 'examples/*.test.ts'],
  /** What works on a database, on PostgreSQL: the same tests. */
  postgres: ['identity', 'payments', 'vault', 'calls'].map((room) => `server/src/${room}/**/*.test.ts`),
  /**
   * Processes are killed, and their memory is searched; every naughty text is sent everywhere; every scenario is played; what
   * has to be packed, installed, backed up, moved or started wrongly is.
   */
  long: ['{server,client}/{src,test}/**/*.long.ts', 'bench/src/**/*.test.ts'],
}
/** What is not done again on PostgreSQL. */
const ofSqliteAlone = {
  opensItsFile: /\bDatabaseSync\b|\bopenSqlite\b/,
  looksIntoItsJournal: /-wal\b/,
  readsItsPlans: /\bexplain query plan\b/,
  hasItFail: /\bfailWrites\(t\)|\bmountSmallDisk\b/,
  hasBrowser: /\bsharedBrowser\b|test-view-browser/,
}
const maxFilesOfProcess = 36
const browsers = 2
/** Those with a browser wait for it half of the time: others run beside them. More at once only take each other's caches. */
const processesAtOnce = browsers + availableParallelism() - 1

/** What it promises beyond a power cut is asked of it elsewhere: here it need not wait for any disk. */
const withoutDisk = { fsync: 'off', full_page_writes: 'off', autovacuum: 'off' }

const { set, typed } = readArguments(process.argv.slice(2))
const typedFiles = typed.filter((each) => existsSync(join(root, each)))
const options = typed.filter((each) => !typedFiles.includes(each))

const made = mkdtempSync(join(tmpdir(), 'tonegate-tests-'))
const preloaded = [await bundlePackages()]
if (typedFiles.length === 0) preloaded.push(join(import.meta.dirname, 'light-harness.mjs'))
const postgres = set === 'postgres' ? await startPostgres(withoutDisk) : undefined
if (postgres) process.env[postgresVariable] = postgres.url
process.exitCode = await runTests(typedFiles.length > 0 ? typedFiles : everything(sets[set]))
await postgres?.stop()
rmSync(made, { recursive: true })

function readArguments(words: readonly string[]): {
  readonly set: keyof typeof sets
  readonly typed: readonly string[]
} {
  const { values } = parseArgs({ args: [...words], options: { set: { type: 'string' } }, strict: false })
  const set = (['docs', 'long', 'postgres'] as const).find((name) => name === values.set) ?? 'code'
  return { set, typed: words.filter((word) => !word.startsWith('--set=')) }
}

/** Those that take longest come first: `node --test` takes files in the order of their names. */
function everything(patterns: readonly string[]): readonly string[] {
  const files = globSync(patterns, { cwd: root }).sort().filter(runsHere)
  const { browser = [], alone = [], small = [] } = Object.groupBy(files, kindOf)
  return [
    ...chunks(browser, browsers),
    ...alone.map((file) => [file]),
    ...[...Map.groupBy(small, partOf).values()].flatMap((ofPart) =>
      chunks(ofPart, Math.ceil(ofPart.length / maxFilesOfProcess)),
    ),
  ].map((group, index) => groupFile(String(index).padStart(3, '0'), group))
}

function runsHere(file: string): boolean {
  if (set !== 'postgres') return true
  const text = readFileSync(join(root, file), 'utf8')
  return !Object.values(ofSqliteAlone).some((each) => each.test(text))
}

function kindOf(file: string): 'browser' | 'alone' | 'small' {
  const text = readFileSync(join(root, file), 'utf8')
  if (/\bsharedBrowser\b|test-view-browser/.test(text)) return 'browser'
  const hasHooks = /^(before|after)(Each)?\(/m.test(text)
  const needsProcess = /\b(spawn|fork|execFile\w*)\(|process\.memoryUsage|\bgc\(/.test(text)
  return hasHooks || needsProcess || file.endsWith('.long.ts') ? 'alone' : 'small'
}

/** `server/src/vault` is a part, and `web/src`. */
function partOf(file: string): string {
  return file.split('/').slice(0, -1).slice(0, 3).join('/')
}

/** As even as can be. */
function chunks(files: readonly string[], count: number): readonly (readonly string[])[] {
  return Array.from({ length: count }, (_, chunk) => files.filter((_, index) => index % count === chunk))
}

/** A file that loads those of a group; what was compiled for it is there for the processes that begin meanwhile. */
function groupFile(place: string, files: readonly string[]): string {
  const name = (files.length === 1 ? files[0] : partOf(files[0] ?? ''))?.replaceAll('/', '-')
  const file = join(made, `${place}-${name}.test.mjs`)
  const loads = files.map((each) => `import '${pathToFileURL(join(root, each))}'\n`)
  writeFileSync(
    file,
    `${loads.join('')}import { flushCompileCache } from 'node:module'\nflushCompileCache()\n`,
  )
  return file
}

function runTests(files: readonly string[]): Promise<number> {
  const settings = ['--test', `--test-concurrency=${processesAtOnce}`, '--test-timeout=240000', ...options]
  const compileCache = join(root, 'node_modules/.cache/tonegate-compiled')
  const imports = preloaded.map((file) => `--import=${pathToFileURL(file)}`)
  const run = spawn(process.execPath, [...settings, ...files], {
    cwd: root,
    stdio: 'inherit',
    env: {
      NODE_COMPILE_CACHE: compileCache,
      ...process.env,
      NODE_OPTIONS: [process.env.NODE_OPTIONS ?? '', ...imports].join(' '),
    },
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => run.kill(signal))
  return new Promise((ended) => run.on('exit', (code) => ended(code ?? 1)))
}
