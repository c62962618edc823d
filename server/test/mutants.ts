import { spawn } from 'node:child_process'
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { Instrumenter } from '@stryker-mutator/instrumenter'
import { type Area, areas } from './mutant-areas.ts'
import { judged } from './mutants-left.ts'

/**
 * `npm run test:mutants`: breaks the code in small ways, one at a time, and says what no test noticed. Of each area some
 * mutants are drawn by a seed that is printed, so that a run can be repeated; the mutants are Stryker's.
 *
 * Options: `--area store` (all of them unless said), `--count 30` for each, `--seed 1`, `--only 17` for one by its number.
 */
const { values: typed } = parseArgs({
  options: {
    area: { type: 'string', multiple: true },
    count: { type: 'string', default: '30' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    only: { type: 'string' },
  },
})

const root = resolve(import.meta.dirname, '../..')
/** The log that Stryker's instrumenter wants. */
const silent = new Proxy({}, { get: (_, name) => (String(name).startsWith('is') ? () => false : () => {}) })

const longestRunMilliseconds = 120_000

interface Mutant {
  readonly id: string
  readonly fileName: string
  readonly mutatorName: string
  readonly replacement: string
  readonly location: { readonly start: Position; readonly end: Position }
}

interface Position {
  readonly line: number
  readonly column: number
}

const chosen = typed.area ?? Object.keys(areas)
console.log(`Seed ${typed.seed}.`)
let unnoticed = 0
for (const name of chosen) {
  const area = areas[name]
  if (area === undefined)
    throw new Error(`There is no area '${name}'; there are ${Object.keys(areas).join(', ')}.`)
  unnoticed += await tryArea(name, area)
}
process.exitCode = unnoticed > 0 ? 1 : 0

/** @returns how many mutants nobody noticed and nobody has judged. */
async function tryArea(name: string, area: Area): Promise<number> {
  const copy = mkdtempSync(join(tmpdir(), `tonegate-mutants-${name}-`))
  try {
    copyCheckout(copy)
    const sources = globSync(area.sources, { cwd: root }).filter(
      (file) => !/(^|\/)test-|\.(test|soak)\.ts$/.test(file),
    )
    const mutants = await instrument(copy, sources)
    const run = testRun(copy, globSync(area.tests, { cwd: root }))
    const whole = await run(undefined)
    if (!whole.passed) throw new Error(`The tests of '${name}' do not pass as they are:\n${whole.output}`)
    const drawn =
      typed.only === undefined
        ? draw(mutants, Number(typed.count))
        : mutants.filter(({ id }) => id === typed.only)
    const left: Mutant[] = []
    await inTurns(drawn, async (mutant) => {
      if ((await run(mutant.id)).passed) left.push(mutant)
    })
    return report(name, drawn, left)
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

/** What git knows and what is new, with the packages of this checkout. */
function copyCheckout(copy: string): void {
  for (const folder of ['server', 'web', 'client', 'bench', 'docs']) {
    cpSync(join(root, folder), join(copy, folder), {
      recursive: true,
      filter: (file) => basename(file) !== 'node_modules',
    })
  }
  cpSync(join(root, 'package.json'), join(copy, 'package.json'))
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
}

/** Writes the sources with all of their mutants in them, of which an environment variable chooses one. */
async function instrument(copy: string, sources: readonly string[]): Promise<readonly Mutant[]> {
  const files = sources.map((file) => ({
    name: join(copy, file),
    content: readFileSync(join(copy, file), 'utf8'),
    mutate: true,
  }))
  // Texts are judged by those who read them.
  const options = { plugins: null, excludedMutations: ['StringLiteral'], ignorers: [], noHeader: false }
  const { files: written, mutants } = await new Instrumenter(silent as never).instrument(files, options)
  const mutated = new Set(mutants.map(({ fileName }) => fileName))
  for (const { name, content } of written) if (mutated.has(name)) writeFileSync(name, content)
  return mutants.filter(({ status }) => status === undefined) as unknown as readonly Mutant[]
}

/** What came of the tests. */
interface Ran {
  readonly passed: boolean
  readonly output: string
}

/** @returns a function that runs the tests with a mutant, until the first of them fails. */
function testRun(copy: string, tests: readonly string[]): (mutant: string | undefined) => Promise<Ran> {
  const file = join(copy, 'server', 'all-of-the-area.test.mjs')
  writeFileSync(file, tests.map((test) => `import '${join(copy, test)}'\n`).join(''))
  return (mutant) =>
    new Promise((resolve) => {
      const run = spawn(process.execPath, ['--test', '--test-timeout=30000', '--test-reporter=spec', file], {
        cwd: copy,
        stdio: ['ignore', 'pipe', 'inherit'],
        detached: true,
        env: { ...process.env, ...(mutant !== undefined && { __STRYKER_ACTIVE_MUTANT__: mutant }) },
      })
      let output = ''
      const end = () => {
        if (run.pid !== undefined) process.kill(-run.pid, 'SIGKILL')
      }
      const limit = setTimeout(end, longestRunMilliseconds)
      run.stdout.on('data', (chunk) => {
        output += chunk
        if (mutant !== undefined && /^✖/m.test(output)) end()
      })
      run.on('close', (code) => {
        clearTimeout(limit)
        resolve({ passed: code === 0, output })
      })
    })
}

/** Some of them, by the seed (mulberry32). */
function draw(mutants: readonly Mutant[], count: number): readonly Mutant[] {
  let state = Number(typed.seed)
  const random = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return mutants
    .map((mutant) => ({ mutant, place: random() }))
    .sort((one, other) => one.place - other.place)
    .slice(0, count)
    .map(({ mutant }) => mutant)
}

async function inTurns(mutants: readonly Mutant[], tryOne: (mutant: Mutant) => Promise<void>): Promise<void> {
  const waiting = [...mutants]
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await tryOne(next)
  }
  await Promise.all(Array.from({ length: availableParallelism() }, worker))
}

function report(name: string, drawn: readonly Mutant[], left: readonly Mutant[]): number {
  const judgedOnes = left.filter((mutant) => judgementOf(mutant) !== undefined)
  const counted = drawn.length - judgedOnes.length
  const noticed = drawn.length - left.length
  const percent = counted === 0 ? 100 : Math.round((noticed / counted) * 100)
  console.log(
    `${name}: ${noticed} of ${counted} noticed (${percent} %), ${judgedOnes.length} judged to change nothing`,
  )
  for (const mutant of left) {
    const judgement = judgementOf(mutant)
    console.log(
      `  ${judgement === undefined ? 'not noticed' : 'judged'}: ${describe(mutant)}${judgement ? `: ${judgement}` : ''}`,
    )
  }
  return left.length - judgedOnes.length
}

function judgementOf(mutant: Mutant): string | undefined {
  return judged.find(
    ({ file, original, replacement }) =>
      mutant.fileName.endsWith(`/${file}`) &&
      originalOf(mutant) === original &&
      mutant.replacement === replacement,
  )?.because
}

function describe(mutant: Mutant): string {
  const { id, fileName, location, mutatorName, replacement } = mutant
  const file = fileName.slice(fileName.indexOf('/server/') + 1)
  const shown = (text: string) => (text.length > 100 ? `${text.slice(0, 100)}…` : text).replaceAll('\n', ' ')
  return `#${id} ${file}:${location.start.line + 1} ${mutatorName}: ${shown(originalOf(mutant))} → ${shown(replacement)}`
}

function originalOf({ fileName, location: { start, end } }: Mutant): string {
  const file = join(root, fileName.slice(fileName.indexOf('/server/') + 1))
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .slice(start.line, end.line + 1)
  const last = lines.length - 1
  return lines
    .map((line, index) => line.slice(index === 0 ? start.column : 0, index === last ? end.column : undefined))
    .join('\n')
}
