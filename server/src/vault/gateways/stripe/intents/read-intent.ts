import type { GatewayAnswer, GatewayChallenge } from '../../../model/gateway.ts'
import { UnclearAnswer } from '../../ask-gateway.ts'
import { detailsOf, type Json, objectIn, objectOf, textIn } from '../../json-answer.ts'
import { redirectChallenge } from '../../redirect-challenge.ts'
import { cardOf, detailsOfCharge, isPart, isRefunded, refuseOtherCharge, unitsMoved } from '../read-charge.ts'
import { codeOf, verdictOfError } from '../read-error.ts'
import { fromStripeUnits } from '../stripe-units.ts'
import { refuseOther } from './intent-of.ts'

/**
 * Where an intent stands. `to-confirm`: it waits for us, the customer has been to the bank, or has never been asked.
 * `to-give-up`: it can come to no good end: the bank wants to ask in a way that cannot be shown, or the attempt failed for
 * a reason that says nothing. `part`: the bank approved of a part of the sum, which is held or taken.
 */
export type IntentState =
  | GatewayAnswer
  | GatewayChallenge
  | { readonly status: 'to-confirm' | 'to-give-up' | 'part' }

/**
 * Reads a PaymentIntent or a SetupIntent. Every status is known (https://docs.stripe.com/payments/paymentintents/lifecycle);
 * a new one is no outcome.
 *
 * @param idempotencyKey that of the payment, which is in the metadata of its intent and of no other.
 * @throws {UnclearAnswer} when it is neither, of another payment, or has no outcome yet.
 */
export function readIntent(intent: Json, idempotencyKey: string): IntentState {
  refuseOther(intent, idempotencyKey)
  const id = textIn(intent, 'id')
  const status = textIn(intent, 'status')
  const kind = textIn(intent, 'object')
  if (!id || !status || (kind !== 'payment_intent' && kind !== 'setup_intent')) {
    throw new UnclearAnswer('no intent')
  }
  switch (status) {
    case 'succeeded':
      return kind === 'setup_intent' ? setUp(intent, id) : authorised(intent, { id, captured: true })
    case 'requires_capture':
      if (kind === 'setup_intent') throw new UnclearAnswer('no intent')
      return authorised(intent, { id, captured: false })
    case 'requires_confirmation':
      return { status: 'to-confirm' }
    case 'requires_action':
      return challengeOf(intent)
    case 'requires_payment_method':
      return verdictOfError(errorOf(intent) ?? {}, id) ?? { status: 'to-give-up' }
    case 'canceled':
      return cancelled(intent, id)
    default:
      throw new UnclearAnswer('an intent without an outcome')
  }
}

/** @throws {UnclearAnswer} when it has come to no end. */
export function requireOutcome(state: IntentState): GatewayAnswer {
  switch (state.status) {
    case 'challenge':
    case 'to-confirm':
    case 'to-give-up':
    case 'part':
      throw new UnclearAnswer('an open intent')
    default:
      return state
  }
}

/** A part of the sum was approved of, and has been released or refunded. */
export const declinedPart = (id: string): GatewayAnswer => ({
  status: 'declined',
  reason: 'insufficient-funds',
  gatewayReference: id,
  gatewayCode: 'partially_authorized',
})

function authorised(
  intent: Json,
  { id, captured }: { readonly id: string; readonly captured: boolean },
): IntentState {
  if (isPart(intent)) return isRefunded(intent) ? declinedPart(id) : { status: 'part' }
  const units = unitsMoved(intent, captured)
  const currency = textIn(intent, 'currency')
  if (units === undefined || currency === undefined) throw new UnclearAnswer('an intent without an amount')
  refuseOtherCharge(intent, { id, currency, captured })
  const answer = {
    gatewayReference: id,
    amount: fromStripeUnits(units, currency),
    captured,
    gatewayCode: textIn(intent, 'status') ?? '',
    details: detailsOfCharge(intent, id),
  }
  // Not every network gives a code, and the agent has one to read out all the same.
  const authorisationCode = textIn(cardOf(intent), 'authorization_code') ?? id
  const isHeldForReview = typeof intent.review === 'string' || objectOf(intent.review) !== undefined
  return { status: isHeldForReview ? 'review' : 'approved', authorisationCode, ...answer }
}

/** A card that can be charged again is one that Stripe keeps for a customer; without, it was verified. */
function setUp(intent: Json, id: string): GatewayAnswer {
  const token = textIn(intent, 'payment_method')
  const customer = textIn(intent, 'customer')
  const isKept = token !== undefined && customer !== undefined
  const isToBeKept = textIn(objectIn(intent, 'metadata'), 'tonegate_purpose') === 'tokenise'
  if (isToBeKept && !isKept) return { status: 'error', gatewayCode: 'no-token', gatewayReference: id }
  return {
    status: 'approved',
    gatewayReference: id,
    authorisationCode: id,
    captured: false,
    ...(isKept && { token }),
    gatewayCode: 'succeeded',
    details: detailsOf({ id, payment_method: token, customer, usage: textIn(intent, 'usage') }),
  }
}

function challengeOf(intent: Json): IntentState {
  const address = textIn(objectIn(objectIn(intent, 'next_action'), 'redirect_to_url'), 'url')
  return address === undefined ? { status: 'to-give-up' } : redirectChallenge(address)
}

/** An intent that is given up was one whose customer did not come back from the bank, unless it says otherwise. */
function cancelled(intent: Json, id: string): IntentState {
  if (isPart(intent)) return declinedPart(id)
  if (textIn(intent, 'cancellation_reason') !== 'abandoned') {
    return { status: 'error', gatewayReference: id, gatewayCode: 'canceled' }
  }
  const error = errorOf(intent)
  if (!error) {
    return {
      status: 'declined',
      reason: 'authentication-failed',
      gatewayReference: id,
      gatewayCode: 'canceled',
    }
  }
  return verdictOfError(error, id) ?? { status: 'error', gatewayReference: id, gatewayCode: codeOf(error) }
}

const errorOf = (intent: Json): Json | undefined =>
  objectIn(intent, 'last_payment_error') ?? objectIn(intent, 'last_setup_error')
