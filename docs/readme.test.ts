import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { cloneEnvironment, cloneTo } from '../server/test/harness/test-clone.ts'
import { freePort } from '../server/test/harness/test-free-port.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const testCommand = 'npm ci && npm test'

const blocksIn = (language: string): readonly string[] =>
  [
    ...readFileSync(`${root}README.md`, 'utf8').matchAll(
      new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'),
    ),
  ].map(([, block = '']) => block.trim())

/** The shell blocks of the README, in their order. */
const commands = () => blocksIn('sh').filter((block) => block !== testCommand)

test('the commands of the README do what it says, from a clean clone', { timeout: 280_000 }, async (t) => {
  const [start, demo, ...byHand] = commands()
  assert.equal(start, 'npm ci && npm start')
  assert.equal(demo, 'npm run demo')
  assert.equal(byHand.length, 4)
  const clone = mkdtempSync(join(tmpdir(), 'tonegate-clone-'))
  cloneTo(clone)
  const port = await freePort()
  const env = { ...cloneEnvironment(), PORT: String(port) }

  const server = spawn('bash', ['-c', start], {
    cwd: clone,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (chunk) => (output += chunk))
  const ended = new Promise((resolve) => server.once('exit', resolve))
  t.after(async () => {
    if (server.pid && server.exitCode === null) process.kill(-server.pid, 'SIGTERM')
    await ended
    rmSync(clone, { recursive: true, force: true })
  })
  while (!output.includes('Tonegate is ready')) {
    assert.equal(server.exitCode, null, output)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }

  const run = (script: string) =>
    execFileSync('bash', ['-euo', 'pipefail', '-c', script.replaceAll(':8080', `:${port}`)], {
      cwd: clone,
      env,
    }).toString()
  assert.match(run(demo), /"paymentOutcome": "approved"/)
  const [token = '', session = '', result = '', program = ''] = byHand
  assert.match(run(token), /^\{"access_token":"eyJ0eXAi[^"]+","expires_in":3600,"token_type":"Bearer"\}$/)
  const paid = JSON.parse(
    run([token, session, result].join('\n'))
      .trim()
      .replace(/^[\s\S]*\n?(?=\{"sessionGuid)/, ''),
  )
  assert.equal(paid.sessionState, 'Finished')
  assert.equal(paid.paymentResultData.paymentOutcome, 'approved')

  const [pay = '', ...otherPrograms] = blocksIn('ts')
  assert.deepEqual(otherPrograms, [])
  assert.ok(pay.split('\n').filter(Boolean).length <= 12)
  writeFileSync(join(clone, 'pay.ts'), pay)
  const [functions = ''] = token.split('\n\n')
  assert.equal(run(`${functions}\n${program}`), 'approved visa 1111\n')

  const pasted = output.match(/^ {2}(curl .*)$/m)?.[1]
  assert.ok(pasted, 'the server prints a curl line')
  assert.match(
    execFileSync('bash', ['-c', pasted], { env, stdio: ['ignore', 'pipe', 'ignore'] }).toString(),
    /^\{"access_token"/,
  )
})
