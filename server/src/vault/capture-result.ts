import type { Guid } from '../base/guid.ts'

/** How a capture session came to its end (contract/provider §6, with the two ways of running out of time). */
export type End =
  | 'success'
  | 'payment-connector-error'
  | 'too-many-failed-attempts'
  | 'cancelled'
  | 'timeout'
  | 'expired'
  | 'internal-error'

/** What became of the money. `unknown`: it may have moved; nobody may say that it has not. */
export type Outcome = 'approved' | 'declined' | 'review' | 'cancelled' | 'failed' | 'unknown'

/** Why an issuer or a gateway declined, in one vocabulary for every gateway. */
export type DeclineReason =
  | 'do-not-honour'
  | 'insufficient-funds'
  | 'expired-card'
  | 'invalid-card-number'
  | 'invalid-security-code'
  | 'lost-or-stolen'
  | 'limit-exceeded'
  | 'card-not-supported'
  | 'suspected-fraud'
  | 'authentication-failed'

/** What may be known of a card outside the vault. */
export interface CardSummary {
  /** As `credit-card-type` names it. */
  readonly brand: string
  readonly last4: string
  /** MMYY. */
  readonly expiry: string
}

/** What the gateway said. */
export interface Charge {
  /** The gateway's own reference of the payment. */
  readonly gatewayReference?: string
  readonly authorisationCode?: string
  readonly declineReason?: DeclineReason
  /** The gateway's own result code. */
  readonly gatewayCode?: string
  /** What the gateway says beyond that, under its own names. */
  readonly details?: Readonly<Record<string, string>>
  /** Stands for the card at the gateway, where one was made. */
  readonly token?: string
  /** Whether the money was taken and not only held; absent where none was authorised. */
  readonly captured?: boolean
}

/** The end of a capture session, as it is reported upwards. */
export interface CaptureResult {
  readonly guid: Guid
  readonly end: End
  readonly outcome: Outcome
  readonly card?: CardSummary
  readonly charge?: Charge
  /**
   * The second result of a session: an outcome that was `unknown` has become known (`reconciled`), or what had been
   * authorised was let go or given back, and the outcome is `cancelled` (`voided`).
   */
  readonly correction?: 'reconciled' | 'voided'
}
