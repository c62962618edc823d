import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { generatedFiles } from './generated-files.ts'

for (const [name, text] of Object.entries(generatedFiles)) {
  test(`docs/${name} is what the code says; npm run reference writes it`, () => {
    const checkedIn = readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8')
    assert.ok(checkedIn === text(), `docs/${name} is out of date: run npm run reference`)
  })
}
