import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { acceptedTags, chooseLanguage, languages, regionalTag } from './languages.ts'

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

test('dates are written as where the browser is, in the language of the page', () => {
  const tag = (language: 'en' | 'de' | 'pl', acceptLanguage?: string) =>
    regionalTag(language, acceptedTags(acceptLanguage))
  assert.equal(tag('en', 'en-GB,en;q=0.9'), 'en-GB')
  assert.equal(tag('en', 'de-AT, EN-au;q=0.8, en-US;q=0.7'), 'en-AU')
  assert.equal(tag('de', 'de-AT, EN-au;q=0.8'), 'de-AT')
  assert.equal(tag('en', 'en-Latn-150'), 'en-150')
  assert.equal(tag('pl', 'en-GB'), 'pl')
  assert.equal(tag('en'), 'en-GB')
  assert.equal(tag('en', 'en-US,en;q=0.9'), 'en-US')
  assert.equal(tag('de'), 'de')
  for (const odd of ['en', 'en-x-private', 'en-GB1', 'en_GB', 'en-', '*', 'eng-GB', 'en-u-ca-hebrew']) {
    assert.equal(tag('en', odd), 'en-GB', odd)
  }
  fc.assert(
    fc.property(fc.string(), (text) => void new Intl.DateTimeFormat(regionalTag('en', acceptedTags(text)))),
  )
})
