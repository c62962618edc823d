import assert from 'node:assert/strict'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const page = `${root}docs/rfc-coverage.md`
const statements = 58

/** For each statement the files whose tests name it: in a title, or in what a title is made of. */
function testsOfStatements(): ReadonlyMap<number, readonly string[]> {
  const found = new Map<number, Set<string>>()
  for (const file of globSync('{server,web,docs}/**/*.{test,long}.ts', {
    cwd: root,
    exclude: ['**/node_modules/**'],
  })) {
    const texts = readFileSync(`${root}${file}`, 'utf8').matchAll(/(['"`])((?:(?!\1).)*?\bRFC-\d.*?)\1/g)
    for (const [, , title = ''] of texts) {
      for (const [, number] of title.matchAll(/\bRFC-(\d+)\b/g)) {
        const files = found.get(Number(number)) ?? new Set()
        found.set(Number(number), files.add(basename(file)))
      }
    }
  }
  return new Map([...found].map(([number, files]) => [number, [...files].sort()]))
}

/** A row's cells, without the bars. */
const cells = (row: string): readonly string[] =>
  row
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim())

test('docs/rfc-coverage.md names the tests of each statement, or says why there is none', () => {
  const tests = testsOfStatements()
  const unknown = [...tests.keys()].filter((number) => number > statements)
  assert.deepEqual(unknown, [], 'tests name statements that the page does not have')
  const lines = readFileSync(page, 'utf8').split('\n')
  const expected = lines.map((line) => {
    const [id = '', from, statement, reason = ''] = cells(line)
    const number = Number(/^RFC-(\d+)$/.exec(id)?.[1])
    if (Number.isNaN(number)) return line
    const files = (tests.get(number) ?? []).map((file) => `\`${file}\``).join(', ')
    if (files === '' && !reason.startsWith('`')) return line
    return `| ${[id, from, statement, files].join(' | ')} |`
  })
  if (process.env.TONEGATE_WRITE_COVERAGE) writeFileSync(page, expected.join('\n'))
  const numbers = expected.flatMap((line) => {
    const [id = '', , , named = ''] = cells(line)
    const number = /^RFC-(\d+)$/.exec(id)?.[1]
    if (number === undefined) return []
    assert.notEqual(named, '', `${id} has neither a test nor a reason`)
    return [Number(number)]
  })
  assert.deepEqual(
    numbers,
    Array.from({ length: statements }, (_, index) => index + 1),
  )
  assert.deepEqual(
    lines.map((line) => cells(line).join('|')),
    expected.map((line) => cells(line).join('|')),
  )
})
