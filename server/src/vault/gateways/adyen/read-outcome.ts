import type { AskedBefore, GatewayAnswer } from '../../model/gateway.ts'
import { takesMoney } from '../../model/launch.ts'
import { integerIn, jsonIn, textIn } from '../json-answer.ts'
import { fromAdyenAmount } from './adyen-units.ts'
import type { HeldPart } from './read-payment.ts'

/** What of a notification tells an outcome; all of it is signed. */
export interface ToldOutcome {
  readonly event: 'AUTHORISATION' | 'OFFER_CLOSED' | 'TECHNICAL_CANCEL'
  readonly success: boolean
  readonly pspReference: string
  readonly value: number
  readonly currency: string
}

/**
 * The outcome that a notification tells; `undefined` where it tells none that can be believed: a payment that was
 * authorised over another sum than the one that was ordered is either a part of it, or nothing that could be read.
 */
export function readOutcome(
  tells: string | undefined,
  { purpose, order }: Pick<AskedBefore, 'purpose' | 'order'>,
): GatewayAnswer | HeldPart | undefined {
  const told = tells === undefined ? undefined : jsonIn(Buffer.from(tells))
  const event = textIn(told, 'event')
  const gatewayReference = textIn(told, 'pspReference')
  const value = integerIn(told, 'value')
  const currency = textIn(told, 'currency')
  if (event === undefined || gatewayReference === undefined || value === undefined || currency === undefined)
    return undefined
  const declined = { status: 'declined' as const, gatewayReference, gatewayCode: event }
  if (event === 'OFFER_CLOSED') return { ...declined, reason: 'authentication-failed' }
  if (event === 'TECHNICAL_CANCEL') return { status: 'error', gatewayCode: event }
  if (event !== 'AUTHORISATION') return undefined
  if (told?.success !== true) return { ...declined, reason: 'do-not-honour' }
  const details = { pspReference: gatewayReference }
  // The token of a card that is kept comes with the answer, and with no other word.
  if (purpose === 'tokenise') return { status: 'error', gatewayReference, gatewayCode: 'no-token', details }
  const approved = {
    status: 'approved' as const,
    gatewayReference,
    gatewayCode: event,
    details,
    authorisationCode: gatewayReference,
  }
  if (!takesMoney(purpose) || order.amountMinor === 0) return { ...approved, captured: false }
  const amount = fromAdyenAmount({ value, currency })
  if (amount.currency !== order.currency || amount.amountMinor > order.amountMinor) return undefined
  if (amount.amountMinor < order.amountMinor) {
    return {
      status: 'part',
      gatewayReference,
      declined: { ...declined, reason: 'insufficient-funds', details },
    }
  }
  return { ...approved, amount, captured: purpose === 'charge' }
}
