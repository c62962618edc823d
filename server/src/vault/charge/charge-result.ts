import type { CardSummary, Charge, End, Failure, Outcome, SessionResult } from '@tonegate/protocol/outcome'
import type { Guid } from '../../base/guid.ts'
import { isBelievable } from '../model/believable-answer.ts'
import type { GatewayAnswer, Money } from '../model/gateway.ts'
import { type Purpose, takesMoney } from '../model/launch.ts'

const outcomes = {
  approved: { end: 'success', outcome: 'approved' },
  declined: { end: 'success', outcome: 'declined' },
  review: { end: 'success', outcome: 'review' },
  error: { end: 'payment-connector-error', outcome: 'failed' },
  none: { end: 'payment-connector-error', outcome: 'unknown' },
} as const satisfies Record<GatewayAnswer['status'] | 'none', { end: End; outcome: Outcome }>

/**
 * The result of a session by its gateway's answer. `success` is the end of a session whose gateway decided about
 * the card, be it to decline; without an answer the outcome is `unknown`.
 *
 * @param card what is known of it; nothing when that was lost.
 */
export function resultOf(
  guid: Guid,
  answer: GatewayAnswer | undefined,
  card: CardSummary | undefined,
): SessionResult {
  return {
    guid,
    ...outcomes[answer?.status ?? 'none'],
    ...(card && { card }),
    ...(answer && { charge: chargeOf(answer) }),
  }
}

/** The second result of a session that had ended as `unknown`: its end stays, its outcome is known. */
export function lateResultOf(
  answer: GatewayAnswer,
  { guid, end, card }: { readonly guid: Guid; readonly end: End; readonly card?: CardSummary | undefined },
): SessionResult {
  return { ...resultOf(guid, answer, card), end, correction: 'reconciled' }
}

/** The result of a session whose payment was given up: no money moved, and why is of no interest. */
export const givenUpResultOf = (guid: Guid, end: End): SessionResult => ({
  guid,
  end,
  outcome: end === 'cancelled' ? 'cancelled' : 'failed',
})

/** Whether a session says of itself, by its end, that nothing was charged. */
export const isUncharged = (end: End): boolean => end !== 'success' && end !== 'payment-connector-error'

/** Whether money has moved by an answer, or is held. */
export const movesMoney = (
  purpose: Purpose,
  answer: GatewayAnswer,
): answer is Extract<GatewayAnswer, { captured: boolean }> => takesMoney(purpose) && 'captured' in answer

/** The second result of a session whose payment was voided or refunded: its end stays. */
export function voidedResultOf(guid: Guid, answer: GatewayAnswer, end: End): SessionResult {
  return { guid, end, outcome: 'cancelled', charge: chargeOf(answer), correction: 'voided' }
}

/**
 * A further result of a session whose capture or refund failed after all. Of a payment that the gateway was to take by
 * itself nothing was taken: it failed. Otherwise the payment stands as it was approved: money is held, or was not
 * refunded. One of another sum than was ordered is approved by no failure either: nobody knows its outcome.
 */
export function failureResultOf(
  guid: Guid,
  answer: GatewayAnswer,
  {
    end,
    failure,
    taken,
    ordered,
  }: {
    readonly end: End
    readonly failure: Failure
    readonly taken: 'by-itself' | 'by-order'
    readonly ordered: Money
  },
): SessionResult {
  const isNothing = failure.what === 'capture-failed' && taken === 'by-itself'
  const result = { ...resultOf(guid, answer, undefined), end, correction: failure.what, failure }
  if (isNothing) return { ...result, outcome: 'failed' }
  return isBelievable(answer, ordered) ? result : { ...result, outcome: 'unknown' }
}

function chargeOf(answer: GatewayAnswer): Charge {
  const { gatewayReference, gatewayCode, details } = answer
  const authorisationCode = 'authorisationCode' in answer ? answer.authorisationCode : undefined
  const token = 'token' in answer ? answer.token : undefined
  return {
    ...(gatewayReference !== undefined && { gatewayReference }),
    ...(authorisationCode !== undefined && { authorisationCode }),
    ...(answer.status === 'declined' && { declineReason: answer.reason }),
    ...(gatewayCode !== undefined && { gatewayCode }),
    ...(details !== undefined && { details }),
    ...(token !== undefined && { token }),
    ...('captured' in answer && { captured: answer.captured }),
  }
}
