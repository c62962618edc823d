import type { DeclineReason, Outcome } from '@tonegate/protocol/outcome'
import { gatewayVocabulary } from './gateway-vocabulary.ts'
import type { Paid, ResultKeys } from './paid.ts'

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

const decisions = {
  approved: ['ACCEPT'],
  declined: ['REJECT'],
  review: ['REVIEW'],
  failed: ['ERROR', 'REJECT'],
  cancelled: [],
  unknown: [],
} as const satisfies Record<Outcome, readonly string[]>

const optional = [
  'ccAuthReply_authorizationCode',
  'ccAuthReply_avsCode',
  'ccAuthReply_cvCode',
  'ccAuthReply_processorResponse',
  'ccAuthReply_reconciliationID',
]

/** The keys of a CyberSource result, with CyberSource's reason codes (contract/payment-api §4). */
export function cybersourceKeys({ result, order }: Paid): ResultKeys {
  const { outcome, charge } = result
  const [decision, reasonCode] =
    outcome === 'declined'
      ? ['REJECT', declineCodes[charge?.declineReason ?? 'do-not-honour']]
      : answers[outcome]
  const requestID = charge?.gatewayReference ?? ''
  const taken = charge?.captured !== false
  return {
    ...gatewayVocabulary(result, {
      verdict: { decision, reasonCode },
      tells: { key: 'decision', by: decisions },
      others: { requestID, requestToken: requestID },
      optional,
    }),
    ...(order && {
      MerchantReferenceCode: order.reference ?? '',
      transactionType: order.amountMinor > 0 && taken ? 'sale' : 'authorization',
    }),
  }
}
