import type { DeclineReason, Outcome } from '@tonegate/protocol/outcome'
import { gatewayVocabulary } from './gateway-vocabulary.ts'
import type { Paid, ResultKeys } from './paid.ts'

/** Adyen's refusal reason and its code. */
const refusals = {
  'do-not-honour': ['Refused', '2'],
  'insufficient-funds': ['Not enough balance', '12'],
  'expired-card': ['Expired Card', '6'],
  'invalid-card-number': ['Invalid Card Number', '8'],
  'invalid-security-code': ['CVC Declined', '24'],
  'lost-or-stolen': ['Blocked Card', '5'],
  'limit-exceeded': ['Withdrawal amount exceeded', '28'],
  'card-not-supported': ['Not supported', '10'],
  'suspected-fraud': ['FRAUD', '20'],
  'authentication-failed': ['3D Not Authenticated', '11'],
} as const satisfies Record<DeclineReason, readonly [string, string]>

const resultCodes = {
  approved: ['Authorised'],
  review: ['Authorised'],
  declined: ['Refused'],
  failed: ['Error', 'Refused'],
  cancelled: ['Cancelled'],
  /** Its final state is not known yet. */
  unknown: ['Pending', 'Received'],
} as const satisfies Record<Outcome, readonly [string, ...string[]]>

const brandNames: Readonly<Record<string, string>> = {
  visa: 'visa',
  mastercard: 'mc',
  'american-express': 'amex',
  discover: 'discover',
  'diners-club': 'diners',
  jcb: 'jcb',
  maestro: 'maestro',
  unionpay: 'cup',
}

/** The keys of an Adyen result: members of its answer to a payment and of that one's `additionalData`. */
export function adyenKeys({ result, order }: Paid): ResultKeys {
  const { outcome, card, charge } = result
  const [refusalReason, refusalReasonCode] =
    outcome === 'declined' ? refusals[charge?.declineReason ?? 'do-not-honour'] : ['', '']
  return gatewayVocabulary(result, {
    verdict: { resultCode: resultCodes[outcome][0], refusalReason, refusalReasonCode },
    tells: { key: 'resultCode', by: resultCodes },
    others: {
      pspReference: charge?.gatewayReference ?? '',
      merchantReference: order?.reference ?? '',
      authCode: charge?.authorisationCode ?? '',
      cardSummary: card?.last4 ?? '',
      paymentMethod: (card && brandNames[card.brand]) ?? '',
    },
    optional: ['avsResult', 'cvcResult', 'fraudResultType', 'refusalReasonRaw'],
  })
}
