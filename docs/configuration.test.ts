import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { configurationReference } from '../server/src/payments/configurations/configuration-reference.ts'
import { readConfiguration } from '../server/src/payments/configurations/read-configuration.ts'
import { promptTexts } from '../server/src/vault/prompts/prompt-texts.ts'
import { en } from '../web/src/agent-view/texts/en.ts'
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

const [smallest, poundKey] = [...readFileSync(page, 'utf8').matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(
  ([, example = '']) => JSON.parse(example),
)

test('the example of docs/configuration.md is a configuration', () => {
  assert.ok('configuration' in readConfiguration(smallest, new Set()))
})

test('the texts for callers who know the hash key as the pound key are all that name it', () => {
  const flow = { ...smallest.flow, texts: poundKey }
  assert.ok('configuration' in readConfiguration({ ...smallest, flow }, new Set()))
  const named = (texts: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(texts)
        .filter(([, text]) => text.includes('hash key'))
        .map(([key, text]) => [key, text.replaceAll('hash key', 'pound key')]),
    )
  assert.deepEqual(poundKey.prompts, { en: named(promptTexts.en) })
  assert.deepEqual(poundKey.agentWords, { en: named(en.words) })
  assert.ok(Object.keys(poundKey.prompts.en).length > 3)
})
