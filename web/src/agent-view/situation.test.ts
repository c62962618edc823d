import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LinkTarget } from '@tonegate/protocol/view-page-data'
import type { ViewState } from '@tonegate/protocol/view-state'
import { labelOfWords, whereItStands, wordsToSay } from './situation.ts'
import { viewState } from './test-view.ts'
import { de } from './texts/de.ts'
import { en } from './texts/en.ts'
import { pl } from './texts/pl.ts'
import { textsFor } from './texts/texts-for.ts'

const sms: LinkTarget = { channel: 'sms', to: null }
const keypad = { amount: '£12.40', confirmByKeypad: true, channels: [sms], agentWords: {} } as const
const texts = { en, de, pl }
const stands = (state: ViewState, settings: Partial<typeof keypad> = {}) =>
  whereItStands(state, { ...keypad, ...settings }, textsFor(state.order, en))
const says = (
  state: ViewState,
  {
    language = 'en',
    ...settings
  }: Partial<Parameters<typeof wordsToSay>[1]> & { readonly language?: keyof typeof texts } = {},
) => wordsToSay(state, { ...keypad, ...settings }, textsFor(state.order, texts[language]))

test('where it stands is about the field that is expected, not about the first', () => {
  const { fields } = viewState()
  const state = viewState({
    step: 'expiration-date',
    fields: {
      ...fields,
      pan: { state: 'complete', digits: 16, attemptsLeft: 3 },
      expiry: { state: 'refused', digits: 0, attemptsLeft: 2, error: 'invalid-date' },
    },
  })
  assert.equal(stands(state), en.standing.refused['invalid-date'])
  const typing = {
    ...state,
    fields: { ...state.fields, expiry: { state: 'entering', digits: 1, attemptsLeft: 2 } },
  } as const
  assert.equal(stands(typing), en.standing.typing.expiry)
})

test('a complete card is confirmed by whoever may', () => {
  const state = viewState({ state: 'confirming', step: null, last4: '1111' })
  assert.equal(stands(state), en.standing.completeByKeypad)
  assert.match(en.standing.completeByKeypad, /press 1/)
  assert.equal(whereItStands(state, { ...keypad, confirmByKeypad: false }, en), en.standing.complete)
  assert.doesNotMatch(en.standing.complete, /press 1/)
  assert.equal(
    says(state),
    'That’s £12.40 to Harbour Street Books on your card ending in 1111. Please press 1 to pay, or 2 to start again.',
  )
  assert.equal(
    says(state, { confirmByKeypad: false }),
    'May I charge £12.40 for Harbour Street Books to your card ending in 1111?',
  )
})

test('words never speak of last digits that are not shown, nor of money that is not taken', () => {
  const state = viewState({ state: 'confirming', step: null })
  assert.doesNotMatch(says(state), /ending|last4/)
  const check = viewState({ state: 'confirming', step: null, order: { amountMinor: 0, currency: 'GBP' } })
  assert.match(says(check), /nothing will be charged/)
})

test('nothing is said of taking a payment where a card is only verified', () => {
  const order = { amountMinor: 0, currency: 'GBP' }
  const check = viewState({ state: 'confirming', step: null, order })
  for (const language of [en, de, pl]) {
    const { standing, words } = language.forCardCheck
    const shown = textsFor(order, language)
    for (const confirmByKeypad of [true, false]) {
      const text = whereItStands(check, { ...keypad, confirmByKeypad }, shown)
      assert.equal(text, standing[confirmByKeypad ? 'completeByKeypad' : 'complete'])
    }
    const failed = viewState({ state: 'ended', order, result: { end: 'timeout', outcome: 'failed' } })
    assert.equal(wordsToSay(failed, keypad, shown), words.failed)
    assert.notEqual(words.failed, language.words.failed)
  }
})

test('to a caller who has hung up, words are said when the agent calls back, and none while all is under way', () => {
  const label = (change: Partial<ViewState>) => labelOfWords(viewState(change), en)
  assert.equal(label({}), en.say)
  assert.equal(label({ caller: 'no-call', entry: 'link' }), en.say)
  assert.equal(label({ caller: 'hung-up' }), en.sayOnCallback)
  const cancelled = { end: 'cancelled', outcome: 'cancelled' } as const
  assert.equal(label({ caller: 'hung-up', state: 'ended', result: cancelled }), en.sayOnCallback)
  assert.equal(label({ caller: 'hung-up', state: 'processing' }), undefined)
  const typing = { opened: true, typing: 'pan', sent: null } as const
  assert.equal(label({ caller: 'hung-up', entry: 'link', link: typing }), undefined)
})

test('a caller who has hung up neither types nor presses 1', () => {
  const { fields } = viewState()
  const half = { state: 'entering', digits: 4, attemptsLeft: 3 } as const
  const typing = viewState({ caller: 'hung-up', fields: { ...fields, pan: half } })
  assert.equal(stands(typing), en.standing.stopped.pan)
  const complete = viewState({ caller: 'hung-up', state: 'confirming', step: null })
  assert.equal(stands(complete), en.standing.complete)
})

test('the configuration’s own words win, with their places filled in', () => {
  const agentWords = { 'ask-card-number': 'Now pay {amount} to {merchant} ({last4}, {other}).' }
  assert.equal(says(viewState(), { agentWords }), 'Now pay £12.40 to Harbour Street Books (••••, {other}).')
})

test('amounts are said as the server has written them for the page', () => {
  const state = viewState({
    state: 'ended',
    order: { amountMinor: 499000, currency: 'HUF' },
    result: { end: 'success', outcome: 'approved' },
  })
  const said = (language: 'de' | 'pl', amount: string) => says(state, { language, amount })
  assert.match(said('de', '4.990,00 HUF'), /^Die Zahlung über 4\.990,00 HUF war/)
  assert.match(said('pl', '4990,00 HUF'), /^Płatność na kwotę 4990,00 HUF /)
})

test('a link is followed from its sending to the card that is typed', () => {
  const { fields } = viewState()
  const behind = (link: Partial<ViewState['link']>, change: Partial<ViewState> = {}) =>
    stands(
      viewState({ entry: 'link', link: { opened: false, typing: null, sent: null, ...link }, ...change }),
    )
  const sent = (state: 'sending' | 'sent' | 'failed') => ({ channel: 'sms', to: '••• 000', state }) as const
  assert.equal(behind({}), en.standing.linkUnsent)
  assert.equal(behind({ sent: sent('sending') }), 'The link is being sent to •••\u00a0000.')
  assert.equal(behind({ sent: sent('sent') }), 'The link was sent to •••\u00a0000.')
  assert.equal(behind({ sent: sent('failed') }), 'The link could not be sent to •••\u00a0000.')
  assert.equal(behind({ sent: sent('sent'), opened: true }), en.standing.linkOpened)
  assert.equal(behind({ opened: true, typing: 'pan' }), en.standing.linkTyping.pan)
  const refused = { state: 'refused', digits: 0, attemptsLeft: 2, error: 'invalid-card-number' } as const
  assert.equal(behind({ opened: true }, { fields: { ...fields, pan: refused } }), en.standing.linkRefused)
  assert.equal(behind({ opened: true }, { state: 'processing' }), en.standing.processing)
  assert.equal(behind({ opened: true }, { state: 'processing', challenged: true }), en.standing.challenged)
})

test('a server that sends no links does not say that one was not sent', () => {
  const state = viewState({ entry: 'link' })
  assert.doesNotMatch(whereItStands(state, { ...keypad, channels: [] }, en), /sent/)
})
