interface Verdict {
  readonly status: string
  readonly reason: string
  readonly code: string
  readonly responseCode?: string
  /** The bank authorises half of the sum. */
  readonly part?: true
  /** What becomes of taking the money that the bank has authorised. */
  readonly bill?: '0' | '-1'
}

/** Cards that are not simply authorised. */
export const cybersourceCards: Readonly<Record<string, Verdict>> = {
  '4000000000000002': { status: 'DECLINED', reason: 'PROCESSOR_DECLINED', code: '203', responseCode: '05' },
  '4000000000009995': { status: 'DECLINED', reason: 'INSUFFICIENT_FUND', code: '204', responseCode: '51' },
  '4000000000009987': { status: 'DECLINED', reason: 'PROCESSOR_DECLINED', code: '203', responseCode: '41' },
  '4000000000000069': { status: 'DECLINED', reason: 'EXPIRED_CARD', code: '202', responseCode: '54' },
  '4000000000000119': { status: 'DECLINED', reason: 'ISSUER_UNAVAILABLE', code: '207' },
  '4000000000009235': {
    status: 'AUTHORIZED_PENDING_REVIEW',
    reason: 'DECISION_PROFILE_REVIEW',
    code: '480',
  },
  '4100000000000019': {
    status: 'AUTHORIZED_RISK_DECLINED',
    reason: 'DECISION_PROFILE_REJECT',
    code: '481',
  },
  '4000000000000580': { status: 'PARTIAL_AUTHORIZED', reason: 'PARTIAL', code: '110', part: true },
  '4000000000000622': { status: 'DECLINED', reason: 'PROCESSOR_DECLINED', code: '203', bill: '0' },
  '4000000000000630': { status: 'AUTHORIZED', reason: 'SYSTEM_ERROR', code: '150', bill: '-1' },
}
