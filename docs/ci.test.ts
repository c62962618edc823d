import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { readyLine } from '../server/src/sandbox/ready-line.ts'
import { startTestTonegate } from '../server/test/harness/test-tonegate.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const page = readFileSync(`${root}docs/ci.md`, 'utf8')
const block = (language: string): string =>
  new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(page)?.[1] ?? ''
const withSandbox = 'deploy/ci/with-sandbox.sh'

/** Runs a script as a pipeline does, in the folder of the clone, with nothing of this process's own settings. */
function run(script: string, environment: Readonly<Record<string, string>> = {}) {
  const { PATH, HOME } = process.env
  const env = { PATH, HOME, ...environment }
  return new Promise<{ code: unknown; output: string; complaint: string }>((resolve) =>
    execFile('bash', ['-c', script], { cwd: root, env }, (error, output, complaint) =>
      resolve({ code: error ? error.code : 0, output, complaint }),
    ),
  )
}

test('the ready line has the members that docs/ci.md shows', async (t) => {
  const { tonegate } = await startTestTonegate(t)
  if (!tonegate.sandbox) throw new Error('There is no sandbox.')
  const { url, ...line } = readyLine(tonegate.sandbox, tonegate.port)
  assert.deepEqual(['url', ...Object.keys(line)].sort(), Object.keys(JSON.parse(block('json'))).sort())
  assert.equal(line.tokenUrl, `${url}/auth/connect/token`)
})

test('a command runs against a sandbox of its own, which ends with it', async () => {
  const asked = await run(`${block('sh')}`)
  assert.equal(asked.code, 0, asked.complaint)
  assert.equal(JSON.parse(asked.output).token_type, 'Bearer')

  const failed = await run(`${withSandbox} sh -c 'echo "$TONEGATE_URL"; exit 7'`)
  assert.equal(failed.code, 7)
  const url = failed.output.trim()
  assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/)
  await assert.rejects(fetch(`${url}/healthz`))
})

test('a sandbox that does not start is told, with what it says', async () => {
  const { code, complaint } = await run(`${withSandbox} true`, { TONEGATE_LOG_LEVEL: 'loud' })
  assert.equal(code, 1)
  assert.match(complaint, /TONEGATE_LOG_LEVEL is 'loud'/)
})

test('the workflow of docs/ci.md runs the script that is there', () => {
  assert.match(block('yaml'), new RegExp(`run: tonegate/${withSandbox} npm test\n`))
  assert.notEqual(statSync(`${root}${withSandbox}`).mode & 0o111, 0)
})
