import type { DeclineReason, Outcome } from '@tonegate/protocol/outcome'
import type { Paid, ResultKeys } from './paid.ts'

/** What Orbital says in its four verdicts and in the code of the host behind it. */
interface Verdict {
  /** 1 approved, 0 declined, 2 an error. */
  readonly ApprovalStatus: '0' | '1' | '2'
  readonly RespCode: string
  readonly HostRespCode: string
  /** A approve, D decline, R review. */
  readonly AutoDecisionResponse: '' | 'A' | 'D' | 'R'
}

const approved: Verdict = {
  ApprovalStatus: '1',
  RespCode: '00',
  HostRespCode: '100',
  AutoDecisionResponse: 'A',
}
const failed: Verdict = { ApprovalStatus: '2', RespCode: '06', HostRespCode: '204', AutoDecisionResponse: '' }

const verdicts = {
  approved,
  review: { ...approved, AutoDecisionResponse: 'R' },
  failed,
  cancelled: { ...failed, RespCode: '', HostRespCode: '' },
  /** 000: no answer came from the authorisation network. */
  unknown: { ...failed, RespCode: '', HostRespCode: '000' },
} as const satisfies Record<Exclude<Outcome, 'declined'>, Verdict>

/** Orbital's code, and the host's, which tells more. */
const declineCodes = {
  'do-not-honour': ['05', '530'],
  'insufficient-funds': ['05', '521'],
  'expired-card': ['33', '522'],
  'invalid-card-number': ['14', '201'],
  'invalid-security-code': ['05', '531'],
  'lost-or-stolen': ['04', '502'],
  'limit-exceeded': ['05', '509'],
  'card-not-supported': ['12', '606'],
  'suspected-fraud': ['05', '596'],
  'authentication-failed': ['05', '530'],
} as const satisfies Record<DeclineReason, readonly [string, string]>

const brandCodes: Readonly<Record<string, string>> = {
  visa: 'VI',
  mastercard: 'MC',
  'american-express': 'AX',
  discover: 'DI',
  'diners-club': 'DC',
  jcb: 'JC',
}

/** The keys of a Chase Orbital result, as a real store reads it (contract/payment-api §4). */
export function orbitalKeys({ result: { outcome, card, charge }, order, paymentData }: Paid): ResultKeys {
  const verdict = outcome === 'declined' ? declined(charge?.declineReason) : verdicts[outcome]
  const TxRefNum = charge?.gatewayReference ?? ''
  const OrderID = order?.reference ?? ''
  return {
    ...verdict,
    FraudStatusCode: verdict.AutoDecisionResponse === '' ? '' : 'A000',
    CustomerRefNumOut: sent(paymentData, 'CustomerRefNum'),
    MerchantID: sent(paymentData, 'MerchantID'),
    TxRefIdx: TxRefNum === '' ? '' : '0',
    TxRefNum,
    CardBrandOut: (card && brandCodes[card.brand]) ?? '',
    OrderID,
    OrderIDOut: OrderID,
    fullExpiry: card?.expiry ?? '',
  }
}

function declined(reason: DeclineReason = 'do-not-honour'): Verdict {
  const [RespCode, HostRespCode] = declineCodes[reason]
  return { ApprovalStatus: '0', RespCode, HostRespCode, AutoDecisionResponse: 'D' }
}

function sent(paymentData: Paid['paymentData'], name: string): string {
  const found = Object.keys(paymentData).find((each) => each.toLowerCase() === name.toLowerCase())
  return (found !== undefined && paymentData[found]) || ''
}
