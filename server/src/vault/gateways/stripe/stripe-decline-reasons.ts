import type { DeclineReason } from '@tonegate/protocol/outcome'

/**
 * Stripe's decline codes for cards (https://docs.stripe.com/declines/codes), and the error codes that come without one
 * (https://docs.stripe.com/error-codes). A code that is not here is `do-not-honour`, as are those that tell no reason.
 */
export const stripeReasons: Readonly<Record<DeclineReason, readonly string[]>> = {
  'do-not-honour': [
    'approve_with_id',
    'call_issuer',
    'card_declined',
    'do_not_honor',
    'do_not_try_again',
    'duplicate_transaction',
    'generic_decline',
    'incorrect_address',
    'incorrect_postal_code',
    'incorrect_zip',
    'invalid_amount',
    'issuer_not_available',
    'no_action_taken',
    'processing_error',
    'reenter_transaction',
    'revocation_of_all_authorizations',
    'revocation_of_authorization',
    'stop_payment_order',
    'try_again_later',
  ],
  'insufficient-funds': ['insufficient_funds'],
  'expired-card': ['expired_card', 'expired_payment_method', 'invalid_expiry_month', 'invalid_expiry_year'],
  'invalid-card-number': [
    'incorrect_number',
    'invalid_account',
    'invalid_number',
    'new_account_information_available',
    'test_mode_live_card',
    'testmode_decline',
  ],
  'invalid-security-code': ['incorrect_cvc', 'invalid_cvc'],
  'lost-or-stolen': ['lost_card', 'pickup_card', 'stolen_card'],
  'limit-exceeded': [
    'card_decline_rate_limit_exceeded',
    'card_velocity_exceeded',
    'withdrawal_count_limit_exceeded',
  ],
  'card-not-supported': [
    'card_not_supported',
    'currency_not_supported',
    'incorrect_pin',
    'invalid_pin',
    'not_permitted',
    'offline_pin_required',
    'online_or_offline_pin_required',
    'pin_try_exceeded',
    'restricted_card',
    'service_not_allowed',
    'transaction_not_allowed',
  ],
  'suspected-fraud': ['fraudulent', 'merchant_blacklist', 'security_violation'],
  'authentication-failed': [
    'authentication_not_handled',
    'authentication_required',
    'mobile_device_authentication_required',
    'payment_intent_authentication_failure',
    'setup_intent_authentication_failure',
  ],
}

const byCode = new Map(
  Object.entries(stripeReasons).flatMap(([reason, codes]) =>
    codes.map((code) => [code, reason as DeclineReason]),
  ),
)

/** The reason of a decline, by the more telling of its codes. */
export function stripeDeclineReason(...codes: readonly (string | undefined)[]): DeclineReason {
  for (const code of codes) {
    const reason = code === undefined ? undefined : byCode.get(code)
    if (reason) return reason
  }
  return 'do-not-honour'
}
