import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { problems } from '../../../server/src/base/problem.ts'
import { startTestTonegate } from '../../../server/test/harness/test-tonegate.ts'

const folder = resolve(import.meta.dirname, '..')

test('the tests of the Python client pass with this machine’s Python, against a sandbox too', async (t) => {
  const { tonegate, origin } = await startTestTonegate(t)
  const [client] = tonegate.sandbox?.regions.nam?.clients ?? []
  const env = {
    ...process.env,
    PYTHONPATH: join(folder, 'src'),
    PYTHONDONTWRITEBYTECODE: '1',
    TONEGATE_URL: origin,
    CLIENT_ID: client?.clientId,
    CLIENT_SECRET: client?.clientSecret,
  }
  const words = ['-W', 'error', '-m', 'unittest', 'discover', '--start-directory', 'tests']
  const { stderr } = await promisify(execFile)('python3', words, { cwd: folder, env })
  assert.match(stderr, /^Ran (?:[4-9]\d) tests in .*\n\nOK\s*$/m)
})

/** A Python that can check types: Debian’s `mypy` is for its own Python. */
const checking = ['python3', '/usr/bin/python3'].find(
  (python) => spawnSync(python, ['-m', 'mypy', '--version']).status === 0,
)

test('its types hold, strictly', {
  skip: checking ? false : 'mypy is not installed: apt-get install mypy',
}, () => {
  const words = ['-m', 'mypy', '--config-file', 'pyproject.toml', '--cache-dir', '/dev/null']
  const { stdout } = spawnSync(checking ?? '', words, { cwd: folder, encoding: 'utf8' })
  assert.match(stdout, /^Success: no issues found in \d+ source files\s*$/)
})

test('every problem of the server is known', () => {
  const text = readFileSync(join(folder, 'src/tonegate/errors.py'), 'utf8')
  const [, set = ''] = /PROBLEM_CODES = frozenset\(\s*\{([^}]*)\}/.exec(text) ?? []
  const codes = [...set.matchAll(/"([\w-]+)"/g)].map(([, code]) => code)
  assert.deepEqual(codes, Object.keys(problems))
})
