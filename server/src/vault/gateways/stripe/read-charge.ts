import { UnclearAnswer } from '../ask-gateway.ts'
import { detailsOf, integerIn, type Json, objectIn, textIn } from '../json-answer.ts'

/** The card of the charge that came of an intent, where the answer shows it. */
export const cardOf = (intent: Json): Json | undefined =>
  objectIn(objectIn(objectIn(intent, 'latest_charge'), 'payment_method_details'), 'card')

/**
 * Whether the bank has approved of a part of the sum only: an intent is of the part then, and looks paid.
 * (https://docs.stripe.com/payments/partial-authorization)
 */
export function isPart(intent: Json): boolean {
  const card = cardOf(intent)
  if (textIn(objectIn(card, 'partial_authorization'), 'status') === 'partially_authorized') return true
  const authorised = integerIn(card, 'amount_authorized')
  const asked = integerIn(intent, 'amount')
  return authorised !== undefined && asked !== undefined && authorised < asked
}

/** Whether the charge of an intent has been refunded whole. */
export const isRefunded = (intent: Json): boolean => objectIn(intent, 'latest_charge')?.refunded === true

/**
 * The units that are held or taken, as the intent and its charge name them. An intent may repeat what was asked for: where
 * one of them names another sum than that, it is the one that counts. `undefined`: the intent names none.
 */
export function unitsMoved(intent: Json, captured: boolean): number | undefined {
  const named = integerIn(intent, captured ? 'amount_received' : 'amount_capturable')
  const charged = integerIn(objectIn(intent, 'latest_charge'), captured ? 'amount_captured' : 'amount')
  const asked = integerIn(intent, 'amount')
  if (named === undefined) return undefined
  return [charged, named].find((each) => each !== undefined && each !== asked) ?? named
}

/** @throws {UnclearAnswer} when the charge of an intent is another one's, or not what the intent says. */
export function refuseOtherCharge(
  intent: Json,
  { id, currency, captured }: { readonly id: string; readonly currency: string; readonly captured: boolean },
): void {
  const charge = objectIn(intent, 'latest_charge')
  if (!charge) return
  const right: Json = { payment_intent: id, currency, captured, paid: true, status: 'succeeded' }
  const isOther = Object.entries(right).some(
    ([name, value]) => charge[name] !== undefined && charge[name] !== value,
  )
  if (isOther) throw new UnclearAnswer('an intent with another charge')
}

/** What is told of a charge beyond its verdict. */
export function detailsOfCharge(intent: Json, id: string): Readonly<Record<string, string>> {
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
