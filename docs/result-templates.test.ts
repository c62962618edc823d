import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { brandNames } from '@tonegate/protocol/card/brand'
import { readConfiguration } from '../server/src/payments/configurations/read-configuration.ts'
import { faultsInResultKeys, resultValues } from '../server/src/payments/results/own-result-keys.ts'
import { previewResult } from '../server/src/payments/results/preview-result.ts'
import { resultTemplateNames } from '../server/src/payments/results/result-template.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const page = readFileSync(`${root}docs/result-templates.md`, 'utf8')

const blocks = (language: 'json' | 'sh') =>
  [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .filter(([, each]) => each === language)
    .map(([, , block = '']) => block)

/** What the first column of a table lists. */
const listed = (text: string) => [...text.matchAll(/^\| `([^`]+)` /gm)].map(([, name = '']) => name)

function section(heading: string): string {
  const [, text] = page.split(`\n${heading}\n`)
  assert.ok(text, heading)
  return text.split(/^#{2,3} /m)[0] ?? ''
}

const [written = '', previewed = '', ...others] = blocks('json')
const read = readConfiguration(JSON.parse(written), brandNames)
assert.ok('configuration' in read)
const { configuration } = read
const { resultKeys: _, ...plain } = configuration

const normalised = listed(section('## The normalised set'))

test('every result has the normalised set of the page', () => {
  const tokenising = { ...plain, flow: { ...plain.flow, purpose: 'tokenise' } } as const
  const keys = Object.keys(previewResult(tokenising, { outcome: 'approved', paymentData: {} }))
  assert.deepEqual(keys.slice(-normalised.length), normalised)
  for (const name of normalised) assert.equal(faultsInResultKeys({ [name]: '' }).length, 1, name)
})

test('the page has a section for every result template, with its keys', () => {
  const sections = [...page.matchAll(/^### `([\w-]+)`$/gm)].map(([, name]) => name)
  assert.deepEqual(sections, [...resultTemplateNames])
  for (const resultTemplate of resultTemplateNames) {
    const names = listed(section(`### \`${resultTemplate}\``))
    const details = Object.fromEntries(names.map((name) => [name, 'x']))
    const result = previewResult(
      { ...plain, resultTemplate },
      { outcome: 'approved', paymentData: { Amount: '12.40' }, details },
    )
    const others = new Set(['Amount', 'Currency', ...normalised])
    const keys = Object.keys(result).filter((name) => !others.has(name))
    assert.deepEqual(keys.sort(), names.sort(), resultTemplate)
  }
})

test('the page lists every value that a template can have, and no other', () => {
  const values = Object.entries(resultValues).flatMap(([name, below]) =>
    below === 'any' ? [`${name}.…`] : Object.keys(below).map((each) => `${name}.${each}`),
  )
  assert.deepEqual(
    listed(section('## Your own keys')).filter((name) => /^[a-z]/.test(name)),
    values,
  )
})

test('the commands of the page preview the configuration of the page', (t) => {
  assert.deepEqual(others, [])
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-templates-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'telephone.json')
  writeFileSync(file, written)
  const { NODE_TEST_CONTEXT: __, ...inherited } = process.env
  const env = { ...inherited, TONEGATE_DATA: join(folder, 'data'), TONEGATE_REGIONS: 'nam' }
  const run = (script: string) =>
    execFileSync('bash', ['-euo', 'pipefail', '-c', script.replaceAll('telephone.json', file)], {
      cwd: root,
      env,
    }).toString()
  run('npm run --silent admin -- database create --region nam')
  run('npm run --silent admin -- account create "Harbour Street Books"')
  const [byFile = '', byId = '', bySample = '', ...more] = blocks('sh')
  assert.deepEqual(more, [])
  assert.equal(run(byFile), previewed)
  assert.match(run(byId), /"Summary": "GBP 12\.40: declined \(insufficient-funds\)"/)
  const { OrderNumber, PaidMinor, risk_level } = JSON.parse(run(bySample))
  assert.deepEqual(
    { OrderNumber, PaidMinor, risk_level },
    {
      OrderNumber: 'B-77',
      PaidMinor: '500',
      risk_level: 'normal',
    },
  )
})
