import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Bench, Scenario } from './bench.ts'
import { startGenerator } from './load/generator.ts'
import { machine } from './machine.ts'
import type { Plan } from './measure.ts'
import { markdown, type Section, withResults } from './report.ts'
import { backup } from './scenarios/backup.ts'
import { bearer } from './scenarios/bearer.ts'
import { calls } from './scenarios/calls.ts'
import { charges } from './scenarios/charges.ts'
import { code } from './scenarios/code.ts'
import { completed } from './scenarios/completed.ts'
import { digits } from './scenarios/digits.ts'
import { get } from './scenarios/get.ts'
import { growth } from './scenarios/growth.ts'
import { introspect } from './scenarios/introspect.ts'
import { keys } from './scenarios/keys.ts'
import { memory } from './scenarios/memory.ts'
import { nodes } from './scenarios/nodes.ts'
import { password } from './scenarios/password.ts'
import { post } from './scenarios/post.ts'
import { refresh } from './scenarios/refresh.ts'
import { removal } from './scenarios/removal.ts'
import { revocation } from './scenarios/revocation.ts'
import { start } from './scenarios/start.ts'
import { streams } from './scenarios/streams.ts'
import { telemetry } from './scenarios/telemetry.ts'
import { token } from './scenarios/token.ts'
import { twoProcesses } from './scenarios/two-processes.ts'
import { webhooks } from './scenarios/webhooks.ts'

const scenarios: Readonly<Record<string, Scenario>> = {
  token,
  code,
  refresh,
  password,
  introspect,
  bearer,
  revocation,
  get,
  post,
  telemetry,
  'two-processes': twoProcesses,
  nodes,
  growth,
  removal,
  backup,
  memory,
  digits,
  calls,
  keys,
  streams,
  completed,
  webhooks,
  charges,
  start,
}
const page = new URL('../../docs/performance.md', import.meta.url)

const names = process.argv.slice(2)
const unknown = names.filter((name) => !Object.hasOwn(scenarios, name))
if (unknown.length > 0) {
  process.stderr.write(`There is no ${unknown.join(', ')}; there are ${Object.keys(scenarios).join(', ')}.\n`)
  process.exit(2)
}

const plan: Plan = {
  connections: 32,
  rounds: 3,
  milliseconds: Number(process.env.BENCH_SECONDS || 5) * 1000,
  warmUpMilliseconds: Number(process.env.BENCH_WARM_UP_SECONDS || 3) * 1000,
}
const root = mkdtempSync(join(tmpdir(), 'tonegate-bench-'))
process.on('exit', () => rmSync(root, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

const generator = startGenerator()
try {
  const results = await run({ generator, plan, newFolder: (name) => mkdtempSync(join(root, `${name}-`)) })
  process.stdout.write(`\n${results}\n`)
  if (names.length === 0) writeFileSync(page, withResults(readFileSync(page, 'utf8'), results))
} finally {
  await generator.stop()
}

/** Runs the scenarios one after the other. Only a run of all of them goes into the page. */
async function run(bench: Bench): Promise<string> {
  const where = machine()
  const sections: Section[] = []
  for (const [name, scenario] of Object.entries(scenarios)) {
    if (names.length > 0 && !names.includes(name)) continue
    process.stderr.write(`${name} …\n`)
    try {
      sections.push(...(await scenario(bench)))
    } catch (error) {
      process.stdout.write(`${name} failed; what was measured before it:\n\n${markdown(sections)}\n`)
      throw error
    }
  }
  const { connections, rounds, milliseconds } = plan
  const how = `${connections} connections, ${rounds} rounds of ${milliseconds / 1000} s each`
  return `Measured on ${new Date().toISOString().slice(0, 10)}: ${where}. ${how}.\n\n${markdown(sections)}`
}
