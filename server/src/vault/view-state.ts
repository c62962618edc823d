import type { DeclineReason, End, Outcome } from './capture-result.ts'

export type FieldName = 'pan' | 'expiry' | 'securityCode'

/** The steps that Twilio's and Telnyx's payment products name (contract/provider §6). */
export type Step = 'payment-card-number' | 'expiration-date' | 'security-code' | 'payment-processing'

/** Why an entry was not taken (contract/provider §6). */
export type FieldError =
  | 'timeout'
  | 'invalid-card-number'
  | 'invalid-card-type'
  | 'invalid-date'
  | 'invalid-security-code'

/** One field as the agent sees it: a count, never a digit. */
export interface FieldView {
  readonly state: 'empty' | 'asked' | 'entering' | 'complete' | 'refused'
  /** How many digits have been typed: the dots. */
  readonly digits: number
  readonly error?: FieldError
  readonly attemptsLeft: number
}

/** All that the agent view shows. It holds no digit but, where the flow allows it, the last four. */
export interface ViewState {
  /**
   * `capturing` fields · `confirming`: complete, the caller may press 1 and the agent may take the payment ·
   * `processing`: the gateway has been asked · `ended`.
   */
  readonly state: 'capturing' | 'confirming' | 'processing' | 'ended'
  readonly step: Step | null
  readonly fields: Readonly<Record<FieldName, FieldView>>
  readonly brand: string | null
  readonly last4: string | null
  readonly order: { readonly amountMinor: number; readonly currency: string; readonly reference?: string }
  readonly merchantName: string
  readonly slowMode: boolean
  readonly caller: 'on-call' | 'hung-up' | 'no-call'
  /** Milliseconds since the epoch at which the session ends by itself when nothing happens. */
  readonly endsAt: number
  readonly result: {
    readonly end: End
    readonly outcome: Outcome
    readonly declineReason?: DeclineReason
    readonly authorisationCode?: string
  } | null
}
