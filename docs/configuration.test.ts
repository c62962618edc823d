import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { configurationReference } from '../server/src/payments/configurations/configuration-reference.ts'
import { readConfiguration } from '../server/src/payments/configurations/read-configuration.ts'
import { holdTable } from './test-tables.ts'

const page = new URL('configuration.md', import.meta.url)

test('the table of docs/configuration.md has every member that a configuration takes, as the schema says it', () => {
  holdTable(page, 'members', [['member', 'type', 'default', 'meaning'], ...configurationReference()])
})

test('every member of the table has a meaning', () => {
  const rows = configurationReference()
  assert.ok(rows.length > 60)
  for (const row of rows)
    assert.ok(
      row.every((cell) => cell !== ''),
      row.join(' | '),
    )
})

test('the example of docs/configuration.md is a configuration', () => {
  const [, example = ''] = /^```json\n([\s\S]*?)^```$/m.exec(readFileSync(page, 'utf8')) ?? []
  assert.ok('configuration' in readConfiguration(JSON.parse(example), new Set()))
})
