import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Copy, Mutant } from './mutant-copy.ts'

/** The tests of an area, of which each mutant meets those that come to it. */
export interface Runs {
  /** Whether a test fails with the mutant. */
  notice(mutant: Mutant): Promise<boolean>
  /** Whether a test comes to it at all. */
  isReached(mutant: Mutant): boolean
  /** How many mutants were noticed because the tests did not come to their end. */
  endedByTime(): number
}

interface TestFile {
  readonly file: string
  readonly milliseconds: number
  /** The ids of the mutants that it comes to. */
  readonly reaches: ReadonlySet<string>
  /** A process that is killed does not tell where it was. */
  readonly mayReachMore: boolean
}

/**
 * Runs each file once as the code is, to see that it passes, how long it takes, and to which mutants it comes.
 *
 * @throws {Error} when one does not pass.
 */
export async function createRuns(copy: Copy, { jobs }: { readonly jobs: number }): Promise<Runs> {
  const files: TestFile[] = []
  const waiting = [...copy.tests]
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) files.push(await lookAt(copy, next))
  }
  await Promise.all(Array.from({ length: jobs }, worker))
  let ended = 0
  return {
    async notice(mutant) {
      for (const { file, milliseconds } of filesFor(mutant, files)) {
        const came = await run(copy, file, {
          env: { __STRYKER_ACTIVE_MUTANT__: mutant.id },
          maxRunMilliseconds: minRunLimitMilliseconds + 3 * milliseconds,
        })
        if (came.of === 'time') ended += 1
        if (came.of !== 'success') return true
      }
      return false
    },
    isReached: ({ id }) => files.some(({ reaches }) => reaches.has(id)),
    endedByTime: () => ended,
  }
}

const minRunLimitMilliseconds = 5_000

/** The one that is named after the mutant's file comes first, then the quick ones. */
function filesFor({ id, file }: Mutant, files: readonly TestFile[]): readonly TestFile[] {
  const own = `${basename(file, '.ts')}.test.ts`
  const rank = (test: TestFile) =>
    (test.reaches.has(id) ? 0 : 1e9) + (basename(test.file) === own ? 0 : test.milliseconds)
  return files
    .filter((test) => test.reaches.has(id) || test.mayReachMore)
    .sort((one, other) => rank(one) - rank(other))
}

async function lookAt(copy: Copy, file: string): Promise<TestFile> {
  const folder = mkdtempSync(join(copy.folder, 'reached-'))
  const tells = join(folder, 'tell.mjs')
  writeFileSync(tells, tellingWhereItWas)
  const began = Date.now()
  const came = await run(copy, file, {
    env: { NODE_OPTIONS: `--import=${pathToFileURL(tells)}` },
    maxRunMilliseconds: 180_000,
  })
  if (came.of !== 'success') throw new Error(`${file} does not pass as it is:\n${came.output}`)
  const told = readdirSync(folder).filter((name) => name.endsWith('.txt'))
  return {
    file,
    milliseconds: Date.now() - began,
    reaches: new Set(told.flatMap((name) => readFileSync(join(folder, name), 'utf8').split(' '))),
    mayReachMore: /\bSIGKILL\b|\.kill\(/.test(readFileSync(join(copy.folder, file), 'utf8')),
  }
}

/** Loaded into every process and thread of a run; Stryker's code counts the mutants that were come to. */
const tellingWhereItWas = `
import { writeFileSync } from 'node:fs'
import { threadId } from 'node:worker_threads'
process.on('exit', () => {
  const reached = Object.keys(globalThis.__stryker__?.mutantCoverage?.static ?? {})
  writeFileSync(new URL(\`\${process.pid}-\${threadId}.txt\`, import.meta.url), reached.join(' '))
})
`

interface Came {
  readonly of: 'success' | 'failure' | 'time'
  readonly output: string
}

/** With a mutant, until the first test fails. */
function run(
  { folder }: Copy,
  file: string,
  {
    env,
    maxRunMilliseconds,
  }: {
    readonly env: NodeJS.ProcessEnv
    /** For one of its tests; twice that for the whole. */
    readonly maxRunMilliseconds: number
  },
): Promise<Came> {
  const endsEarly = '__STRYKER_ACTIVE_MUTANT__' in env
  return new Promise((resolve) => {
    const timeout = endsEarly ? [`--test-timeout=${maxRunMilliseconds}`] : []
    const child = spawn(process.execPath, [...timeout, '--test-reporter=spec', file], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      env: { ...process.env, ...env },
    })
    let output = ''
    const end = () => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL')
    }
    const began = Date.now()
    const limit = setTimeout(end, 2 * maxRunMilliseconds)
    child.stderr.on('data', (chunk) => {
      output += chunk
    })
    child.stdout.on('data', (chunk) => {
      output += chunk
      if (endsEarly && /^\s*✖/m.test(output)) end()
    })
    child.on('close', (code) => {
      clearTimeout(limit)
      const failure = Date.now() - began < maxRunMilliseconds ? 'failure' : 'time'
      resolve({ of: code === 0 ? 'success' : failure, output })
    })
  })
}
