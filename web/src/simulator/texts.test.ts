import assert from 'node:assert/strict'
import { test } from 'node:test'
import { textsOf } from './texts.ts'

/** Every text, with its place; functions are given what they could be given. */
function* textsIn(value: unknown, path = ''): Generator<readonly [string, string]> {
  if (typeof value === 'string') yield [path, value]
  else if (typeof value === 'function') yield* textsIn(value(5), path)
  else
    for (const [key, each] of Object.entries(value as object))
      yield* textsIn(each, path ? `${path}.${key}` : key)
}

for (const [language, wrong] of [
  ['en', / …|['"]|\.\.\.| - /],
  ['de', /[^\u00a0]…|['"]|\.\.\.| - /],
  ['pl', / …|['"]|\.\.\.| - |(?<!\p{L})[aiouwz] /iu],
] as const) {
  test(`the simulator sets its ${language} texts as a printer would`, () => {
    for (const [path, text] of textsIn(textsOf[language])) assert.doesNotMatch(text, wrong, path)
  })
}

test('Polish counts as Polish does', () => {
  assert.deepEqual([1, 2, 5, 12, 22].map(textsOf.pl.desktop.digits), [
    '1\u00a0cyfra',
    '2\u00a0cyfry',
    '5\u00a0cyfr',
    '12\u00a0cyfr',
    '22\u00a0cyfry',
  ])
})
