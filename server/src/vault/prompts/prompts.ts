import { fillIn } from '@tonegate/protocol/fill-in'
import { fieldAskedAt } from '@tonegate/protocol/steps'
import type { ViewState } from '@tonegate/protocol/view-state'
import { formatAmount } from '../../base/money/format-amount.ts'
import type { Flow } from '../model/launch.ts'
import { type PromptKey, promptKeys } from '../model/prompt-keys.ts'
import { promptTexts, verificationTexts } from './prompt-texts.ts'

const wrong = {
  'invalid-card-number': 'wrong-card-number',
  'invalid-card-type': 'wrong-card-type',
  'invalid-date': 'wrong-date',
  'invalid-security-code': 'wrong-security-code',
  timeout: 'went-silent',
} as const

/** The words of prompts, said one after the other. */
export function promptText(
  keys: readonly PromptKey[],
  state: ViewState,
  { language, texts }: Pick<Flow, 'language' | 'texts'>,
): string {
  const values: Readonly<Record<string, string>> = {
    amount: formatAmount(state.order, language),
    merchant: state.merchantName,
    last4: [...(state.last4 ?? '')].join(' '),
  }
  const usual: Readonly<Record<PromptKey, string>> = {
    ...promptTexts[language],
    ...(state.order.amountMinor === 0 && verificationTexts[language]),
    ...texts.prompts?.[language],
  }
  return keys.map((key) => fillIn(usual[key], values)).join(' ')
}

const verificationKeys: readonly string[] = Object.keys(verificationTexts.en)

/** All names that prompts have for platforms with audio of their own. */
export const promptNames: readonly string[] = [...promptKeys, ...verificationKeys.map(ofVerification)]

/**
 * The names of prompts, with a space between them. Where a card is only verified, those that would speak of a payment have
 * names of their own: audio cannot be chosen by the order.
 */
export function promptName(keys: readonly PromptKey[], { order }: ViewState): string {
  const isVerified = order.amountMinor === 0
  return keys
    .map((key) => (isVerified && verificationKeys.includes(key) ? ofVerification(key) : key))
    .join(' ')
}

function ofVerification(key: string): string {
  return `${key}-verification`
}

/** What the caller hears when a session comes to a state, one after the other; nothing while digits are typed. */
export function promptsOf(
  state: ViewState,
  { confirmByKeypad }: Pick<Flow, 'confirmByKeypad'>,
): readonly PromptKey[] {
  if (state.result) return [endOf(state, state.result)]
  if (state.entry === 'link') return ['use-link']
  if (state.state === 'processing') return ['processing']
  if (state.keypad === 'closed' || state.warnings.includes('line-lost')) return ['wait-for-agent']
  if (state.state === 'confirming') return [confirmation(state, confirmByKeypad)]
  return asking(state)
}

function endOf({ order }: ViewState, { outcome }: NonNullable<ViewState['result']>): PromptKey {
  return outcome === 'approved' && order.amountMinor === 0 ? 'verified' : outcome
}

function confirmation({ last4, order }: ViewState, confirmByKeypad: boolean): PromptKey {
  if (!confirmByKeypad) return 'wait-for-agent'
  if (order.amountMinor === 0) return 'confirm-verification'
  return last4 === null ? 'confirm-without-last4' : 'confirm'
}

function asking({ step, fields, brand }: ViewState): readonly PromptKey[] {
  const asked = fieldAskedAt(step)
  if (!asked || fields[asked].state === 'entering') return []
  const { error, attemptsLeft, optional } = fields[asked]
  const field = {
    pan: 'card-number',
    expiry: 'expiry-date',
    securityCode: brand === 'american-express' ? 'security-code-of-four' : 'security-code',
  } as const
  const prompts: readonly PromptKey[] = [field[asked], ...(optional ? (['no-security-code'] as const) : [])]
  if (!error) return prompts
  return [wrong[error], ...(attemptsLeft === 1 ? (['last-attempt'] as const) : []), ...prompts]
}
