import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { cloneEnvironment } from '../server/test/harness/test-clone.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const page = readFileSync(join(root, 'docs/package.md'), 'utf8')
const [pack = '', install = '', list = '', ...others] = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(
  ([, block = '']) => block,
)

test('the commands of docs/package.md lead from a clone to a sandbox in an empty folder', async (t) => {
  assert.deepEqual(others, [])
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-package-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const empty = join(folder, 'empty')
  mkdirSync(empty)
  const clone = cloneEnvironment()
  const env = { ...clone, PORT: '0', PATH: [dirname(process.execPath), clone.PATH].join(delimiter) }
  const run = (block: string, cwd: string): string =>
    execFileSync('bash', ['-euo', 'pipefail', '-c', block.replaceAll('/tmp', folder)], {
      ...{ cwd, env, encoding: 'utf8', timeout: 120_000 },
    })

  // The README's test runs the first command from a clean clone, and what npm pack would build has been built.
  assert.ok(pack.startsWith('npm ci && npm pack '))
  run(pack.replace('npm ci && npm pack ', 'npm pack --ignore-scripts '), root)
  const [installing, starting, ...more] = install.trim().split('\n')
  assert.deepEqual([starting, more], ['npx tonegate', []])
  run(installing ?? '', empty)

  const sandbox = spawn('npx', ['tonegate'], {
    cwd: empty,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(sandbox, 'close')
  t.after(async () => {
    if (sandbox.pid) process.kill(-sandbox.pid, 'SIGTERM')
    await ended
  })
  for await (const line of createInterface(sandbox.stdout)) {
    if (line.includes('Tonegate is ready')) break
  }
  sandbox.stdout.resume()
  assert.ok(JSON.parse(run(list, empty)).length > 3)
})
