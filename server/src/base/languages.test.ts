import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { chooseLanguage, languages } from './languages.ts'

const choose = (uiLocales: string | undefined, acceptLanguage: string | undefined) =>
  chooseLanguage({ uiLocales, acceptLanguage })

test('a page is English when nothing else is asked for, or nothing that there is', () => {
  assert.equal(choose(undefined, undefined), 'en')
  assert.equal(choose('fr cs', 'it, es;q=0.5'), 'en')
})

test('the browser is answered in the language that it likes best', () => {
  assert.equal(choose(undefined, 'de'), 'de')
  assert.equal(choose(undefined, 'fr-CH, pl;q=0.8, de;q=0.9, en;q=0.7'), 'de')
  assert.equal(choose(undefined, 'pl;q=0.5,de;q=0.5'), 'pl')
  assert.equal(choose(undefined, 'PL-pl'), 'pl')
  assert.equal(choose(undefined, 'de;q=0, pl;q=0.001'), 'pl')
  assert.equal(choose(undefined, 'fr, *;q=0.5, de;q=0.4'), 'en')
  assert.equal(choose(undefined, ' de ; q=0.3 ,\ten;q=0.2'), 'de')
})

test('ui_locales goes before the browser, in its own order', () => {
  assert.equal(choose('fr pl-PL de', 'de'), 'pl')
  assert.equal(choose('fr', 'de'), 'de')
  assert.equal(choose('', 'de'), 'de')
})

test('where nobody asks for a language that there is, it is the usual one', () => {
  const choosePolish = (acceptLanguage: string | undefined) =>
    chooseLanguage({ uiLocales: undefined, acceptLanguage, otherwise: 'pl' })
  assert.equal(choosePolish(undefined), 'pl')
  assert.equal(choosePolish('fr'), 'pl')
  assert.equal(choosePolish('fr, *;q=0.5'), 'pl')
  assert.equal(choosePolish('fr, en;q=0.5'), 'en')
})

test('what is malformed is passed over', () => {
  for (const malformed of ['de;q=2', 'de;q=0.1234', 'de;q=-1', 'de;q', 'de;v=1', 'de pl', 'd€', ';', ',,,']) {
    assert.equal(choose(undefined, malformed), 'en', malformed)
    assert.equal(choose(undefined, `${malformed}, pl;q=0.1`), 'pl', malformed)
  }
})

test('of a very long list no more than its head is read', () => {
  assert.equal(choose('fr '.repeat(5000).concat('de'), `${'fr,'.repeat(5000)}de`), 'en')
})

test('whatever is sent, there is an answer', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (uiLocales, acceptLanguage) => {
      assert.ok(languages.includes(choose(uiLocales, acceptLanguage)))
    }),
  )
})
