import type { AgentWordsKey } from '@tonegate/protocol/agent-words'
import type { SecurityCodePolicy } from '@tonegate/protocol/card/security-code-policy'
import type { Language } from '@tonegate/protocol/languages'
import type { CardSummary } from '@tonegate/protocol/outcome'
import type { EntryMode, LinkChannel } from '@tonegate/protocol/view-state'
import type { Guid } from '../../base/guid.ts'
import type { Connection } from '../../store/store.ts'
import type { PromptKey } from './prompt-keys.ts'

/** What is to be paid: more than nothing where the {@link Purpose} takes money, and nothing where it does not. */
export interface Order {
  /** Minor units of the currency: 1240 is 12.40 EUR and 1240 JPY. */
  readonly amountMinor: number
  /** ISO 4217, upper case. */
  readonly currency: string
  /** The merchant's own reference, shown to agent and customer. */
  readonly reference?: string
}

/**
 * What a card is captured for: to take the money at once; to hold it until it is captured or voided; to verify the
 * card; to have a token that stands for it. The last two move no money at all.
 */
export const purposes = ['charge', 'authorise', 'verify', 'tokenise'] as const

export type Purpose = (typeof purposes)[number]

/** Whether money is meant: then there is an amount, and it is positive. */
export const takesMoney = (purpose: Purpose): boolean => purpose !== 'verify' && purpose !== 'tokenise'

/** Whether cards that the gateway keeps may be charged, and who asks for it then. */
export const keptCardPolicies = ['never', 'customer', 'merchant'] as const

/** A card that the gateway keeps, to be charged without being typed again. */
export interface KeptCard {
  /** The gateway's own name for it, which is a credential: never logged. */
  readonly token: string
  readonly initiator: Exclude<(typeof keptCardPolicies)[number], 'never'>
  /** What was known of it when it was kept. */
  readonly card?: CardSummary
}

/** How a card is captured. All of it comes from the account configuration. */
export interface Flow {
  /** The name of a gateway that the vault was given. */
  readonly gateway: string
  readonly purpose: Purpose
  /**
   * What becomes of an approval that is found after the session ended as `unknown`: it is kept, or voided
   * or refunded.
   */
  readonly lateApproval: 'record' | 'void'
  /** Whether cancelling a session that has ended voids what was authorised in it and not captured. */
  readonly cancelAfterwards: 'refuse' | 'void'
  /** How long an answer of the gateway is waited for; after it the outcome is `unknown`. */
  readonly gatewayTimeoutSeconds: number
  readonly merchantName: string
  /** Brands as `credit-card-type` names them (`visa`, `american-express`, …); empty means any. */
  readonly brands: readonly string[]
  /**
   * Whether a session may charge a card that the gateway keeps: `customer` while its holder is on the telephone and asks
   * for it, `merchant` by the merchant alone, as was agreed with the customer when the card was kept.
   */
  readonly keptCards: (typeof keptCardPolicies)[number]
  /** Whether the card's security code is asked for; `optional`: who has none may leave it out. */
  readonly securityCode: SecurityCodePolicy
  /** After the last field the caller confirms with 1, or starts again with 2. */
  readonly confirmByKeypad: boolean
  /** How often the caller may get a field wrong before the session ends. */
  readonly attempts: number
  readonly firstDigitSeconds: number
  readonly interDigitSeconds: number
  /** For handsets that double tones: the same key again within this time counts once, in slow mode. */
  readonly slowModeMilliseconds: number
  /** What happens to the call's recording while its keys are kept apart (contract/calls §4). */
  readonly recording: 'continue' | 'pause'
  /** Whether the agent sees the last four digits of a complete card number. */
  readonly showLast4: boolean
  readonly idleSeconds: number
  readonly lifetimeSeconds: number
  /** Who may frame the agent view: sources of a Content-Security-Policy. */
  readonly frameAncestors: readonly string[]
  /** Which of the pages that frame the view are told of every change: sources as those of `frameAncestors`. */
  readonly stateMessages: readonly string[]
  /** The variables of the message at the end, where the flow has names of its own for them. */
  readonly resultMessage?: ResultMessage
  /** What the caller hears, and the language of messages; pages follow the browser first. */
  readonly language: Language
  /** Whether a link is sent as soon as a session of the payment page is opened. */
  readonly sendLink: 'never' | LinkChannel
  /** How long the customer may take to confirm the payment to their bank (3-D Secure). */
  readonly challengeSeconds: number
  /** The configuration's own words in the place of the usual ones. */
  readonly texts: FlowTexts
}

/** What a flow says of what it leaves out, also one that was written before some of these were known. */
export const defaultFlow = {
  gatewayTimeoutSeconds: 10,
  brands: [],
  confirmByKeypad: true,
  attempts: 3,
  firstDigitSeconds: 20,
  interDigitSeconds: 8,
  slowModeMilliseconds: 400,
  recording: 'continue',
  showLast4: true,
  idleSeconds: 900,
  purpose: 'charge',
  lateApproval: 'record',
  cancelAfterwards: 'refuse',
  keptCards: 'never',
  securityCode: 'required',
  language: 'en',
  sendLink: 'never',
  challengeSeconds: 600,
  stateMessages: [],
  texts: {},
} as const satisfies Partial<Flow>

/** Texts by language. `{amount}`, `{merchant}` and `{last4}` in them are filled in. */
export interface FlowTexts {
  /** What the agent is advised to say. */
  readonly agentWords?: TextsByLanguage<AgentWordsKey>
  /** What the caller hears. */
  readonly prompts?: TextsByLanguage<PromptKey>
}

export type TextsByLanguage<Key extends string> = Readonly<
  Partial<Record<Language, Readonly<Partial<Record<Key, string>>>>>
>

/** What opens a capture session. */
export interface Launch {
  /** The account's number; part of the view's URL. */
  readonly tenant: number
  /** The payment session that it is for; absent where a program launches by the provider contract. */
  readonly sessionGuid?: Guid
  readonly flow: Flow
  readonly order: Order
  /** Charged as soon as the session's launcher has it; then nobody types, and there is no page for the customer. */
  readonly keptCard?: KeptCard
  /** What the program sent along for the gateway: names, address, references. Never card data. */
  readonly initialValues: Readonly<Record<string, string | null>>
  /** `keypad`: a caller on a telephone types. `link`: a customer on the payment page types. */
  readonly entry: EntryMode
  /** Whether somebody is on a call whose tones the vault hears. */
  readonly caller: 'on-call' | 'no-call'
  /** Where the agent's page goes when the session has ended; it stays when there is nowhere to go. */
  readonly returnUrl?: string
  /** Whoever launches wants to hear of what happens in it before its end. */
  readonly tellsProgress?: true
  /** The trace that the session belongs to (W3C Trace Context); absent where it is not traced. */
  readonly traceparent?: string
}

/** What a session is called whose launcher chose it beforehand. */
export interface LaunchName {
  readonly guid: Guid
  /** Tells the same launch from another one. */
  readonly digest: Buffer
}

/** What a launch hands out; nothing of it can be asked for again. */
export interface Launched {
  readonly guid: Guid
  /** The agent's page, to be opened by a form POST with the two tokens. */
  readonly viewUrl: string
  /** A JWT for the agent's page alone, about five minutes. */
  readonly accessToken: string
  /** 32 hex characters; renews the access token, once. */
  readonly refreshToken: string
  /** The customer's page; empty where a kept card is charged, for which there is none. */
  readonly paymentFormUrl: string
  /** Resolves when the session would survive a crash; nobody is told of it before. */
  readonly durable: Promise<void>
  /**
   * Writes what is there with the session or not at all: whoever has launched asks for it before anything else is waited
   * for, and it is in the session's own transaction. Durable when it resolves.
   */
  readonly alongside: (write: (transaction: Connection) => Promise<void>) => Promise<void>
}

/** Variables of the result message by their names; each text is a template. */
export type ResultMessage = Readonly<Record<string, string>>
