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
import { textsFor } from './texts-for.ts'

const payment = { amountMinor: 1240 }
const cardCheck = { amountMinor: 0 }
const english = await loadTexts('en')
const asksForCard = (key: AgentWordsKey) => /^(?:ask-|again-|other-card$|went-silent$)/.test(key)

const places = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort()

/** What speaks of a payment; the page and its link are called after it for every card. */
const ofPayment = {
  en: { named: /payment (?:page|link|gateway)/gi, spoken: /payment|\bpa(?:y|id)\b/i },
  de: { named: /Zahlungs(?:seite|link)/gi, spoken: /zahl/i },
  pl: { named: /(?:stron\p{L}+|link do|bramk\p{L}+) płat\p{L}+/giu, spoken: /płatno|płac|zapła|obciąż/i },
} as const

for (const language of languages) {
  const texts = await loadTexts(language)
  const textsForCheck = textsFor(cardCheck, texts)

  for (const order of [payment, cardCheck]) {
    test(`every text is there, filled and with the same places as in English: ${language}, ${order.amountMinor}`, () => {
      const own = textsIn(textsFor(order, texts))
      const inEnglish = new Map(textsIn(textsFor(order, english)))
      assert.deepEqual(own.map(([path]) => path).sort(), [...inEnglish.keys()].sort())
      for (const [path, text] of own) {
        assert.match(text, /\S/, path)
        assert.deepEqual(places(text), places(inEnglish.get(path) ?? ''), path)
      }
      assert.deepEqual(Object.keys(texts.words).sort(), [...agentWordsKeys].sort())
    })
  }

  test(`a card that is only verified is not spoken of as a payment: ${language}`, () => {
    const { named, spoken } = ofPayment[language]
    const { standing, warnings, outcomes, ends, ...others } = textsForCheck
    const { takePayment, takingPayment, cancel, cancelQuestion, cannotGoOn, endsAt } = others
    const buttons = { takePayment, takingPayment, cancel, cancelQuestion, cannotGoOn, endsAt }
    // An approval is told in the words of `verified`.
    const words = { ...others.words, approved: others.words.verified }
    for (const [path, text] of textsIn({ words, standing, warnings, outcomes, ends, buttons })) {
      assert.doesNotMatch(text.replace(named, ''), spoken, path)
    }
    const { declined, cancelled, failed, confirm, 'confirm-by-keypad': byKeypad } = words
    for (const line of [declined, cancelled, failed, confirm, byKeypad]) {
      assert.match(line, spokenRules[language].nothingCharged)
    }
    assert.deepEqual(textsForCheck.wordsWithoutLast4.confirm, confirm)
  })

  test(`what the agent asks for is keyed in, and asked for with no open question: ${language}`, () => {
    for (const key of agentWordsKeys.filter(asksForCard)) assertAsksForKeys(language, texts.words[key])
  })

  test(`nothing that the agent says makes a caller say digits: ${language}`, () => {
    const { words, wordsWithoutLast4, forCardCheck } = texts
    for (const [, line] of textsIn({ words, wordsWithoutLast4, forCardCheck: forCardCheck.words })) {
      assertInvitesNoDigits(language, line)
    }
  })

  test(`the agent tells outcomes apart, and what became of the money: ${language}`, () => {
    assertTellsOutcomesApart(language, texts.words)
    for (const { outcomes } of [texts, textsForCheck]) {
      const headings = Object.values(outcomes).map(({ heading }) => heading)
      assert.deepEqual(headings, [...new Set(headings)])
    }
    assert.notEqual(textsForCheck.outcomes.approved.heading, texts.outcomes.approved.heading)
    const { nothingCharged } = spokenRules[language]
    const { declined, cancelled, failed, unknown, review } = texts.outcomes
    const { approved: verified, declined: declinedCheck, failed: failedCheck } = textsForCheck.outcomes
    for (const { advice } of [declined, cancelled, failed, verified, declinedCheck, failedCheck]) {
      assert.match(advice, nothingCharged)
    }
    for (const { advice } of [unknown, review]) assert.doesNotMatch(advice, nothingCharged)
    assert.match(texts.words.verified, nothingCharged)
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
  const inEnglish = new Map(textsIn(english))
  for (const other of others) {
    for (const [path, text] of textsIn(other)) {
      if (!same.has(path)) assert.notEqual(text, inEnglish.get(path), path)
    }
  }
})

test('Polish counts as Polish does, and keeps a number with what it counts', async () => {
  const { digits, seconds, attemptsLeft } = await loadTexts('pl')
  assert.deepEqual([1, 2, 5, 12, 22].map(digits), [
    'Wpisano 1\u00a0cyfrę',
    'Wpisano 2\u00a0cyfry',
    'Wpisano 5\u00a0cyfr',
    'Wpisano 12\u00a0cyfr',
    'Wpisano 22\u00a0cyfry',
  ])
  assert.equal(seconds(4), '4\u00a0sekundy')
  assert.deepEqual([1, 2, 5].map(attemptsLeft), [
    'ostatnia próba',
    'pozostały 2\u00a0próby',
    'pozostało 5\u00a0prób',
  ])
})

test('no Polish line ends in a word of one letter', async () => {
  for (const [path, text] of textsIn(await loadTexts('pl'))) {
    assert.doesNotMatch(text, /(?<!\p{L})[aiouwz] /iu, path)
  }
})

test('in German a space that does not break stands before an ellipsis and the word for the clock', async () => {
  for (const [path, text] of textsIn(await loadTexts('de')))
    assert.doesNotMatch(text, /[^\u00a0]…| Uhr/, path)
})

/** Words that have a better one: see what the other texts say. */
const never = {
  en: /\b(?:typ(?:es|ed|ing)|to type|session|telephone|e-mail|go(?:es)? on|once more|taken|refused?)\b|(?<!agent )\bdesktop/i,
  de: /Sitzung|Mitarbeiter|Anrufer|Benutzer|Prüfziffer|gezahlt/,
  pl: /sesj|zabezpieczając|dzwoniąc|(?<!\p{L})(?:pan|pani|podać|podaj|pobierz|pobieranie)(?!\p{L})/iu,
} as const

for (const language of languages) {
  test(`each thing has one word: digits are entered, a session is a payment, and so on: ${language}`, async () => {
    for (const [path, text] of textsIn(await loadTexts(language))) {
      assert.doesNotMatch(text, never[language], path)
    }
  })
}
