import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { commands } from '../server/src/cli/commands.ts'

const page = readFileSync(new URL('running.md', import.meta.url), 'utf8')

test('every command that docs/running.md names is there', () => {
  const named = [...page.matchAll(/`admin ([a-z-]+ [a-z-]+)[^`]*`/g)].map(([, name = '']) => name)
  assert.ok(named.length > 20)
  const known = new Set(commands.map(({ name }) => name))
  assert.deepEqual(
    named.filter((name) => !known.has(name)),
    [],
  )
})

test('docs/running.md has no block of commands that no test would run', () => {
  assert.doesNotMatch(page, /^```/m)
})
