import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatAmount } from '../../../server/src/vault/format-amount.ts'
import { sentence } from './sentence.ts'
import { viewState } from './test-view.ts'

const keypad = { entry: 'keypad', confirmByKeypad: true } as const

test('the sentence is about the field that is expected, not about the first', () => {
  const { fields } = viewState()
  const state = viewState({
    step: 'expiration-date',
    fields: {
      ...fields,
      pan: { state: 'complete', digits: 16, attemptsLeft: 3 },
      expiry: { state: 'refused', digits: 0, attemptsLeft: 2, error: 'invalid-date' },
    },
  })
  assert.match(sentence(state, keypad), /^That date is not valid/)
  const typing = {
    ...state,
    fields: { ...state.fields, expiry: { state: 'entering', digits: 1, attemptsLeft: 2 } },
  } as const
  assert.equal(sentence(typing, keypad), 'The caller is typing the expiry date.')
})

test('a complete card is confirmed by whoever may', () => {
  const state = viewState({ state: 'confirming', step: null })
  assert.match(sentence(state, keypad), /the caller presses 1/)
  assert.doesNotMatch(sentence(state, { ...keypad, confirmByKeypad: false }), /presses/)
})

test('behind a link nobody is asked for keys', () => {
  assert.equal(
    sentence(viewState(), { entry: 'link', confirmByKeypad: false }),
    'The customer is filling in the payment page.',
  )
})

test('amounts are written as their currency is', () => {
  const spaced = (amountMinor: number, currency: string) =>
    formatAmount({ amountMinor, currency }, 'en').replaceAll('\u00a0', ' ')
  assert.equal(spaced(1240, 'GBP'), '£12.40')
  assert.equal(spaced(1240, 'JPY'), '¥1,240')
  assert.equal(spaced(1240, 'KWD'), 'KWD 1.240')
})
