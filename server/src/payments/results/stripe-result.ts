import type { DeclineReason, Outcome, SessionResult } from '@tonegate/protocol/outcome'
import { gatewayVocabulary } from './gateway-vocabulary.ts'
import type { Paid, ResultKeys } from './paid.ts'

/** Stripe's error code and decline code. */
const declineCodes = {
  'do-not-honour': ['card_declined', 'do_not_honor'],
  'insufficient-funds': ['card_declined', 'insufficient_funds'],
  'expired-card': ['expired_card', 'expired_card'],
  'invalid-card-number': ['incorrect_number', 'incorrect_number'],
  'invalid-security-code': ['incorrect_cvc', 'incorrect_cvc'],
  'lost-or-stolen': ['card_declined', 'lost_card'],
  'limit-exceeded': ['card_declined', 'card_velocity_exceeded'],
  'card-not-supported': ['card_declined', 'card_not_supported'],
  'suspected-fraud': ['card_declined', 'fraudulent'],
  'authentication-failed': ['payment_intent_authentication_failure', 'authentication_required'],
} as const satisfies Record<DeclineReason, readonly [string, string]>

/** The states of a PaymentIntent; one that could not be paid waits for another card. */
const statuses = {
  approved: ['succeeded', 'requires_capture'],
  review: ['succeeded', 'requires_capture'],
  declined: ['requires_payment_method', 'canceled'],
  failed: ['requires_payment_method', 'canceled'],
  cancelled: ['canceled'],
  unknown: ['processing'],
} as const satisfies Record<Outcome, readonly [string, ...string[]]>

/** The keys of a Stripe result: members of its PaymentIntent, of that one's last error and of its charge. */
export function stripeKeys({ result, order }: Paid): ResultKeys {
  const { outcome, charge } = result
  const [code, decline_code] =
    outcome === 'declined' ? declineCodes[charge?.declineReason ?? 'do-not-honour'] : ['', '']
  return gatewayVocabulary(result, {
    verdict: { status: statusOf(result, order), code, decline_code },
    tells: { key: 'status', by: statuses },
    others: { id: charge?.gatewayReference ?? '', payment_method: charge?.token ?? '' },
    optional: ['latest_charge', 'network_status', 'risk_level', 'seller_message'],
  })
}

/** A card that was verified or kept holds nothing that could be captured. */
function statusOf({ outcome, charge }: SessionResult, order: Paid['order']): string {
  const [usual, onlyHeld = usual] = statuses[outcome] as readonly [string, ...string[]]
  return charge?.captured === false && order?.amountMinor !== 0 ? onlyHeld : usual
}
