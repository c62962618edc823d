import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { systemClock } from '../server/src/base/clock.ts'
import { createSandboxClock } from '../server/src/sandbox/time/sandbox-clock.ts'
import { startTestTonegate } from '../server/test/harness/test-tonegate.ts'

const page = readFileSync(new URL('sandbox.md', import.meta.url), 'utf8')
const [command = '', answer = '', ...others] = [...page.matchAll(/^```\w+\n([\s\S]*?)^```$/gm)].map(
  ([, code]) => code,
)

test('the command of docs/sandbox.md moves time, and is answered as the page says', async (t) => {
  assert.deepEqual(others, [])
  const { origin } = await startTestTonegate(t, { clock: createSandboxClock(systemClock) })
  const script = command.replace('http://127.0.0.1:8080', origin)
  const { stdout } = await promisify(execFile)('bash', ['-euc', script])
  const [told, shown] = [JSON.parse(stdout), JSON.parse(answer)]
  assert.deepEqual(Object.keys(told), Object.keys(shown))
  assert.equal(told.advancedSeconds, shown.advancedSeconds)
})
