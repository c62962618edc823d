import type { Outcome } from './outcome.ts'

/** Outcomes in the words of the provider (contract/provider §4). */
export const transactionResults = {
  approved: 'SUCCESS',
  /** The card was accepted; the payment is not final. */
  review: 'SUCCESS',
  declined: 'DECLINE',
  cancelled: 'CANCELLED',
  failed: 'ERROR',
  unknown: 'ERROR',
} as const satisfies Record<Outcome, string>
