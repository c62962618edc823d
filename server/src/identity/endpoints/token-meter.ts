import type { OAuthErrorCode } from '../../base/problem.ts'

/** Counts token requests. */
export interface TokenMeter {
  /**
   * @param grant the value of `grant_type`, where it is one that is known here; else `other`.
   * @param outcome `issued`, or the error that was answered.
   */
  answered(grant: string, outcome: 'issued' | OAuthErrorCode): void
}
