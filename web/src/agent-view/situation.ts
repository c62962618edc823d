import { type AgentWordsKey, agentWordsKeyOf } from '@tonegate/protocol/agent-words'
import { fillIn } from '@tonegate/protocol/fill-in'
import { fieldAskedAt } from '@tonegate/protocol/steps'
import type { ViewPageData } from '@tonegate/protocol/view-page-data'
import type { ViewState } from '@tonegate/protocol/view-state'
import type { Texts } from './texts/texts.ts'

type Settings = Pick<ViewPageData, 'amount' | 'confirmByKeypad' | 'channels' | 'agentWords'>

/** Where an open session stands, in one sentence: what was asked, and what has been done about it. */
export function whereItStands(
  state: ViewState,
  { confirmByKeypad, channels }: Pick<Settings, 'confirmByKeypad' | 'channels'>,
  { standing }: Texts,
): string {
  if (state.challenged) return standing.challenged
  if (state.state === 'processing') return standing.processing
  if (state.entry === 'link') return linkStanding(state, channels.length > 0, standing)
  if (state.keypad === 'closed') return standing.keypadClosed
  const isLost = state.warnings.includes('line-lost')
  if (state.state === 'confirming') {
    const canPress = confirmByKeypad && state.caller === 'on-call' && !isLost
    return canPress ? standing.completeByKeypad : standing.complete
  }
  if (isLost) return standing.lineLost
  const field = fieldAskedAt(state.step)
  if (!field) return standing.between
  const { state: fieldState, error } = state.fields[field]
  if (fieldState === 'entering') return standing[state.caller === 'hung-up' ? 'stopped' : 'typing'][field]
  if (error === undefined) return standing.asked[field]
  return error === 'timeout' ? standing.stopped[field] : standing.refused[error]
}

function linkStanding({ link, fields }: ViewState, canSend: boolean, standing: Texts['standing']): string {
  const { typing, opened, sent } = link
  if (typing) return standing.linkTyping[typing]
  if (Object.values(fields).some(({ state }) => state === 'refused') && opened) return standing.linkRefused
  if (opened) return standing.linkOpened
  if (!sent) return canSend ? standing.linkUnsent : standing.linkElsewhere
  const to = sent.to.replaceAll(' ', '\u00a0')
  switch (sent.state) {
    case 'sending':
      return standing.linkSending(to)
    case 'sent':
      return standing.linkSent(to)
    case 'failed':
      return standing.linkFailed(to)
  }
}

/**
 * What stands before the words to say. A caller who has hung up hears them when the agent calls back; what is said
 * while something is under way is then said to nobody, and is left out.
 */
export function labelOfWords({ caller, state, link }: ViewState, texts: Texts): string | undefined {
  if (caller !== 'hung-up') return texts.say
  return state === 'processing' || link.typing ? undefined : texts.sayOnCallback
}

/** What the agent is advised to say: the configuration's own words, or the usual ones. */
export function wordsToSay(
  state: ViewState,
  { amount, confirmByKeypad, agentWords }: Omit<Settings, 'channels'>,
  texts: Texts,
): string {
  const key = agentWordsKeyOf(state, { confirmByKeypad })
  return fillIn(agentWords[key] ?? defaultWords(key, state, texts), {
    amount,
    merchant: state.merchantName,
    last4: state.last4 ?? '••••',
  })
}

function defaultWords(key: AgentWordsKey, { last4 }: ViewState, { words, wordsWithoutLast4 }: Texts): string {
  const asksToConfirm = key === 'confirm' || key === 'confirm-by-keypad'
  return asksToConfirm && last4 === null ? wordsWithoutLast4[key] : words[key]
}
