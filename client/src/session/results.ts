import { outcomes, type PaymentOutcome, type PaymentResult } from './payment-result.ts'
import type { EndState, SessionStatus } from './types.ts'

/** The keys that a result has by its template, always. */
const templateKeys = {
  cybersource: ['decision', 'reasonCode', 'requestID', 'requestToken', 'transactionType'],
  orbital: [
    'ApprovalStatus',
    'RespCode',
    'AutoDecisionResponse',
    'FraudStatusCode',
    'TxRefNum',
    'CardBrandOut',
  ],
  stripe: ['id', 'status', 'code', 'decline_code', 'payment_method'],
  adyen: ['resultCode', 'refusalReason', 'refusalReasonCode', 'pspReference', 'authCode', 'cardSummary'],
} as const

type TemplateKeys = typeof templateKeys
type TemplateName = keyof TemplateKeys

/** A result whose template is known: `template` says which keys it has. `connector`: none of the others. */
export type TemplatedResult =
  | {
      readonly [Name in TemplateName]: { readonly template: Name; readonly data: ResultOf<Name> }
    }[TemplateName]
  | { readonly template: 'connector'; readonly data: PaymentResult }

/** A result with the keys of one template. */
export type ResultOf<Name extends TemplateName> = PaymentResult &
  Readonly<Record<TemplateKeys[Name][number], string>>

const templateNames = Object.keys(templateKeys) as readonly TemplateName[]

/**
 * Tells by its keys which template a result has.
 *
 * @example
 * ```ts
 * const result = resultByTemplate(session.paymentResultData ?? {})
 * if (result.template === 'cybersource') console.log(result.data.decision, result.data.reasonCode)
 * ```
 */
export function resultByTemplate(data: PaymentResult): TemplatedResult {
  const template = templateNames.find((name) => isResultOf(name, data))
  return { template: template ?? 'connector', data } as TemplatedResult
}

/** Whether a result has the keys of a template. */
export function isResultOf<Name extends TemplateName>(
  name: Name,
  data: PaymentResult,
): data is ResultOf<Name> {
  return templateKeys[name].every((key) => typeof data[key] === 'string')
}

const outcomeOfDecision: Readonly<Record<string, PaymentOutcome>> = {
  ACCEPT: 'approved',
  REJECT: 'declined',
  REVIEW: 'review',
  ERROR: 'failed',
  CANCEL: 'cancelled',
}
const outcomeOfApproval: Readonly<Record<string, PaymentOutcome>> = {
  1: 'approved',
  0: 'declined',
  2: 'failed',
}

/**
 * What became of the payment of a session. Of a result of the original service, it is read from the gateway’s own keys.
 *
 * @returns `undefined` while the session is open, and when the result has been removed.
 */
export function outcomeOf({
  sessionState,
  paymentResultData: data,
}: SessionStatus): PaymentOutcome | undefined {
  if (!isEnded(sessionState)) return undefined
  if (data === undefined) return expired.includes(sessionState) ? 'failed' : undefined
  return (
    outcomes.find((outcome) => outcome === data.paymentOutcome) ??
    outcomeOfDecision[data.decision ?? ''] ??
    outcomeOfApproval[data.ApprovalStatus ?? ''] ??
    outcomeOfState(sessionState)
  )
}

const endStates = [
  'Finished',
  'Error',
  'TimeOut',
  'ExpiredOnProviderSide',
  'Cancelled',
] as const satisfies EndState[]

export function isEnded(state: string): state is EndState {
  return endStates.some((each) => each === state)
}

/** Then nothing was charged. */
const expired: readonly EndState[] = ['TimeOut', 'ExpiredOnProviderSide']

function outcomeOfState(state: EndState): PaymentOutcome {
  if (state === 'Cancelled') return 'cancelled'
  return expired.includes(state) ? 'failed' : 'unknown'
}
