import assert from 'node:assert/strict'
import { test } from 'node:test'
import { languages } from '../../../../server/src/base/languages.ts'
import { agentWordsKeys } from '../../../../server/src/vault/agent-words.ts'
import { loadTexts } from './texts.ts'

const english = flat(await loadTexts('en'))

/** Every text of a language by its path, those that count or name something with an example of it. */
function flat(value: unknown, path = ''): readonly (readonly [string, string])[] {
  if (typeof value === 'string') return [[path, value]]
  if (typeof value === 'function') return [[path, String(value(5))]]
  return Object.entries(Object(value)).flatMap(([name, part]) => flat(part, `${path}/${name}`))
}

const places = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort()

for (const language of languages) {
  const texts = await loadTexts(language)

  test(`every text is there, filled and with the same places as in English: ${language}`, () => {
    const own = flat(texts)
    assert.deepEqual(own.map(([path]) => path).sort(), english.map(([path]) => path).sort())
    for (const [path, text] of own) {
      assert.match(text, /\S/, path)
      const [, counterpart = ''] = english.find(([other]) => other === path) ?? []
      assert.deepEqual(places(text), places(counterpart), path)
    }
    assert.deepEqual(Object.keys(texts.words).sort(), [...agentWordsKeys].sort())
  })

  test(`a button’s longer name begins with what is written on it (WCAG 2.5.3): ${language}`, () => {
    const { ask, askAgain, askFor, askAgainFor } = texts
    for (const name of Object.values(askFor)) assert.ok(name.startsWith(ask), name)
    for (const name of Object.values(askAgainFor)) assert.ok(name.startsWith(askAgain), name)
  })
}

test('no language is a copy of another', async () => {
  const others = await Promise.all([loadTexts('de'), loadTexts('pl')])
  const same = new Set(['/channels/sms/name', '/channels/email/name'])
  for (const other of others) {
    for (const [path, text] of flat(other)) {
      const [, counterpart] = english.find(([each]) => each === path) ?? []
      if (!same.has(path)) assert.notEqual(text, counterpart, path)
    }
  }
})

test('Polish counts as Polish does', async () => {
  const { digits, seconds } = await loadTexts('pl')
  assert.deepEqual([1, 2, 5, 12, 22].map(digits), [
    'Wpisano 1 cyfrę',
    'Wpisano 2 cyfry',
    'Wpisano 5 cyfr',
    'Wpisano 12 cyfr',
    'Wpisano 22 cyfry',
  ])
  assert.equal(seconds(4), '4 sekundy')
})
