import { test } from 'node:test'
import { languages } from '@tonegate/protocol/languages'
import { promptTexts, verificationTexts } from './prompt-texts.ts'
import { assertAsksForKeys, assertInvitesNoDigits, assertTellsOutcomesApart } from './test-spoken-words.ts'

const asking = ['card-number', 'expiry-date', 'security-code', 'security-code-of-four'] as const

for (const language of languages) {
  const texts = promptTexts[language]

  test(`what the line asks for is entered on keys: ${language}`, () => {
    for (const key of asking) assertAsksForKeys(language, texts[key])
  })

  test(`nothing that the line says makes a caller say digits: ${language}`, () => {
    const said = [...Object.values(texts), ...Object.values(verificationTexts[language])]
    for (const text of said) assertInvitesNoDigits(language, text)
  })

  test(`the line tells outcomes apart, and what became of the money: ${language}`, () => {
    assertTellsOutcomesApart(language, texts)
  })
}
