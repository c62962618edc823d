/** One of the words that are known, or one that a newer Tonegate has added. */
type OrNewer<Known extends string> = Known | (string & {})

/** A field of the card. */
export type FieldName = 'pan' | 'expiry' | 'securityCode'

/** One field as the agent sees it: a count, never a digit. */
export interface FieldView {
  /** `complete` without a digit: the card has none. `not-asked`: the configuration never asks for it. */
  readonly state: OrNewer<'empty' | 'asked' | 'entering' | 'complete' | 'refused' | 'not-asked'>
  /** How many digits have been typed. */
  readonly digits: number
  readonly error?: OrNewer<
    'timeout' | 'invalid-card-number' | 'invalid-card-type' | 'invalid-date' | 'invalid-security-code'
  >
  readonly attemptsLeft: number
  /** It may be left out. */
  readonly optional?: boolean
}

/** Where a payment stands: all that the agent sees. It holds no digit but, where that is allowed, the last four. */
export interface ViewState {
  /**
   * `capturing` fields · `confirming`: complete, the payment may be taken · `processing`: the gateway has been
   * asked · `ended`.
   */
  readonly state: 'capturing' | 'confirming' | 'processing' | 'ended'
  readonly step: OrNewer<
    'payment-card-number' | 'expiration-date' | 'security-code' | 'payment-processing'
  > | null
  /** How the card is typed: on the caller's keypad, or by a customer on the payment page. */
  readonly entry: 'keypad' | 'link'
  /**
   * `closed`: others have heard the caller's keys, and none is taken until the line is secured again. The link works. A
   * Tonegate before this was known does not say it.
   */
  readonly keypad?: OrNewer<'open' | 'closed'>
  readonly fields: Readonly<Record<FieldName, FieldView>>
  readonly brand: string | null
  readonly last4: string | null
  /** `amountMinor` in minor units of the currency (ISO 4217): 1240 is 12.40 EUR and 1240 JPY. */
  readonly order: { readonly amountMinor: number; readonly currency: string; readonly reference?: string }
  readonly merchantName: string
  readonly slowMode: boolean
  readonly interDigitSeconds: number
  readonly caller: OrNewer<'on-call' | 'hung-up' | 'no-call'>
  /** Who ended the call, where it was not the caller. */
  readonly callEndedBy?: OrNewer<'agent' | 'platform'>
  readonly warnings: readonly OrNewer<
    | 'line-lost'
    | 'in-band-tones'
    | 'earlier-tones'
    | 'audio-lost'
    | 'keys-lost'
    | 'doubled-tones'
    | 'ending-soon'
  >[]
  /** The customer's link: whether it was opened, which field is being typed there, where it was sent. */
  readonly link: {
    readonly opened: boolean
    readonly typing: FieldName | null
    readonly sent: {
      readonly channel: OrNewer<'sms' | 'email'>
      /** All but its end is hidden. */
      readonly to: string
      readonly state: OrNewer<'sending' | 'sent' | 'failed'>
    } | null
  }
  /** The customer's bank asks the customer to confirm the payment (3-D Secure). */
  readonly challenged: boolean
  /** Milliseconds since the epoch at which the session ends by itself when nothing happens. */
  readonly endsAt: number
  /** Null until the session has ended. */
  readonly result: {
    readonly end: OrNewer<
      | 'success'
      | 'payment-connector-error'
      | 'too-many-failed-attempts'
      | 'cancelled'
      | 'timeout'
      | 'expired'
      | 'internal-error'
    >
    /** `unknown`: the money may have moved. */
    readonly outcome: OrNewer<'approved' | 'declined' | 'review' | 'cancelled' | 'failed' | 'unknown'>
    readonly declineReason?: string
    readonly authorisationCode?: string
  } | null
}
