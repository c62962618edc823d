import type { GatewayAnswer, GatewayChallenge } from '../../gateway.ts'
import { UnclearAnswer } from '../ask-gateway.ts'
import { detailsOf, integerIn, type Json, objectIn, objectOf, textIn } from '../json-answer.ts'
import { redirectChallenge } from '../redirect-challenge.ts'
import { stripeDeclineReason } from './stripe-decline-reasons.ts'
import { fromStripeUnits } from './stripe-units.ts'

/**
 * Where an intent stands. `to-confirm`: it waits for us, the customer has been to the bank, or has never been asked.
 * `to-authenticate`: the bank wants to ask the customer, in a way that cannot be shown.
 */
export type IntentState =
  | GatewayAnswer
  | GatewayChallenge
  | { readonly status: 'to-confirm' }
  | { readonly status: 'to-authenticate' }

/**
 * Reads a PaymentIntent or a SetupIntent.
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
      return kind === 'setup_intent' ? savedCard(intent, id) : authorised(intent, { id, captured: true })
    case 'requires_capture':
      return authorised(intent, { id, captured: false })
    case 'requires_confirmation':
      return { status: 'to-confirm' }
    case 'requires_action':
      return challengeOf(intent)
    case 'requires_payment_method':
    case 'canceled':
      return notPaid(intent, { id, status })
    default:
      throw new UnclearAnswer('an intent without an outcome')
  }
}

/** @throws {UnclearAnswer} when an intent is of another payment than the one that was asked about. */
export function refuseOther(intent: Json, idempotencyKey: string): void {
  if (!isIntentOf(intent, idempotencyKey)) throw new UnclearAnswer('an intent of another payment')
}

/** Whether an intent bears the key of the payment. */
export const isIntentOf = (intent: Json, idempotencyKey: string): boolean =>
  textIn(objectIn(intent, 'metadata'), 'tonegate_key') === idempotencyKey

/** A decline, by the error that Stripe answers with or keeps in the intent. */
export function declinedBy(error: Json, gatewayReference: string | undefined): GatewayAnswer {
  const code = textIn(error, 'code')
  const declineCode = textIn(error, 'decline_code')
  const gatewayCode = declineCode ?? code
  const details = detailsOf({
    id: gatewayReference,
    code,
    decline_code: declineCode,
    charge: textIn(error, 'charge'),
    advice_code: textIn(error, 'advice_code'),
    network_decline_code: textIn(error, 'network_decline_code'),
    network_advice_code: textIn(error, 'network_advice_code'),
  })
  return {
    status: 'declined',
    reason: stripeDeclineReason(declineCode, code),
    ...(gatewayReference !== undefined && { gatewayReference }),
    ...(gatewayCode !== undefined && { gatewayCode }),
    details,
  }
}

function authorised(
  intent: Json,
  { id, captured }: { readonly id: string; readonly captured: boolean },
): GatewayAnswer {
  const units = integerIn(intent, captured ? 'amount_received' : 'amount_capturable')
  const currency = textIn(intent, 'currency')
  if (units === undefined || currency === undefined) throw new UnclearAnswer('an intent without a sum')
  const card = cardOf(intent)
  const answer = {
    gatewayReference: id,
    amount: fromStripeUnits(units, currency),
    captured,
    gatewayCode: textIn(intent, 'status') ?? '',
    details: detailsOfCharge(intent, id),
  }
  // Not every network gives a code, and the agent has one to read out all the same.
  const authorisationCode = textIn(card, 'authorization_code') ?? id
  const isHeldForReview = typeof intent.review === 'string' || objectOf(intent.review) !== undefined
  return { status: isHeldForReview ? 'review' : 'approved', authorisationCode, ...answer }
}

function savedCard(intent: Json, id: string): GatewayAnswer {
  const token = textIn(intent, 'payment_method')
  return {
    status: 'approved',
    gatewayReference: id,
    authorisationCode: id,
    captured: false,
    ...(token !== undefined && { token }),
    gatewayCode: 'succeeded',
    details: detailsOf({ id, payment_method: token, usage: textIn(intent, 'usage') }),
  }
}

function challengeOf(intent: Json): IntentState {
  const address = textIn(objectIn(objectIn(intent, 'next_action'), 'redirect_to_url'), 'url')
  return address === undefined ? { status: 'to-authenticate' } : redirectChallenge(address)
}

/** An intent that is given up was one whose customer did not come back from the bank, if that was our reason. */
function notPaid(
  intent: Json,
  { id, status }: { readonly id: string; readonly status: 'requires_payment_method' | 'canceled' },
): IntentState {
  if (status === 'canceled' && textIn(intent, 'cancellation_reason') === 'abandoned') {
    return { status: 'declined', reason: 'authentication-failed', gatewayReference: id, gatewayCode: status }
  }
  const error = objectIn(intent, 'last_payment_error') ?? objectIn(intent, 'last_setup_error')
  if (status === 'canceled') return { status: 'error', gatewayReference: id, gatewayCode: status }
  return error ? declinedBy(error, id) : { status: 'to-confirm' }
}

const cardOf = (intent: Json): Json | undefined =>
  objectIn(objectIn(objectIn(intent, 'latest_charge'), 'payment_method_details'), 'card')

function detailsOfCharge(intent: Json, id: string): Readonly<Record<string, string>> {
  const charge = objectIn(intent, 'latest_charge')
  const outcome = objectIn(charge, 'outcome')
  const card = cardOf(intent)
  const checks = objectIn(card, 'checks')
  return detailsOf({
    id,
    status: intent.status,
    latest_charge: textIn(charge, 'id') ?? intent.latest_charge,
    balance_transaction: charge?.balance_transaction,
    authorization_code: card?.authorization_code,
    network_transaction_id: card?.network_transaction_id,
    brand: card?.brand,
    last4: card?.last4,
    funding: card?.funding,
    issuer_country: card?.country,
    address_line1_check: checks?.address_line1_check,
    address_postal_code_check: checks?.address_postal_code_check,
    cvc_check: checks?.cvc_check,
    three_d_secure: objectIn(card, 'three_d_secure')?.result,
    outcome_type: outcome?.type,
    network_status: outcome?.network_status,
    risk_level: outcome?.risk_level,
    risk_score: outcome?.risk_score,
  })
}
