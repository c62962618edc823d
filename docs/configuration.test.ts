import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { configurationReference } from '../server/src/payments/configuration-reference.ts'
import { readConfiguration } from '../server/src/payments/read-configuration.ts'

const file = new URL('configuration.md', import.meta.url)
const table = /(?<=^<!-- The table is written .*\n\n)[\s\S]*?(?=\n<!-- end of the table -->)/m

/** A table without what lines up its columns. */
const plain = (text: string) => text.replace(/ +\|/g, ' |').replace(/-{3,}/g, '---').trimEnd()

// With TONEGATE_WRITE_REFERENCE=1 the table is written instead of compared.
test('the table of docs/configuration.md has every member that a configuration takes, as the schema says it', () => {
  const page = readFileSync(file, 'utf8')
  const reference = configurationReference()
  if (process.env.TONEGATE_WRITE_REFERENCE === '1')
    writeFileSync(
      file,
      page.replace(table, () => reference),
    )
  assert.equal(plain(readFileSync(file, 'utf8').match(table)?.[0] ?? ''), plain(reference))
})

test('every member of the table has a meaning', () => {
  const rows = configurationReference().trim().split('\n').slice(2)
  assert.ok(rows.length > 60)
  for (const row of rows) assert.match(row, /\| [^|]+[^| ] \|$/, row)
})

test('the example of docs/configuration.md is a configuration', () => {
  const [, example = ''] = /^```json\n([\s\S]*?)^```$/m.exec(readFileSync(file, 'utf8')) ?? []
  assert.ok('configuration' in readConfiguration(JSON.parse(example), new Set()))
})
