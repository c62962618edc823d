import type { DeclineReason, Outcome } from '../vault/capture-result.ts'
import type { Paid, ResultKeys } from './result-template.ts'

/** CyberSource's decision and reason code for what became of a payment that was not declined. */
const answers = {
  approved: ['ACCEPT', '100'],
  review: ['REVIEW', '480'],
  /** General system failure. */
  failed: ['ERROR', '150'],
  cancelled: ['CANCEL', ''],
  /** Time-out at the processor: look before trying again. */
  unknown: ['ERROR', '250'],
} as const satisfies Record<Exclude<Outcome, 'declined'>, readonly [string, string]>

const declineCodes = {
  'do-not-honour': '203',
  'insufficient-funds': '204',
  'expired-card': '202',
  'invalid-card-number': '231',
  'invalid-security-code': '211',
  'lost-or-stolen': '205',
  'limit-exceeded': '210',
  'card-not-supported': '232',
  'suspected-fraud': '481',
  /** Payer authentication failed. */
  'authentication-failed': '476',
} as const satisfies Record<DeclineReason, string>

/** The keys of a CyberSource result, with CyberSource's reason codes (contract/payment-api §4). */
export function cybersourceKeys({ result: { outcome, charge }, order }: Paid): ResultKeys {
  const [decision, reasonCode] =
    outcome === 'declined'
      ? ['REJECT', declineCodes[charge?.declineReason ?? 'do-not-honour']]
      : answers[outcome]
  const requestID = charge?.gatewayReference ?? ''
  return {
    decision,
    reasonCode,
    requestID,
    requestToken: requestID,
    ...(order && {
      MerchantReferenceCode: order.reference ?? '',
      transactionType: order.amountMinor > 0 ? 'sale' : 'authorization',
    }),
  }
}
