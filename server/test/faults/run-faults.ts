import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { machine } from '../../../bench/src/machine.ts'
import { table, withResults } from '../../../bench/src/report.ts'
import { faultCases } from './cases.ts'
import type { FaultCase, Outcome } from './fault-case.ts'
import { grouped } from './in-figures.ts'
import { putAwayWhenInterrupted, withEnds } from './with-ends.ts'

/**
 * `npm run test:faults`: everything that may go wrong goes wrong, and nothing may be lost. `npm run test:faults -- killed
 * standby` runs the cases with such a word in their names, `--nodes=1` with so many servers on one database, and
 * `FAULT_ROUNDS=10` kills servers ten times instead of a hundred. A run of all cases is written into docs/reliability.md, and of
 * some into their rows there.
 */
const page = new URL('../../../docs/reliability.md', import.meta.url)
const caseMilliseconds = 30 * 60_000
const runMilliseconds = 50 * 60_000

const { values, positionals } = parseArgs({
  options: { nodes: { type: 'string', default: '3' } },
  allowPositionals: true,
})
const nodes = Math.max(1, Number(values.nodes))
const kills = Math.max(1, Number(process.env.FAULT_ROUNDS || 100))
const wanted = faultCases.filter(
  ({ name, engine }) =>
    positionals.length === 0 ||
    positionals.some((word) => `${name} ${engine}`.toLowerCase().includes(word.toLowerCase())),
)

interface Ran extends Outcome {
  readonly of: FaultCase
  readonly seconds: number
}

putAwayWhenInterrupted()
const say = (line: string) => process.stderr.write(`${line}\n`)
const ran: Ran[] = []
for (const each of wanted) {
  say(`${each.name} (${each.engine}) …`)
  const one = await runCase(each)
  ran.push(one)
  for (const fault of one.faults) say(`  ${fault}`)
  say(`  ${one.skipped ?? one.done} (${one.seconds.toFixed(0)} s)`)
}

const head = ['What goes wrong', 'database', 'promise', 'what was done', 'lost']
const today = new Date().toISOString().slice(0, 10)
const results = `Run on ${today}: ${machine()}. ${nodes === 1 ? 'One server' : `${nodes} servers`} on one PostgreSQL database, or one on SQLite.\n\n${table(head, ran.map(rowOf))}`
process.stdout.write(`${results}\n`)
const text = readFileSync(page, 'utf8')
writeFileSync(
  page,
  positionals.length === 0 ? withResults(text, results, 'npm run test:faults') : withRows(text),
)
const failed = ran.filter(({ faults }) => faults.length > 0)
if (failed.length > 0) say(`${failed.length} of ${ran.length} cases have not kept their promise.`)
process.exit(failed.length > 0 ? 1 : 0)

/** Cases that were run by themselves take the place of their rows, and say when. */
function withRows(page: string): string {
  const [written = ''] = /^\| What goes wrong[\s\S]*?(?=\n\n)/m.exec(page) ?? []
  const [, , ...rows] = written.split('\n').map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  )
  const again = new Map(
    ran
      .map(rowOf)
      .map(([name, engine, promise, done = '', ...lost]) => [
        `${name} ${engine}`,
        [name ?? '', engine ?? '', promise ?? '', `${done}; run again on ${today}`, ...lost],
      ]),
  )
  const next = rows.map((row) => again.get(`${row[0]} ${row[1]}`) ?? row)
  return written === '' ? page : page.replace(written, () => table(head, next))
}

/** A case that does not come to its end is ended. */
async function runCase(each: FaultCase): Promise<Ran> {
  const since = performance.now()
  const left = Math.min(caseMilliseconds, runMilliseconds - since)
  if (left <= 0) return { of: each, seconds: 0, done: '', faults: [], skipped: 'there was no time left' }
  let timer: NodeJS.Timeout | undefined
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`It did not come to its end within ${grouped(left / 1000)} s.`)),
      left,
    )
  })
  const outcome = await withEnds(async (t) => {
    const running = each.run(t, { nodes, kills, say: (line) => say(`  ${line}`) })
    running.catch(() => {})
    return Promise.race([running, tooLong])
  }).catch((error) => ({ done: 'it broke off', faults: [said(error)] }))
  clearTimeout(timer)
  return { of: each, seconds: (performance.now() - since) / 1000, ...outcome }
}

function said(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

function rowOf({ of: { name, engine, promise }, done, faults, skipped }: Ran): readonly string[] {
  return [
    name,
    engine,
    promise,
    skipped ? `not run: ${skipped}` : done,
    skipped ? '' : grouped(faults.length),
  ]
}
