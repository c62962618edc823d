import type { EndState, SessionStatus } from './types.ts'

/** What became of the payment. `unknown` is not `declined`: the card may have been charged. */
export type PaymentOutcome = (typeof outcomes)[number]

const outcomes = ['approved', 'declined', 'review', 'cancelled', 'failed', 'unknown'] as const

/** What every result of Tonegate has, and none of the original service. Values that are not known are empty. */
interface NormalisedKeys {
  readonly paymentOutcome?: PaymentOutcome
  readonly cardBrand?: string
  readonly cardLast4?: string
  readonly authorisationCode?: string
  readonly gatewayReference?: string
  readonly declineReason?: string
  /** The gateway’s token of the card, if one was created. */
  readonly cardToken?: string
  readonly paymentFailure?: 'capture-failed' | 'refund-failed'
  /** Minor units. */
  readonly paymentFailureAmount?: string
  readonly paymentFailureCode?: string
  /** Minor units of the currency. */
  readonly Amount?: string
  readonly Currency?: string
}

/** `paymentResultData`: the normalised set, the keys of the result template, your own, and the `paymentData` that was sent. */
export interface PaymentResult extends NormalisedKeys {
  readonly [key: string]: string | undefined
}

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
