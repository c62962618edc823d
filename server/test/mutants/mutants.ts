import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { type Area, areas } from './mutant-areas.ts'
import { type Mutant, makeMutants, originalOf } from './mutant-copy.ts'
import { createRuns, type Runs } from './mutant-runs.ts'
import { judged } from './mutants-left.ts'

/**
 * `npm run test:mutants`: breaks the code in small ways, one at a time, and says what no test noticed. Of each area some
 * mutants are drawn by a seed that is printed, so that a run can be repeated; the mutants are Stryker's. It ends with 1
 * when one was neither noticed nor judged.
 *
 * Options: `--area store` (all of them unless said), `--count 30` for each or `--count all`, `--seed 1`, `--only 17` for
 * one by its number (again for more of them), `--jobs 2` for how many at once.
 */
const { values: typed } = parseArgs({
  options: {
    area: { type: 'string', multiple: true },
    count: { type: 'string', default: '30' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    only: { type: 'string', multiple: true },
    jobs: { type: 'string', default: String(availableParallelism()) },
  },
})
const count = typed.count === 'all' ? Number.POSITIVE_INFINITY : Number(typed.count)
const jobs = Number(typed.jobs)

console.log(`Seed ${typed.seed}.`)
let unnoticed = 0
for (const name of typed.area ?? Object.keys(areas)) {
  const area = areas[name]
  if (area === undefined)
    throw new Error(`There is no area '${name}'; there are ${Object.keys(areas).join(', ')}.`)
  unnoticed += await tryArea(name, area)
}
process.exitCode = unnoticed > 0 ? 1 : 0

/** @returns how many mutants nobody noticed and nobody has judged. */
async function tryArea(name: string, area: Area): Promise<number> {
  const began = Date.now()
  const { mutants, ...copy } = await makeMutants(name, area)
  try {
    const runs = await createRuns(copy, { jobs })
    const drawn = typed.only ? mutants.filter(({ id }) => typed.only?.includes(id)) : draw(mutants)
    const left = await unnoticedOf(drawn, runs)
    const seconds = Math.round((Date.now() - began) / 1000)
    return report(`${name}, ${seconds} s`, { drawn, left, ofAll: mutants.length, runs })
  } finally {
    copy.remove()
  }
}

/** Some of them, by the seed (mulberry32). */
function draw(mutants: readonly Mutant[]): readonly Mutant[] {
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

async function unnoticedOf(drawn: readonly Mutant[], runs: Runs): Promise<readonly Mutant[]> {
  const waiting = [...drawn]
  const left: Mutant[] = []
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift())
      if (!(await runs.notice(next))) left.push(next)
  }
  await Promise.all(Array.from({ length: jobs }, worker))
  return left
}

function report(
  what: string,
  {
    drawn,
    left,
    ofAll,
    runs,
  }: {
    readonly drawn: readonly Mutant[]
    readonly left: readonly Mutant[]
    readonly ofAll: number
    readonly runs: Runs
  },
): number {
  const judgedOnes = left.filter((mutant) => judgementOf(mutant) !== undefined)
  const counted = drawn.length - judgedOnes.length
  const noticed = drawn.length - left.length
  const percent = counted === 0 ? 100 : Math.round((noticed / counted) * 100)
  console.log(
    `${what}: ${noticed} of ${counted} noticed (${percent} %), ${judgedOnes.length} judged to change nothing; ` +
      `${drawn.length} drawn of ${ofAll}, ${runs.endedByTime()} noticed because the tests took too long`,
  )
  for (const mutant of left) {
    const judgement = judgementOf(mutant)
    const kind = judgement ? 'judged' : runs.isReached(mutant) ? 'not noticed' : 'no test goes there'
    console.log(`  ${kind}: ${describe(mutant)}${judgement ? `: ${judgement}` : ''}`)
  }
  return left.length - judgedOnes.length
}

function judgementOf(mutant: Mutant): string | undefined {
  return judged.find(
    ({ file, original, replacement }) =>
      mutant.file.endsWith(`/${file}`) &&
      originalOf(mutant) === original &&
      mutant.replacement === replacement,
  )?.because
}

function describe(mutant: Mutant): string {
  const { id, file, location, mutatorName, replacement } = mutant
  const shown = (text: string) => {
    const line = text.replace(/\s+/g, ' ')
    return line.length > 160 ? `${line.slice(0, 160)}…` : line
  }
  return `#${id} ${file}:${location.start.line + 1} ${mutatorName}: ${shown(originalOf(mutant))} → ${shown(replacement)}`
}
