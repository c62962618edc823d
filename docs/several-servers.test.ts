import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

const page = new URL('several-servers.md', import.meta.url)
const text = readFileSync(page, 'utf8')
/** The tests that the rows lead to: their files, and their titles or a part of them as they stand in the code. */
const tests = new Map(
  [...text.matchAll(/^\[(t\d+)\]: (\S+)(?: "(.+)")?$/gm)].map(([, key = '', file = '', title = '']) => [
    key,
    { file: new URL(file, page), title },
  ]),
)

test('each row of what several servers share leads to a test that is there', () => {
  const led = [...text.matchAll(/\]\[(t\d+)\] *\|$/gm)].map(([, key = '']) => key)
  assert.ok(led.length > 50)
  for (const key of led) {
    const found = tests.get(key)
    assert.ok(found && existsSync(found.file), key)
    assert.ok(readFileSync(found.file, 'utf8').includes(found.title), found.title)
  }
  assert.deepEqual(led.sort(), [...tests.keys()].sort(), 'no test is named in vain')
})
