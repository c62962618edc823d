import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type Language, languages } from '@tonegate/protocol/languages'
import { defaultFlow } from '../model/launch.ts'
import { promptKeys } from '../model/prompt-keys.ts'
import { firstState } from '../test-sessions.ts'
import { promptTexts, verificationTexts } from './prompt-texts.ts'
import { promptName, promptNames, promptText } from './prompts.ts'
import { assertInvitesNoDigits, spokenRules } from './test-spoken-words.ts'

const file = new URL('../../../../deploy/telephony/prompts.json', import.meta.url)
const recorded: Readonly<Record<string, Readonly<Record<string, string>>>> = JSON.parse(
  readFileSync(file, 'utf8'),
)
const hasPlaces = (text: string) => /\{\w+\}/.test(text)
const verification = { ...firstState, order: { amountMinor: 0, currency: 'EUR' } }

test('deploy/telephony/prompts.json has the languages of the prompts', () => {
  assert.deepEqual(Object.keys(recorded), [...languages])
})

for (const language of languages) {
  test(`every prompt can be recorded: ${language}`, () => {
    assert.deepEqual(Object.keys(recorded[language] ?? {}), promptNames)
    for (const [key, text] of Object.entries(recorded[language] ?? {})) {
      assert.ok(!hasPlaces(text), `a recording is the same for every payment: ${key}`)
      assertInvitesNoDigits(language, text)
    }
  })

  test(`a prompt that names nothing of its payment is recorded as it is said: ${language}`, () => {
    assert.deepEqual(
      Object.entries(usualTexts(language)).filter(([key, text]) => recorded[language]?.[key] !== text),
      [],
    )
  })

  test(`what is recorded for a card verification speaks of no payment: ${language}`, () => {
    const ofPayment = { en: /\bpa(?:y|id)/i, de: /zahl/i, pl: /płat|płac/i } as const
    const names = [...promptNames.filter((name) => name.endsWith('-verification')), 'verified']
    assert.equal(names.length, 7)
    for (const name of names) assert.doesNotMatch(recorded[language]?.[name] ?? '', ofPayment[language], name)
    for (const name of ['cancelled-verification', 'failed-verification', 'verified']) {
      assert.match(recorded[language]?.[name] ?? '', spokenRules[language].nothingCharged)
    }
  })
}

/** Those that are the same for every payment, by the names that they have for platforms with audio of their own. */
function usualTexts(language: Language) {
  const keys = promptKeys.filter((key) => !hasPlaces(promptTexts[language][key]))
  const texts = [firstState, verification].flatMap((state) =>
    keys.map(
      (key) => [promptName([key], state), promptText([key], state, { ...defaultFlow, language })] as const,
    ),
  )
  return Object.fromEntries(texts)
}

test('a prompt of a card verification has a name of its own where it says something else', () => {
  for (const key of promptKeys) {
    const names = [firstState, verification].map((state) => promptName([key], state))
    const isOther = key in verificationTexts.en
    assert.deepEqual(names, [key, isOther ? `${key}-verification` : key])
  }
  assert.equal(promptName(['last-attempt', 'failed'], verification), 'last-attempt failed-verification')
})
