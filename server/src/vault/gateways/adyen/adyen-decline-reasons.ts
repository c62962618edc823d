import type { DeclineReason } from '@tonegate/protocol/outcome'

/**
 * Adyen's refusal reason codes (https://docs.adyen.com/development-resources/refusal-reasons). A code that is not here is
 * `do-not-honour`, as are those that tell no reason.
 */
export const adyenReasons: Readonly<Record<DeclineReason, readonly number[]>> = {
  // Refused, Referral, Acquirer Error, Invalid Amount, Issuer Unavailable, Cancelled, Shopper Cancelled, Not Submitted,
  // Revocation Of Auth, Declined Non Generic, AVS Declined, Current AID is in Penalty Box, Transaction blocked by Adyen
  // to prevent excessive retry fees
  'do-not-honour': [2, 3, 4, 7, 9, 15, 16, 21, 26, 27, 32, 40, 46],
  // Not enough balance
  'insufficient-funds': [12],
  // Expired Card
  'expired-card': [6],
  // Invalid Card Number, No checking account available on Card, No savings account available on Card
  'invalid-card-number': [8, 34, 35],
  // CVC Declined
  'invalid-security-code': [24],
  // Blocked Card: how lost and stolen cards are told
  'lost-or-stolen': [5],
  // Withdrawal amount exceeded, Withdrawal count exceeded
  'limit-exceeded': [28, 29],
  // Not supported, Invalid Pin, Pin tries exceeded, Pin validation not possible, Transaction Not Permitted, Restricted
  // Card, Card requires online pin, Mobile pin required, Contactless fallback, CVM Required Restart Payment, Online PIN
  // required, Try another interface, Chip downgrade mode
  'card-not-supported': [10, 17, 18, 19, 23, 25, 33, 36, 37, 41, 43, 44, 45],
  // Acquirer Fraud, FRAUD, FRAUD-CANCELLED, Issuer Suspected Fraud
  'suspected-fraud': [14, 20, 22, 31],
  // 3D Not Authenticated, Authentication required, RReq not received from DS, 3DS Authentication Error
  'authentication-failed': [11, 38, 39, 42],
}

const byCode = new Map(
  Object.entries(adyenReasons).flatMap(([reason, codes]) =>
    codes.map((code) => [String(code), reason as DeclineReason]),
  ),
)

export const adyenDeclineReason = (refusalReasonCode: string | undefined): DeclineReason =>
  byCode.get(refusalReasonCode ?? '') ?? 'do-not-honour'
