import type { GatewayAnswer } from '../../model/gateway.ts'
import { UnclearAnswer } from '../ask-gateway.ts'
import { detailsOf, type Json, objectIn, textIn } from '../json-answer.ts'
import { refuseOther } from './intents/intent-of.ts'
import type { StripeAnswer } from './stripe-calls.ts'
import { stripeDeclineReason } from './stripe-decline-reasons.ts'

/**
 * What an error says of an attempt that came to nothing: a card that was declined is `declined`; a request that Stripe
 * could not take, like a card number where it allows none, is an `error`. `undefined`: its type does not tell.
 *
 * Only four types are known (https://docs.stripe.com/api/errors). `api_error` is a fault of Stripe's own, and
 * `idempotency_error` is of another request with the same key.
 */
export function verdictOfError(error: Json, gatewayReference: string | undefined): GatewayAnswer | undefined {
  const reference = gatewayReference !== undefined && { gatewayReference }
  switch (textIn(error, 'type')) {
    case 'card_error':
      return declinedBy(error, gatewayReference)
    case 'invalid_request_error':
      return { status: 'error', gatewayCode: codeOf(error), ...reference }
    default:
      return undefined
  }
}

/** The code of an error; its type where it has none. */
export const codeOf = (error: Json): string => textIn(error, 'code') ?? textIn(error, 'type') ?? 'error'

/**
 * What the refusal of a payment means, and of the intent that it may show.
 *
 * @throws {UnclearAnswer} when that is the intent of another payment, or one that may have taken money after all.
 */
export function verdictOfRefusal(
  { error }: Extract<StripeAnswer, { is: 'refusal' }>,
  idempotencyKey: string,
): GatewayAnswer {
  const intent = objectIn(error, 'payment_intent') ?? objectIn(error, 'setup_intent')
  if (intent) {
    refuseOther(intent, idempotencyKey)
    const status = textIn(intent, 'status')
    if (status !== 'requires_payment_method' && status !== 'canceled') {
      throw new UnclearAnswer('a refusal with an open intent')
    }
  }
  const verdict = verdictOfError(error, textIn(intent, 'id'))
  if (!verdict) throw new UnclearAnswer('a refusal of an unknown type')
  return verdict
}

function declinedBy(error: Json, gatewayReference: string | undefined): GatewayAnswer {
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
