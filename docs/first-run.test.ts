import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { cloneEnvironment } from '../server/test/harness/test-clone.ts'
import { eventually } from '../server/test/harness/test-eventually.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const page = readFileSync(join(root, 'docs/first-run.md'), 'utf8')
const blocks = [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language, block]) => ({
  language,
  block,
}))
const ofLanguage = (wanted: string) =>
  blocks.filter(({ language }) => language === wanted).map(({ block = '' }) => block)
const [
  pack = '',
  start = '',
  token = '',
  call = '',
  pay = '',
  listen = '',
  trigger = '',
  refund = '',
  ...more
] = ofLanguage('sh')
const [python = '', ...moreCommands] = more
const programs = {
  'pay.mjs': ofLanguage('js')[0],
  'refund.mjs': ofLanguage('js')[1],
  'pay.py': ofLanguage('python')[0],
}

/** An empty folder, and the packages that the first block makes of a clone. */
function makeFolder(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-first-run-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const cwd = join(folder, 'empty')
  mkdirSync(cwd)
  const clone = cloneEnvironment()
  const env: NodeJS.ProcessEnv = {
    ...{ ...clone, PORT: '0', PYTHONPATH: join(root, 'clients/python/src') },
    PATH: [dirname(process.execPath), clone.PATH].join(delimiter),
  }
  const inFolder = (block: string) => block.replaceAll('/tmp', folder)
  const run = (block: string, where = cwd): string =>
    execFileSync('bash', ['-euo', 'pipefail', '-c', inFolder(block)], {
      ...{ cwd: where, env, encoding: 'utf8', timeout: 120_000 },
    })
  return { cwd, env, run }
}

/** A command that runs until the test is over. */
function runOn(
  t: TestContext,
  { cwd, env }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
  block: string,
) {
  const child = spawn('bash', ['-euc', `exec 2>&1\n${block}`], {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'close')
  t.after(async () => {
    if (child.pid) process.kill(-child.pid, 'SIGTERM')
    await ended
  })
  const lines: string[] = []
  createInterface(child.stdout).on('line', (line) => lines.push(line))
  return { said: () => lines.join('\n'), hasEnded: () => child.exitCode !== null }
}

test('the blocks of docs/first-run.md lead to a token, a payment, a webhook and a refund, with each client', async (t) => {
  assert.deepEqual(moreCommands, [])
  const machine = makeFolder(t)
  const { cwd, env, run } = machine
  // The README's test runs the first command from a clean clone, and what npm pack would build has been built.
  run(pack.replace('npm ci && npm pack ', 'npm pack --ignore-scripts '), root)
  const [installing = '', starting = '', ...others] = start.trim().split('\n')
  assert.deepEqual(others, [])
  run(installing)
  const sandbox = runOn(t, machine, starting)
  await eventually(() => existsSync(join(cwd, 'ready.json')) || sandbox.hasEnded())
  for (const [name, text = ''] of Object.entries(programs)) writeFileSync(join(cwd, name), text)

  const [ready = ''] = token.split('\n')
  assert.equal(JSON.parse(run(token)).token_type, 'Bearer')
  assert.match(run(`${ready}\n${call}`), /callGuid/)
  assert.match(run(pay), /^approved 1111 [0-9a-f-]{36}$/m)

  const { url } = JSON.parse(readFileSync(join(cwd, 'ready.json'), 'utf8'))
  env.TONEGATE_URL = url
  const listening = runOn(t, machine, listen)
  await eventually(() => listening.said().includes('Signing secret') || listening.hasEnded())
  assert.match(run(trigger), /insufficient-funds/)
  await eventually(() => /declined .* signed/.test(listening.said()) || listening.hasEnded())
  assert.match(listening.said(), /declined/)

  assert.equal(run(refund), 'partially-refunded 7.40\n')
  assert.equal(run(python), 'approved 1111\npartially-refunded 7.40\n')
})
