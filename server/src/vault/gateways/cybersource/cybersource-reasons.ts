import type { DeclineReason } from '@tonegate/protocol/outcome'

/** What a reason says of the card; `failed`: nothing, the payment was not processed. */
type Meaning = DeclineReason | 'failed'

/**
 * The reasons of the REST API, with the reason codes that the search and the Simple Order API have for the same, and
 * what they are here (https://developer.cybersource.com/api/reference/response-codes.html).
 */
export const cybersourceReasons: readonly (readonly [
  reason: string,
  code: string | undefined,
  meaning: Meaning,
])[] = [
  ['AVS_FAILED', '200', 'suspected-fraud'],
  ['CONTACT_PROCESSOR', '201', 'do-not-honour'],
  ['EXPIRED_CARD', '202', 'expired-card'],
  ['PROCESSOR_DECLINED', '203', 'do-not-honour'],
  ['INSUFFICIENT_FUND', '204', 'insufficient-funds'],
  ['STOLEN_LOST_CARD', '205', 'lost-or-stolen'],
  ['ISSUER_UNAVAILABLE', '207', 'failed'],
  ['UNAUTHORIZED_CARD', '208', 'card-not-supported'],
  ['CVN_NOT_MATCH', '209', 'invalid-security-code'],
  ['EXCEEDS_CREDIT_LIMIT', '210', 'limit-exceeded'],
  ['INVALID_CVN', '211', 'invalid-security-code'],
  ['BLACKLISTED_CUSTOMER', '221', 'suspected-fraud'],
  ['SUSPENDED_ACCOUNT', '222', 'do-not-honour'],
  ['PAYMENT_REFUSED', '223', 'do-not-honour'],
  ['CV_FAILED', '230', 'invalid-security-code'],
  ['INVALID_ACCOUNT', '231', 'invalid-card-number'],
  ['INVALID_CARD', '231', 'invalid-card-number'],
  ['CARD_TYPE_NOT_ACCEPTED', '232', 'card-not-supported'],
  ['INVALID_CARD_TYPE', '240', 'card-not-supported'],
  ['GENERAL_DECLINE', '233', 'do-not-honour'],
  ['DECLINED_CHECK', '233', 'do-not-honour'],
  ['INVALID_MERCHANT_CONFIGURATION', '234', 'failed'],
  ['PROCESSOR_ERROR', '236', 'failed'],
  ['DEBIT_CARD_USAGE_LIMIT_EXCEEDED', undefined, 'limit-exceeded'],
  ['SCORE_EXCEEDS_THRESHOLD', '400', 'suspected-fraud'],
  ['ACH_VERIFICATION_FAILED', '388', 'do-not-honour'],
  ['ALLOWABLE_PIN_RETRIES_EXCEEDED', undefined, 'do-not-honour'],
  ['PENDING_AUTHENTICATION', '475', 'authentication-failed'],
  ['CONSUMER_AUTHENTICATION_REQUIRED', '478', 'authentication-failed'],
  ['CONSUMER_AUTHENTICATION_FAILED', '476', 'authentication-failed'],
  ['BLOCKED_BY_CARDHOLDER', undefined, 'do-not-honour'],
  ['DECISION_PROFILE_REJECT', '481', 'suspected-fraud'],
  ['CUSTOMER_WATCHLIST_MATCH', '700', 'suspected-fraud'],
  ['ADDRESS_COUNTRY_WATCHLIST_MATCH', '701', 'suspected-fraud'],
  ['EMAIL_COUNTRY_WATCHLIST_MATCH', '702', 'suspected-fraud'],
  ['IP_COUNTRY_WATCHLIST_MATCH', '703', 'suspected-fraud'],
  ['DAGGREJECTED', undefined, 'suspected-fraud'],
  ['DAGGDENIED', undefined, 'suspected-fraud'],
  ['DSYSREJECTED', undefined, 'suspected-fraud'],
]

/**
 * What the bank itself said, by ISO 8583, where CyberSource passes it on as it is. It makes a general decline more
 * precise, and never decides whether one was declined.
 */
const bankCodes: Readonly<Record<string, DeclineReason>> = {
  '04': 'lost-or-stolen',
  '07': 'lost-or-stolen',
  '14': 'invalid-card-number',
  '34': 'suspected-fraud',
  '41': 'lost-or-stolen',
  '43': 'lost-or-stolen',
  '51': 'insufficient-funds',
  '54': 'expired-card',
  '57': 'card-not-supported',
  '59': 'suspected-fraud',
  '61': 'limit-exceeded',
  '62': 'card-not-supported',
  '65': 'limit-exceeded',
  '82': 'invalid-security-code',
  '1A': 'authentication-failed',
  N7: 'invalid-security-code',
}

/**
 * Why a card was declined. A reason that is not known is a refusal without one.
 *
 * @param reason of the REST API, or a reason code of the search.
 * @param responseCode the bank's.
 */
export function meaningOf(reason: string | undefined, responseCode: string | undefined): Meaning {
  const [, , meaning = 'do-not-honour'] =
    (reason && cybersourceReasons.find(([name, code]) => name === reason || code === reason)) || []
  return meaning === 'do-not-honour' ? (bankCodes[responseCode ?? ''] ?? meaning) : meaning
}

/** The reason code that a Simple Order result has in the place of a REST reason. */
export const reasonCodeOf = (reason: string | undefined): string | undefined =>
  cybersourceReasons.find(([name]) => name === reason)?.[1]

/** Every reason that is known, for the tests. */
export const knownReasons: readonly string[] = cybersourceReasons.map(([reason]) => reason)

/** The reasons by which CyberSource refuses to process a payment, and its front door's statuses. */
export const knownRefusals: ReadonlySet<string> = new Set([
  ...['400', '401', '403', '404', '429'],
  ...['MISSING_FIELD', 'INVALID_DATA', 'INVALID_AMOUNT', 'INVALID_MERCHANT_CONFIGURATION', 'NOT_SUPPORTED'],
  ...['INVALID_CARD', 'INVALID_CARD_TYPE', 'INVALID_PAYMENT_ID', 'CARD_TYPE_NOT_ACCEPTED'],
  'DEBIT_CARD_USAGE_LIMIT_EXCEEDED',
])
