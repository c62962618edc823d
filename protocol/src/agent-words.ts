import { fieldAskedAt } from './steps.ts'
import type { ViewState } from './view-state.ts'

/**
 * The situations in which the agent is advised what to say. A configuration may have its own words for each;
 * `ask-…` asks for a field the first time, `again-…` after an entry that was not accepted.
 */
export const agentWordsKeys = [
  'ask-card-number',
  'ask-expiry-date',
  'ask-security-code',
  'ask-optional-security-code',
  'again-card-number',
  'again-expiry-date',
  'again-security-code',
  'other-card',
  'went-silent',
  'typing',
  'confirm',
  'confirm-by-keypad',
  'processing',
  'challenged',
  'send-link',
  'link-sent',
  'link-opened',
  'link-typing',
  'hung-up',
  'tones-heard',
  'line-lost',
  'audio-lost',
  'approved',
  'verified',
  'review',
  'declined',
  'cancelled',
  'failed',
  'unknown',
] as const

export type AgentWordsKey = (typeof agentWordsKeys)[number]

const askFor = {
  pan: 'ask-card-number',
  expiry: 'ask-expiry-date',
  securityCode: 'ask-security-code',
} as const
const askAgainFor = {
  pan: 'again-card-number',
  expiry: 'again-expiry-date',
  securityCode: 'again-security-code',
} as const

/** The situation that a session is in, for the agent. */
export function agentWordsKeyOf(
  state: ViewState,
  { confirmByKeypad }: { readonly confirmByKeypad: boolean },
): AgentWordsKey {
  if (state.result) {
    const { outcome } = state.result
    return outcome === 'approved' && state.order.amountMinor === 0 ? 'verified' : outcome
  }
  if (state.challenged) return 'challenged'
  if (state.state === 'processing') return 'processing'
  if (state.entry === 'link') return linkWords(state)
  if (state.caller === 'hung-up') return 'hung-up'
  if (state.keypad === 'closed') return 'tones-heard'
  if (state.warnings.includes('line-lost')) return 'line-lost'
  if (state.warnings.includes('audio-lost')) return 'audio-lost'
  if (state.state === 'confirming') return confirmByKeypad ? 'confirm-by-keypad' : 'confirm'
  return keypadWords(state)
}

function linkWords({ link }: ViewState): AgentWordsKey {
  if (link.typing) return 'link-typing'
  if (link.opened) return 'link-opened'
  return link.sent?.state === 'sent' ? 'link-sent' : 'send-link'
}

function keypadWords({ step, fields }: ViewState): AgentWordsKey {
  const field = fieldAskedAt(step)
  if (!field) return 'typing'
  const { state, error, optional } = fields[field]
  if (state === 'entering') return 'typing'
  if (error === undefined) return optional ? 'ask-optional-security-code' : askFor[field]
  if (error === 'timeout') return 'went-silent'
  return error === 'invalid-card-type' ? 'other-card' : askAgainFor[field]
}
