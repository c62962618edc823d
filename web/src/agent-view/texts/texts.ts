import type { AgentWordsKey } from '@tonegate/protocol/agent-words'
import type { DeclineReason, End, Outcome } from '@tonegate/protocol/outcome'
import type { FieldError, FieldName, FieldView, LinkChannel, Warning } from '@tonegate/protocol/view-state'
import type { Refusal } from '../refusal.ts'

type ByField = Readonly<Record<FieldName, string>>
type ConfirmWords = Readonly<Record<'confirm' | 'confirm-by-keypad', string>>

/** What an agent is warned of. Behind a link a caller who hangs up can still pay. */
export type ShownWarning = Warning | 'call-ended' | 'hung-up' | 'hung-up-with-link'

interface Message {
  readonly heading: string
  readonly advice: string
}

/** What is said about a channel that links go by. */
export interface ChannelTexts {
  readonly name: string
  readonly addressLabel: string
  /** How a right address looks. */
  readonly addressHint: string
  readonly enterAddress: string
  readonly otherAddress: string
}

/** Of the fields that are shown. */
type FieldStates = Readonly<Record<Exclude<FieldView['state'], 'not-asked'>, string>>

/** Everything that the agent view says, in one language. */
export interface Texts {
  readonly fields: ByField
  readonly fieldStates: FieldStates
  /** On the payment page, where a field's digits stay to be seen by nobody until the form is sent. */
  readonly pageFieldStates: FieldStates
  /** Of a security code that was left out. */
  readonly leftOut: string
  readonly fieldErrors: Readonly<Record<FieldError, string>>
  digits(count: number): string
  lastFour(last4: string): string
  attemptsLeft(count: number): string
  readonly ask: string
  readonly askAgain: string
  /** These begin with the words on the button: {@link ask}, {@link askAgain}. */
  readonly askFor: ByField
  readonly askAgainFor: ByField
  readonly reference: string
  readonly callerNumber: string
  readonly cardCheckOnly: string
  readonly fieldsHeading: string

  /** Where the session stands. */
  readonly standing: {
    readonly asked: ByField
    readonly typing: ByField
    readonly stopped: ByField
    readonly refused: Readonly<Record<Exclude<FieldError, 'timeout'>, string>>
    readonly between: string
    readonly complete: string
    readonly completeByKeypad: string
    /** No key is taken: others have heard some, or the line is being secured again. */
    readonly keypadClosed: string
    readonly lineLost: string
    readonly processing: string
    readonly challenged: string
    readonly linkUnsent: string
    readonly linkElsewhere: string
    linkSending(to: string): string
    linkSent(to: string): string
    linkFailed(to: string): string
    readonly linkOpened: string
    readonly linkTyping: ByField
    readonly linkRefused: string
  }
  /** Stands before the words that the agent is advised to say: to a caller, or to one who has hung up. */
  readonly say: string
  readonly sayOnCallback: string
  /** `{amount}`, `{merchant}` and `{last4}` are filled in. */
  readonly words: Readonly<Record<AgentWordsKey, string>>
  readonly wordsWithoutLast4: ConfirmWords

  readonly warnings: Readonly<Record<ShownWarning, Message>>
  readonly timeLeft: string
  readonly goOn: string
  readonly cannotGoOn: string

  readonly settingsHeading: string
  readonly slowMode: string
  readonly slowModeHint: string
  readonly turnOnSlowMode: string
  readonly waitBetweenDigits: string
  seconds(count: number): string
  readonly useLink: string
  readonly useKeypad: string

  readonly linkHeading: string
  readonly noChannels: string
  readonly channels: Readonly<Record<LinkChannel, ChannelTexts>>
  /** Fills in the caller's telephone number as the address. */
  readonly useCallerNumber: string
  readonly linkSteps: Readonly<Record<'sent' | 'opened', string>>
  readonly send: string
  readonly sendAgain: string
  readonly sending: string
  readonly close: string

  readonly takePayment: string
  readonly takingPayment: string
  readonly cancel: string
  /** Leads from the result back to where the desktop wants to go on. */
  readonly finish: string
  readonly cancelQuestion: string
  readonly cancelYes: string
  readonly cancelNo: string
  endsAt(time: string): string

  /** While a command waits for its answer. */
  readonly commandUnderWay: string
  readonly connectionLost: string
  readonly accessLost: string
  readonly accessEnded: string
  readonly sessionGone: string
  readonly refusals: Readonly<Record<Refusal, string>>

  readonly authorisationCode: string
  readonly outcomes: Readonly<Record<Outcome, Message>>
  readonly ends: Readonly<Partial<Record<End, string>>>
  readonly declineReasons: Readonly<Record<DeclineReason, string>>
}

/** What a language says. */
export interface LanguageTexts extends Texts {
  /** Said in the place of the usual texts where a card is only verified: nothing is paid there. */
  readonly forCardCheck: CardCheckTexts
}

type CardCheckTexts = {
  readonly words: ConfirmWords & Partial<Texts['words']>
} & { readonly [Part in 'standing' | 'warnings' | 'outcomes' | 'ends']: Partial<Texts[Part]> } & Partial<
    Pick<Texts, 'cannotGoOn' | 'takePayment' | 'takingPayment' | 'cancel' | 'cancelQuestion' | 'endsAt'>
  >
