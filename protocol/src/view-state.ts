import type { DeclineReason, End, Outcome } from './outcome.ts'

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

/** How the card is typed: by a caller on a telephone, or by a customer on the payment page. */
export type EntryMode = 'keypad' | 'link'

/** How a link gets to a customer. */
export const linkChannels = ['sms', 'email'] as const

export type LinkChannel = (typeof linkChannels)[number]

/**
 * What the agent has to know besides: the line is being secured again, so that no key is taken; tones can be heard in the
 * call, so that the keypad is closed, or they could until the line was secured anew, and may be in a recording; none come
 * through it any more; keys were lost, and the field is asked for again; each key arrives twice; the session ends within a
 * minute when nothing happens.
 */
export type Warning =
  | 'line-lost'
  | 'in-band-tones'
  | 'earlier-tones'
  | 'audio-lost'
  | 'keys-lost'
  | 'doubled-tones'
  | 'ending-soon'

/** One field as the agent sees it: a count, never a digit. */
export interface FieldView {
  /** `complete` without a digit: the card has none, and it was left out. `not-asked`: the flow never asks for it. */
  readonly state: 'empty' | 'asked' | 'entering' | 'complete' | 'refused' | 'not-asked'
  /** How many digits have been typed: the dots. */
  readonly digits: number
  readonly error?: FieldError
  readonly attemptsLeft: number
  /** It may be left out. */
  readonly optional?: true
}

/** The customer's link as the agent sees it. */
export interface LinkView {
  /** Somebody has opened the payment page. */
  readonly opened: boolean
  /** The field that is being typed on the payment page. */
  readonly typing: FieldName | null
  readonly sent: {
    readonly channel: LinkChannel
    /** All but its end is hidden. */
    readonly to: string
    readonly state: 'sending' | 'sent' | 'failed'
  } | null
}

/** All that the agent view shows. It holds no digit but, where the flow allows it, the last four. */
export interface ViewState {
  /**
   * `capturing` fields · `confirming`: complete, the caller may press 1 and the agent may take the payment ·
   * `processing`: the gateway has been asked · `ended`.
   */
  readonly state: 'capturing' | 'confirming' | 'processing' | 'ended'
  readonly step: Step | null
  readonly entry: EntryMode
  /**
   * `closed`: others have heard the caller's keys. What was keyed in was discarded, and no key is taken, no field asked for
   * and the keypad not gone back to until the line is secured anew. The link is open all the same.
   */
  readonly keypad: 'open' | 'closed'
  readonly fields: Readonly<Record<FieldName, FieldView>>
  readonly brand: string | null
  readonly last4: string | null
  readonly order: { readonly amountMinor: number; readonly currency: string; readonly reference?: string }
  readonly merchantName: string
  readonly slowMode: boolean
  /** How long is waited between two digits. */
  readonly interDigitSeconds: number
  readonly caller: 'on-call' | 'hung-up' | 'no-call'
  /** Who ended the call, where it was not the caller: the agent, or the phone system. */
  readonly callEndedBy?: 'agent' | 'platform'
  readonly warnings: readonly Warning[]
  readonly link: LinkView
  /** The customer's bank asks the customer to confirm the payment (3-D Secure). */
  readonly challenged: boolean
  /** Milliseconds since the epoch at which the session ends by itself when nothing happens. */
  readonly endsAt: number
  readonly result: {
    readonly end: End
    readonly outcome: Outcome
    readonly declineReason?: DeclineReason
    readonly authorisationCode?: string
    /** What the page around is told in `VariableData`, where the flow has names of its own for it. */
    readonly variables?: Readonly<Record<string, string>>
  } | null
}
