import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { systemClock } from '../server/src/base/clock.ts'
import { faultKinds } from '../server/src/sandbox/faults/faults.ts'
import { scenarios } from '../server/src/sandbox/scenarios/play-scenario.ts'
import { createSandboxClock } from '../server/src/sandbox/time/sandbox-clock.ts'
import { eventually } from '../server/test/harness/test-eventually.ts'
import { startTestTonegate } from '../server/test/harness/test-tonegate.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const page = readFileSync(`${root}docs/sandbox.md`, 'utf8')
const blocks = [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', code = '']) => ({
  language,
  code,
}))
const isForever = (code: string) => code.includes(' listen ')

/** A sandbox that the blocks of the page are run against. */
async function start(t: TestContext) {
  const tonegate = await startTestTonegate(t, { clock: createSandboxClock(systemClock) })
  const { NODE_TEST_CONTEXT: _, ...inherited } = process.env
  const env = { ...inherited, TONEGATE_URL: tonegate.origin }
  const script = (code: string) => code.replaceAll('http://127.0.0.1:8080', tonegate.origin)
  const run = async (code: string): Promise<string> =>
    (await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script(code)], { cwd: root, env })).stdout
  return { ...tonegate, env, script, run }
}

test('each command of docs/sandbox.md does what the page says, in the order of the page', async (t) => {
  const { run, send } = await start(t)
  for (const [at, { language, code }] of blocks.entries()) {
    if (language !== 'sh' || isForever(code)) continue
    if (code.includes('status=refused')) await send('/globalpci/v1/sessions')
    const said = await run(code)
    const next = blocks[at + 1]
    if (next?.language === 'json')
      assert.deepEqual(shapeOf(JSON.parse(said)), shapeOf(JSON.parse(next.code)), code)
    if (code.includes('/sandbox/seed')) assert.equal(JSON.parse(said).sessions.length, 10)
    if (code.includes('trigger'))
      assert.match(said, /^paymentOutcome +declined\ndeclineReason +insufficient-funds$/m)
    // What it arms would refuse what comes after it.
    if (code.includes('/sandbox/faults')) {
      assert.deepEqual(JSON.parse(said).faults, [{ kind: '429', left: 2, seconds: 3 }])
      await send('/sandbox/faults', { method: 'DELETE' })
    }
  }
})

test('listen of docs/sandbox.md shows a webhook', async (t) => {
  const { env, script, post } = await start(t)
  const [listen, ...others] = blocks.filter(({ code }) => isForever(code))
  assert.deepEqual(others, [])
  const child = spawn('bash', ['-c', `exec ${script(listen?.code ?? '')}`], {
    cwd: root,
    env,
    detached: true,
  })
  const ended = once(child, 'close')
  t.after(async () => {
    process.kill(-(child.pid ?? 0), 'SIGINT')
    await ended
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk))
  await eventually(async () => said.includes('Signing secret: whsec_'))
  await post('/sandbox/scenarios/approved', {})
  await eventually(async () =>
    /Finished {2}approved .* ✓ signed .* → no answer: nothing listens there/.test(said),
  )
})

test('docs/sandbox.md names every fault and every scenario', () => {
  const kinds = [...page.matchAll(/^\| `([\w-]+)` +\|/gm)].map(([, kind = '']) => kind)
  for (const kind of Object.keys(faultKinds)) assert.ok(kinds.includes(kind), kind)
  for (const { name } of scenarios) assert.ok(page.includes(`\`${name.replace(/:.*/, ':')}\``), name)
})

/** The members of an answer, without what they hold; what a result has beside those that are shown is left out. */
function shapeOf(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map((each) => shapeOf(each))
  if (name === 'paymentResultData' || typeof value !== 'object' || value === null) return typeof value
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, each]) => [key, shapeOf(each, key)] as const)
      .sort(),
  )
}
