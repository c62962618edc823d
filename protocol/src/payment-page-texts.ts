import type { DeclineReason, Outcome } from './outcome.ts'
import type { FieldError, FieldName } from './view-state.ts'

/** A field of the payment page that was left empty. */
export type MissingField = 'missing-card-number' | 'missing-expiry-date' | 'missing-security-code'

/** What has happened, and what the customer can do about it. */
export interface Message {
  readonly heading: string
  readonly advice: string
}

type CardCheckTexts = Pick<
  PaymentPageTexts,
  | 'notSent'
  | 'notPaid'
  | 'unknownYet'
  | 'processing'
  | 'challenge'
  | 'challengeDone'
  | 'toPayment'
  | 'cancelledAtBank'
> & {
  readonly outcomes: Readonly<Record<Exclude<Outcome, 'approved' | 'declined'>, Message>>
  readonly declineReasons: Readonly<Partial<Record<DeclineReason, string>>>
}

/**
 * All that the customer reads, in one language. Places such as `{amount}`, `{merchant}`, `{reference}` and `{count}`
 * are filled in.
 */
export interface PaymentPageTexts {
  readonly payTo: string
  readonly verifyFor: string
  /** In the place of an amount of zero. */
  readonly verifyAmount: string
  readonly reference: string
  readonly fields: Readonly<Record<FieldName, string>>
  readonly expiryHint: string
  /** By the number of digits that the card's brand has; `any` while it is unknown. */
  readonly securityCodeHints: Readonly<Record<'3' | '4' | 'any', string>>
  /** Beside a hint, where the code may be left out. */
  readonly noSecurityCode: string
  readonly pay: string
  readonly verify: string
  /** The button after it was pressed. */
  readonly paying: string
  readonly verifying: string
  readonly privacy: string
  /** In a session on a call: whoever the customer is talking to sees nothing either. */
  readonly privacyOnPhone: string
  /** The agent works with the keypad at this moment. */
  readonly keypadInUse: string
  readonly errorTitle: string
  readonly errorHeading: string
  readonly errorAdvice: string
  readonly oneAttemptLeft: string
  readonly attemptsLeft: string
  readonly fieldErrors: Readonly<Record<FieldError | MissingField, string>>
  /** Nothing has left the browser. */
  readonly notSent: Message
  /** The connection was lost, and the server has said that no payment was made. */
  readonly notPaid: Message
  /** The connection is lost, and what became of the payment is not known yet. */
  readonly unknownYet: Message
  readonly processing: Message
  readonly challenge: Message
  /** Leads to the bank without a script. */
  readonly toBank: string
  /** The name of the frame. */
  readonly bank: string
  readonly challengeDone: Message
  readonly toPayment: string
  readonly outcomes: Readonly<Record<Outcome, Message>>
  /** The bank has not said yet what became of the payment that was given up. */
  readonly cancelledAtBank: Message
  readonly verified: Message
  readonly paidAlready: Message
  readonly verifiedAlready: Message
  readonly tooManyAttempts: Message
  /** Nobody paid in time. */
  readonly ranOut: Message
  readonly newerLink: Message
  readonly unknownLink: Message
  readonly ourFault: Message
  readonly notUnderstood: Message
  /** Why a card was declined, as far as its holder may be told. */
  readonly declineReasons: Readonly<Record<DeclineReason, string>>
  /** What is said otherwise where a card is verified and nothing charged. */
  readonly cardCheck: CardCheckTexts
  readonly merchantLabel: string
  readonly amountLabel: string
  readonly referenceLabel: string
}
