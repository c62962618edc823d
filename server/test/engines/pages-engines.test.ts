import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const pages = fileURLToPath(new URL('pages.engines.ts', import.meta.url))

test('an engine that the machine does not have is skipped, with a line that says how to get it', async () => {
  const { NODE_TEST_CONTEXT: _, ...inherited } = process.env
  const env = { ...inherited, PATH: '' }
  const { stdout } = await promisify(execFile)(process.execPath, [pages], { env })
  for (const line of [
    'Firefox was not tried: this machine does not have it (apt-get install firefox-esr).',
    'WebKitGTK was not tried: this machine does not have it (apt-get install webkit2gtk-driver xvfb).',
  ]) {
    assert.ok(stdout.split('\n').includes(line), stdout)
  }
  assert.match(stdout, /skipped 2/)
  assert.match(stdout, /fail 0/)
})
