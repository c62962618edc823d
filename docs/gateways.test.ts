import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { gatewayKinds } from '../server/src/vault/gateways/kinds.ts'

const page = new URL('gateways.md', import.meta.url)
const [, section = ''] = /^## What each gateway does\n([\s\S]*?)^## /m.exec(readFileSync(page, 'utf8')) ?? []

const rows = section
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  )

/** The tests that the cells lead to: their files, and their titles as they stand in the code. */
const tests = new Map(
  [...section.matchAll(/^\[([\w-]+)\]: (\S+) "(.+)"$/gm)].map(([, name = '', file = '', title = '']) => [
    name,
    { file: new URL(file, page), title },
  ]),
)

/** Of the suite that every adapter goes through, the titles are in the suite. */
function titlesIn(file: URL): string {
  const text = readFileSync(file, 'utf8')
  if (!text.includes('testMisbehaviours(')) return text
  const suite = new URL('../server/src/vault/gateways/misbehaviours/', page)
  return [text, ...readdirSync(suite).map((name) => readFileSync(new URL(name, suite), 'utf8'))].join('\n')
}

test('the table of gateways has a column for every kind and the sandbox, and a word in every cell', () => {
  const [head = [], , ...body] = rows
  const kinds = [...Object.keys(gatewayKinds), 'sandbox'].map((name) => `\`${name}\``)
  assert.deepEqual([...head.slice(1)].sort(), kinds.sort())
  assert.ok(body.length > 10)
  for (const row of body) assert.equal(row.length, head.length, `${row[0]}`)
})

test('each cell of the table that says yes leads to a test that is there', () => {
  const led = new Set<string>()
  for (const [feature = '', ...cells] of rows.slice(2)) {
    for (const cell of cells) {
      if (cell === 'no') continue
      const [, name = ''] = /^\[yes\]\[([\w-]+)\]$/.exec(cell) ?? []
      const found = tests.get(name)
      assert.ok(found, `${feature}: ${cell}`)
      assert.ok(existsSync(found.file), `${feature}: ${found.file}`)
      assert.ok(titlesIn(found.file).includes(found.title), `${feature}: ${found.title}`)
      led.add(name)
    }
  }
  assert.deepEqual([...led].sort(), [...tests.keys()].sort(), 'no test is named in vain')
})
