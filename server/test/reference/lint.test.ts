import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createConfig, lint } from '@redocly/openapi-core'
import spectral, { type RulesetDefinition } from '@stoplight/spectral-core'
import rulesets from '@stoplight/spectral-rulesets'

const file = fileURLToPath(new URL('../../../docs/openapi.json', import.meta.url))

async function redoclyFaults(ref: string): Promise<readonly string[]> {
  const config = await createConfig({ extends: ['recommended'] })
  const found = await lint({ ref, config })
  return found.map(({ ruleId, message, location }) => `${ruleId} ${location[0]?.pointer} ${message}`)
}

async function spectralFaults(text: string): Promise<readonly string[]> {
  const linter = new spectral.Spectral()
  linter.setRuleset({ extends: [[rulesets.oas as RulesetDefinition, 'recommended']] })
  const found = await linter.run(text)
  return found.map(({ code, path, message }) => `${code} ${path.join('/')} ${message}`)
}

test('docs/openapi.json is clean under the rules that Redocly recommends', async () => {
  assert.deepEqual(await redoclyFaults(file), [])
})

test('docs/openapi.json is clean under the rules that Spectral recommends', async () => {
  assert.deepEqual(await spectralFaults(readFileSync(file, 'utf8')), [])
})

test('a description with faults is not clean', async () => {
  const faulty = readFileSync(file, 'utf8').replace('"operationId": "getCall"', '"operationId": "endCall"')
  const found = await spectralFaults(faulty)
  assert.ok(
    found.some((fault) => fault.startsWith('operation-operationId-unique')),
    String(found),
  )
})
