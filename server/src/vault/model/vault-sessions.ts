import type { Language } from '@tonegate/protocol/languages'
import type { DeclineReason, End, Outcome } from '@tonegate/protocol/outcome'
import type { CallEnd, CallTrouble } from '@tonegate/protocol/telephone'
import type { EntryMode, FieldError, FieldName, LinkChannel, ViewState } from '@tonegate/protocol/view-state'
import type { Stop } from '../../base/clock.ts'
import type { Guid } from '../../base/guid.ts'
import type { Challenge, CustomerBrowser } from './gateway.ts'
import type { Launch, Launched, LaunchName } from './launch.ts'

/**
 * A card as a customer typed it into the payment page: digits as bytes, which whoever has read them overwrites. Texts,
 * which nobody can overwrite, are for cards that are nobody's.
 */
export interface TypedCard {
  readonly pan: string | Uint8Array
  /** MMYY, MMYYYY or MYY. */
  readonly expiry: string | Uint8Array
  /** Absent where the field was left empty. */
  readonly securityCode?: string | Uint8Array
}

/** Who has typed a card into the payment page, as far as their browser tells. */
export interface CardSender {
  readonly browser: CustomerBrowser
  /** An IP address. */
  readonly clientAddress: string
}

/** A link that is to be sent; without an address to where it went last, or to what the program sent along. */
export interface LinkOrder {
  readonly channel: LinkChannel
  readonly to?: string
  /** Nothing is sent where the link went there already, or is on its way. */
  readonly unlessSent?: true
}

/** An open capture session. Every operation leaves the state that {@link OpenSession.view} then shows. */
export interface OpenSession {
  readonly guid: Guid
  readonly launch: Launch
  view(): ViewState
  /** Calls back after every change, the end included. */
  subscribe(listener: (state: ViewState) => void): Stop
  /** A page of the session was opened; counts as activity. */
  opened(): void
  /**
   * A key of the caller's telephone. Ignored where no digit is expected.
   *
   * @param at when it was pressed, where that is known; in milliseconds since the epoch.
   */
  press(tone: string, at?: number): 'taken' | 'ignored'
  /** @param by the caller, unless it is known to be somebody else. */
  callEnded(by?: CallEnd): void
  /**
   * `in-band-tones`: what was keyed in is discarded, and the keypad closed until `line-secured`, of a line that was lost
   * after that. A charge under way goes on.
   */
  callTrouble(trouble: CallTrouble): void
  /**
   * Asks for one field again, alone.
   *
   * @throws {Problem} `not-possible-now` once the gateway has been asked, and while the keypad is closed.
   */
  ask(field: FieldName): void
  slowMode(on: 'on' | 'off'): void
  /** How long is waited between two digits. */
  waitBetweenDigits(seconds: number): void
  /**
   * Changes how the card is typed, in mid-session; what was half typed is dropped, complete fields stay.
   *
   * @throws {Problem} `not-possible-now` for the keypad of a session that was opened for a link, or one that is closed.
   */
  enterBy(entry: EntryMode): void
  /** Sends the customer's link, and resolves with it when it was accepted for delivery. See `payment-link.ts`. */
  sendLink(order: LinkOrder): Promise<string>
  /** The channel of a link that nobody names one for: as it went last, else by which an address is known. */
  defaultChannel(): LinkChannel
  /**
   * Takes the payment. Resolves when the session has ended; while the gateway is being asked, another call
   * joins the first and charges nothing.
   *
   * @throws {Problem} `not-possible-now` unless all fields are complete.
   */
  pay(): Promise<void>
  /**
   * Ends the session. While the customer's bank asks the customer, the payment is given up: nothing is charged, and what
   * the gateway approved after all is reversed.
   *
   * @throws {Problem} `not-possible-now` once the gateway has been asked, but for a customer who is at the bank.
   */
  cancel(): Promise<void>
  /**
   * The payment page's form: checks all fields, and charges when they are right. The card has been read when it
   * returns its promise.
   * Resolves when the session has ended or with what is wrong with the fields.
   */
  submitCard(card: TypedCard, sender?: CardSender): Promise<Readonly<Partial<Record<FieldName, FieldError>>>>
  /** Whether a link's secret leads here. `former`: it did, until another link was sent to another address. */
  admits(linkSecret: string): 'current' | 'former' | 'no'
  /** The customer has opened the payment page. */
  pageOpened(): void
  /** The customer types into the payment page: so many digits are in the field. Takes over from the keypad. */
  pageTyped(field: FieldName, digits: number): void
  /** What the customer's bank asks of the customer (3-D Secure); `undefined` while it asks nothing. */
  challenge(): Challenge | undefined
  /**
   * The customer has come back from their bank. Ignored when nothing was asked, and where a field that was sent to the
   * bank has come back as another one: it is the answer of another payment.
   */
  challengeAnswered(answer: Readonly<Record<string, string>>): void
  /** `closed`: whoever opened the agent view has lost their access, and the payment goes on without the view. */
  readonly viewAccess: ViewAccess
  /** Closes the agent view for good; resolves when that is durable. */
  closeView(): Promise<void>
  /**
   * Uses up a refresh token of the agent view and returns its successor; `undefined` when it is not one.
   *
   * @param proposed the successor that the page has chosen: 32 digits in base 16.
   */
  renew(refreshToken: string, proposed?: string): Promise<string | undefined>
  /** Another refresh token, for a window of the agent view that has none of its own. */
  addRefreshToken(): Promise<string>
}

export type ViewAccess = 'open' | 'closed'

export interface VaultSessions {
  /**
   * Opens a capture session.
   *
   * @param refreshTokenHash of a refresh token that is somebody's already, and is to open the agent view too.
   * @param name for a launcher in another process, who chose what the session is called; see `named-launches.ts`.
   */
  launch(launch: Launch, refreshTokenHash?: string, name?: LaunchName): Promise<Launched>
  /** An open session; `undefined` when it is unknown or has ended. */
  find(guid: Guid): OpenSession | undefined
  /** The last state of a session that has ended within the last minutes. */
  findLastState(guid: Guid): LastState | undefined
  /** How a session ended, for 90 days; `undefined` when it is open or unknown, or the secret is not of its link. */
  findEnding(guid: Guid, linkSecret: string): Promise<Ending | undefined>
  readonly voidAuthorised: VoidAuthorised
  /** Closes a session's agent view for good, of one that has ended a moment ago too; resolves when that is durable. */
  closeView(guid: Guid): Promise<void>
}

/** The last state of a session, for pages that missed it. */
export interface LastState {
  readonly tenant: number
  readonly state: ViewState
  readonly viewAccess: ViewAccess
}

/** How a session ended, for whoever opens its link afterwards. */
export interface Ending {
  readonly end: End
  readonly outcome: Outcome
  /** What it was when the session ended, where it has been told anew since. */
  readonly firstOutcome?: Outcome
  readonly declineReason?: DeclineReason
  readonly order: { readonly amountMinor: number; readonly currency: string }
  readonly merchantName: string
  readonly language: Language
}

/**
 * Voids what was authorised in a session that has ended and was not captured, where its flow allows it. What the
 * session then has as its result is reported as any other. Harmless when it is asked again.
 *
 * @returns `nothing` where there is nothing to void, or the flow does not allow it; `refused` by the gateway;
 *   `not-known` when the gateway has not answered yet: it goes on being asked.
 */
export type VoidAuthorised = (guid: Guid) => Promise<'voided' | 'refused' | 'not-known' | 'nothing'>
