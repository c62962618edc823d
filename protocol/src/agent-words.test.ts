import assert from 'node:assert/strict'
import { test } from 'node:test'
import { firstState, paidState } from '../../server/src/vault/test-sessions.ts'
import { type AgentWordsKey, agentWordsKeyOf } from './agent-words.ts'
import type { FieldView, ViewState } from './view-state.ts'

const keypad = { confirmByKeypad: true }
const refused = (error: FieldView['error']): FieldView => ({
  state: 'refused',
  digits: 0,
  attemptsLeft: 2,
  ...(error && { error }),
})
const withPan = (pan: FieldView): Partial<ViewState> => ({ fields: { ...firstState.fields, pan } })
const sent = { channel: 'sms', to: '••• 000', state: 'sent' } as const
const link = { opened: false, typing: null, sent: null } as const

const situations: readonly (readonly [AgentWordsKey, Partial<ViewState>])[] = [
  ['ask-card-number', {}],
  ['typing', withPan({ state: 'entering', digits: 3, attemptsLeft: 3 })],
  ['again-card-number', withPan(refused('invalid-card-number'))],
  ['other-card', withPan(refused('invalid-card-type'))],
  ['went-silent', withPan(refused('timeout'))],
  ['ask-security-code', { step: 'security-code' }],
  [
    'ask-optional-security-code',
    {
      step: 'security-code',
      fields: { ...firstState.fields, securityCode: { ...firstState.fields.securityCode, optional: true } },
    },
  ],
  ['confirm-by-keypad', { state: 'confirming', step: null }],
  ['processing', { state: 'processing', step: 'payment-processing' }],
  ['challenged', { state: 'processing', challenged: true, entry: 'link' }],
  ['hung-up', { caller: 'hung-up' }],
  ['tones-heard', { keypad: 'closed', warnings: ['in-band-tones', 'line-lost'] }],
  ['line-lost', { warnings: ['line-lost', 'audio-lost'] }],
  ['audio-lost', { warnings: ['audio-lost'] }],
  ['send-link', { entry: 'link', link }],
  ['link-sent', { entry: 'link', link: { ...link, sent } }],
  ['link-opened', { entry: 'link', link: { ...link, sent, opened: true } }],
  ['link-typing', { entry: 'link', link: { ...link, opened: true, typing: 'expiry' } }],
  ['approved', paidState],
  ['verified', { ...paidState, order: { amountMinor: 0, currency: 'EUR' } }],
  ['declined', { ...paidState, result: { end: 'success', outcome: 'declined' } }],
]

for (const [key, change] of situations) {
  test(`the agent is told what to say: ${key}`, () => {
    assert.equal(agentWordsKeyOf({ ...firstState, ...change }, keypad), key)
  })
}

test('without confirmation by keypad the agent takes the payment', () => {
  const confirming = { ...firstState, state: 'confirming', step: null } as const
  assert.equal(agentWordsKeyOf(confirming, { confirmByKeypad: false }), 'confirm')
})
