import assert from 'node:assert/strict'
import { test } from 'node:test'
import { languages } from '@tonegate/protocol/languages'
import type { FieldView, ViewState } from '@tonegate/protocol/view-state'
import { defaultFlow } from '../model/launch.ts'
import { type PromptKey, promptKeys } from '../model/prompt-keys.ts'
import { firstState, paidState } from '../test-sessions.ts'
import { promptTexts } from './prompt-texts.ts'
import { promptsOf, promptText } from './prompts.ts'
import { spokenRules } from './test-spoken-words.ts'

const flow = { confirmByKeypad: true }
const pan = (change: Partial<FieldView>): Partial<ViewState> => ({
  fields: { ...firstState.fields, pan: { ...firstState.fields.pan, ...change } },
})

const situations: readonly (readonly [string, Partial<ViewState>, readonly PromptKey[]])[] = [
  ['a field is asked', {}, ['card-number']],
  ['digits are typed', pan({ state: 'entering', digits: 2 }), []],
  [
    'an entry was wrong',
    pan({ state: 'refused', error: 'invalid-card-number', attemptsLeft: 2 }),
    ['wrong-card-number', 'card-number'],
  ],
  [
    'one attempt is left',
    pan({ state: 'refused', error: 'timeout', attemptsLeft: 1 }),
    ['went-silent', 'last-attempt', 'card-number'],
  ],
  [
    'an American Express is asked for its code',
    { step: 'security-code', brand: 'american-express' },
    ['security-code-of-four'],
  ],
  ['the card is complete', { state: 'confirming', step: null, last4: '1111' }, ['confirm']],
  ['the last four are hidden', { state: 'confirming', step: null }, ['confirm-without-last4']],
  [
    'the card is only verified',
    { state: 'confirming', step: null, order: { amountMinor: 0, currency: 'EUR' } },
    ['confirm-verification'],
  ],
  ['the caller has a link', { entry: 'link' }, ['use-link']],
  ['the gateway is asked', { state: 'processing', step: 'payment-processing' }, ['processing']],
  ['it is paid', paidState, ['approved']],
]

for (const [what, change, expected] of situations) {
  test(`what the caller hears when ${what}`, () => {
    assert.deepEqual(promptsOf({ ...firstState, ...change }, flow), expected)
  })
}

test('without confirmation by keypad the caller is asked to wait', () => {
  assert.deepEqual(
    promptsOf({ ...firstState, state: 'confirming', step: null }, { confirmByKeypad: false }),
    ['wait-for-agent'],
  )
})

test('a caller hears the amount that is charged, also where shops write no decimals', () => {
  const state = { ...firstState, order: { amountMinor: 499000, currency: 'HUF' }, last4: '1111' }
  for (const [language, amount] of [
    ['en', 'HUF 4,990.00'],
    ['de', '4.990,00 HUF'],
    ['pl', '4990,00 HUF'],
  ] as const) {
    for (const key of ['confirm', 'confirm-without-last4', 'approved'] as const) {
      const text = promptText([key], state, { ...defaultFlow, language })
      assert.ok(text.replaceAll('\u00a0', ' ').includes(` ${amount}`), text)
    }
  }
})

test('amount, merchant and last four are said in the caller’s language', () => {
  const state = { ...firstState, last4: '1111' }
  const spoken = (language: 'en' | 'de') => promptText(['confirm'], state, { ...defaultFlow, language })
  assert.equal(
    spoken('en'),
    'You are about to pay €12.40 to Harbour & Sons with the card ending in 1 1 1 1. Press 1 to pay, or 2 to start again.',
  )
  assert.match(
    spoken('de').replaceAll('\u00a0', ' '),
    /Sie zahlen 12,40 € an Harbour & Sons .* mit den Endziffern 1 1 1 1\./,
  )
})

test('where a card is only verified, no payment is spoken of, but in a configuration’s own words', () => {
  const order = { amountMinor: 0, currency: 'EUR' }
  const ofPayment = { en: /\bpa(?:y|id)/i, de: /zahl/i, pl: /płat|płac/i } as const
  const ends = ['processing', 'verified', 'review', 'declined', 'cancelled', 'failed', 'unknown'] as const
  for (const language of languages) {
    const hears = (key: PromptKey) =>
      promptText([key], { ...firstState, order }, { ...defaultFlow, language })
    for (const key of ends) assert.doesNotMatch(hears(key), ofPayment[language], key)
    for (const key of ['cancelled', 'failed'] as const) {
      assert.match(hears(key), spokenRules[language].nothingCharged)
    }
    assert.equal(new Set(ends.map(hears)).size, ends.length)
  }
  const texts = { prompts: { en: { failed: 'Sorry, {merchant} cannot.' } } }
  assert.match(
    promptText(['failed'], { ...firstState, order }, { language: 'en', texts }),
    /^Sorry, .* cannot\.$/,
  )
})

test('a configuration’s own words take the place of the usual ones, in their language alone', () => {
  const texts = { prompts: { de: { approved: 'Danke für {amount}, {name}!' } } }
  assert.equal(
    promptText(['approved'], firstState, { language: 'de', texts }).replaceAll('\u00a0', ' '),
    'Danke für 12,40 €, {name}!',
  )
  assert.match(promptText(['approved'], firstState, { language: 'en', texts }), /^Your payment of €12.40/)
})

test('every prompt has its text in every language, with the same places to fill in', () => {
  const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort()
  for (const language of languages) {
    for (const key of promptKeys) {
      assert.deepEqual(places(promptTexts[language][key]), places(promptTexts.en[key]), `${language} ${key}`)
    }
  }
})
