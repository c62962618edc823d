import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AgentWordsKey, agentWordsKeys } from '@tonegate/protocol/agent-words'
import { languages } from '@tonegate/protocol/languages'
import { paymentPageTexts } from '../../../../server/src/vault/payment-page/texts/payment-page-texts.ts'
import {
  assertAsksForKeys,
  assertInvitesNoDigits,
  assertTellsOutcomesApart,
  spokenRules,
  textsIn,
} from '../../../../server/src/vault/prompts/test-spoken-words.ts'
import { loadTexts } from './load-texts.ts'

const english = textsIn(await loadTexts('en'))
const asksForCard = (key: AgentWordsKey) => /^(?:ask-|again-|other-card$|went-silent$)/.test(key)

const places = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort()

for (const language of languages) {
  const texts = await loadTexts(language)

  test(`every text is there, filled and with the same places as in English: ${language}`, () => {
    const own = textsIn(texts)
    assert.deepEqual(own.map(([path]) => path).sort(), english.map(([path]) => path).sort())
    for (const [path, text] of own) {
      assert.match(text, /\S/, path)
      const [, counterpart = ''] = english.find(([other]) => other === path) ?? []
      assert.deepEqual(places(text), places(counterpart), path)
    }
    assert.deepEqual(Object.keys(texts.words).sort(), [...agentWordsKeys].sort())
  })

  test(`what the agent asks for is keyed in, and asked for with no open question: ${language}`, () => {
    for (const key of agentWordsKeys.filter(asksForCard)) assertAsksForKeys(language, texts.words[key])
  })

  test(`nothing that the agent says makes a caller say digits: ${language}`, () => {
    const { words, wordsWithoutLast4, wordsForCardCheck } = texts
    for (const [, line] of textsIn({ words, wordsWithoutLast4, wordsForCardCheck })) {
      assertInvitesNoDigits(language, line)
    }
  })

  test(`the agent tells outcomes apart, and what became of the money: ${language}`, () => {
    assertTellsOutcomesApart(language, texts.words)
    const headings = [...Object.values(texts.outcomes), texts.verified].map(({ heading }) => heading)
    assert.deepEqual(headings, [...new Set(headings)])
    const { nothingCharged } = spokenRules[language]
    const { declined, cancelled, failed, unknown, review } = texts.outcomes
    for (const { advice } of [declined, cancelled, failed, texts.verified])
      assert.match(advice, nothingCharged)
    for (const { advice } of [unknown, review]) assert.doesNotMatch(advice, nothingCharged)
    assert.match(texts.words.verified, nothingCharged)
    for (const line of Object.values(texts.wordsForCardCheck)) assert.match(line, nothingCharged)
  })

  test(`a current month is no wrong date, and nothing that was entered is promised to stay: ${language}`, () => {
    const { fieldErrors, standing, warnings } = texts
    const { 'invalid-date': onPage } = paymentPageTexts[language].fieldErrors
    for (const text of [fieldErrors['invalid-date'], standing.refused['invalid-date'], onPage]) {
      assert.doesNotMatch(text, /future|Zukunft|przyszłoś/i)
      assert.match(text, /expired|abgelaufen|nieważna|ważność/i)
    }
    assert.doesNotMatch(warnings['hung-up'].advice, /kept|bleibt|zachowan/i)
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
    for (const [path, text] of textsIn(other)) {
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
