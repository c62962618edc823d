import type { DeclineReason } from '@tonegate/protocol/outcome'
import type { Digits } from './digits.ts'
import type { Flow, Order, Purpose } from './launch.ts'

/**
 * The card to be charged. Its digits can be read until {@link Gateway.authorise} has returned its promise, and
 * are overwritten then: a gateway reads them before it awaits anything.
 */
export interface GatewayCard {
  /** As `credit-card-type` names it. */
  readonly brand: string
  readonly pan: Digits
  /** MMYY. */
  readonly expiry: Digits
  /** Absent where the card has none, or its flow does not ask for it: then no request names it. */
  readonly securityCode?: Digits
}

/** What the browser says that a card was typed into: by itself, or by the payment page's script. */
export interface CustomerBrowser {
  /** The header `Accept` of a page. */
  readonly acceptHeader?: string
  readonly userAgent?: string
  /** BCP 47. */
  readonly language?: string
  /** False where the page's script did not run: then it is not known what only a script can tell. */
  readonly javaScriptEnabled: boolean
  readonly javaEnabled?: boolean
  /** Bits a pixel. */
  readonly colorDepth?: number
  /** Pixels. */
  readonly screenHeight?: number
  readonly screenWidth?: number
  /** Minutes from local time to UTC, as `Date.getTimezoneOffset` counts: less than nothing east of Greenwich. */
  readonly timeZoneOffset?: number
}

/** A payment to be authorised. */
export interface AuthorisationRequest {
  /** The same for every try at the same payment; at most 40 characters of `[0-9a-z-]`. */
  readonly idempotencyKey: string
  readonly purpose: Purpose
  readonly card: GatewayCard
  /** Of more than nothing where the purpose takes money. Where it does not, no money moves, whatever the amount. */
  readonly order: Order
  /** What the merchant's program sent along: names, address, references. Each is on one line, as `order.reference` is. */
  readonly initialValues: Readonly<Record<string, string | null>>
  /** `moto`: typed on a telephone. `ecommerce`: typed into the payment page. */
  readonly channel: 'moto' | 'ecommerce'
  /** After so long the payment counts as `unknown`; a later answer is still welcome. */
  readonly timeoutSeconds: number
  /**
   * Where the customer's bank may send the customer back to (3-D Secure); absent where nobody can be asked. The
   * answer is a form POST to it, or a GET with a query.
   */
  readonly challengeReturnUrl?: string
  /** Of the customer who typed the card into the payment page. */
  readonly browser?: CustomerBrowser
  /** The IP address that the card came from, where it was typed into the payment page. */
  readonly clientAddress?: string
  /** Aborted when nobody will hear the answer any more. */
  readonly signal: AbortSignal
}

/** A payment by a card that the gateway keeps under a token of an earlier answer. */
export interface KeptCardRequest extends Omit<AuthorisationRequest, 'card'> {
  /** {@link Authorised.token} of that answer. */
  readonly token: string
  /**
   * Who asks for the payment: the customer, who is on the telephone or on the page, or the merchant alone, by an
   * agreement that the customer gave when the card was kept.
   */
  readonly initiator: 'customer' | 'merchant'
}

/** What every answer may carry beside its verdict. */
interface AnswerDetails {
  /** The gateway's own code for its verdict, as it is. */
  readonly gatewayCode?: string
  /**
   * What the gateway says beyond that, under its own names, for result templates: at most 40 members of at most
   * 256 characters. Never a digit of the card beyond the last four.
   */
  readonly details?: Readonly<Record<string, string>>
}

/** A sum as a gateway names it. */
export interface Money {
  /** Minor units of the currency. */
  readonly amountMinor: number
  /** ISO 4217, upper case. */
  readonly currency: string
}

/** What an answer says of money that has moved, or is held. */
interface Authorised extends AnswerDetails {
  readonly gatewayReference: string
  /**
   * What was authorised, in the gateway's words: an answer that names another sum than the order's is none that can
   * be believed. Absent where the gateway does not say.
   */
  readonly amount?: Money
  /** Whether the money has been taken already, and not only held. */
  readonly captured: boolean
  /** Stands for the card at this gateway, where one was made. */
  readonly token?: string
}

/** What a gateway says about a payment. `error`: it was not processed, and no money moved. */
export type GatewayAnswer =
  | ({ readonly status: 'approved'; readonly authorisationCode: string } & Authorised)
  | ({ readonly status: 'review'; readonly authorisationCode?: string } & Authorised)
  | ({
      readonly status: 'declined'
      readonly reason: DeclineReason
      readonly gatewayReference?: string
    } & AnswerDetails)
  | ({
      readonly status: 'error'
      readonly gatewayReference?: string
      readonly gatewayCode: string
    } & AnswerDetails)

/** What the customer's bank asks: a form that the customer's browser sends, in a frame (3-D Secure). */
export interface Challenge {
  /** An absolute https URL; http is for the sandbox. */
  readonly url: string
  /** `get`: the fields are the query, and the URL has none. `post` unless said. */
  readonly method?: 'get' | 'post'
  readonly fields: Readonly<Record<string, string>>
}

/** The gateway decides when the customer has come back from their bank. Nothing has been charged. */
export interface GatewayChallenge {
  readonly status: 'challenge'
  readonly challenge: Challenge
}

/** The customer came back from their bank, or did not. */
export interface ChallengeCompletion {
  readonly idempotencyKey: string
  /** The form or the query that the bank sent the customer back with. After `abandoned` nothing may be charged any more. */
  readonly answer: ChallengeAnswer
  /** What the payment was asked for, for a gateway that has to be told: the process that asked may have ended. */
  readonly asked?: Pick<AskedBefore, 'purpose' | 'order'>
  readonly signal: AbortSignal
}

/** Authorises cards. Adapters join `gateways/`, one a folder or file. */
export interface Gateway {
  /**
   * Asks for an authorisation. Asked twice with one key it charges once and answers the same.
   *
   * @throws {NotSent} when nothing has left for the gateway, so that no money can have moved. Anything else
   *   that is thrown leaves the outcome unknown.
   */
  authorise(request: AuthorisationRequest): Promise<GatewayAnswer | GatewayChallenge>
  /**
   * Asks for an authorisation by a card that it keeps. Absent in a gateway that keeps none.
   *
   * @throws as {@link authorise} does.
   */
  authoriseKept?(request: KeptCardRequest): Promise<GatewayAnswer | GatewayChallenge>
  /**
   * Goes on with a payment that was answered with a challenge. Absent in a gateway that never asks.
   *
   * @throws as {@link authorise} does.
   */
  completeChallenge?(completion: ChallengeCompletion): Promise<GatewayAnswer>
  /**
   * What became of a payment, by its key; `undefined` when the gateway does not know (yet).
   */
  reconcile(asked: AskedBefore): Promise<GatewayAnswer | NotFound | AtBank | undefined>
  /** Captures money that was only held; all of it or less. */
  capture(order: FollowUp): Promise<FollowUpAnswer>
  /** Voids what was held. A gateway whose payment was captured already refuses. */
  void(order: FollowUp): Promise<FollowUpAnswer>
  /** Refunds money that was captured; all of it or less. */
  refund(order: FollowUp): Promise<FollowUpAnswer>
  /**
   * Reads what the gateway tells by itself. Nothing in it is believed but what is signed, and of that only that
   * something has happened: what became of a payment is asked for by {@link reconcile}. Absent in a gateway that tells
   * nothing.
   *
   * @throws {Forged} when it is not of the gateway, or too old.
   */
  readNotifications?(sent: SentNotification): readonly Notification[]
  /**
   * Asks what shows that the credentials are accepted, that card numbers may be sent and that payments may be taken on the
   * telephone. No card is charged and nothing is kept.
   */
  check?(signal: AbortSignal): Promise<readonly CheckedPoint[]>
}

/** A request that came in at the address that the gateway has been given. */
export interface SentNotification {
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** As it came. */
  readonly body: Buffer
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** What a gateway tells of a payment. */
export interface Notification {
  /** The gateway's own, the same when it tells it again: at most 256 characters. */
  readonly id: string
  /**
   * `payment`: its outcome may be known now, or another one than before. `capture-failed` and `refund-failed`: what was
   * taken on before came to nothing. `other`: nothing that concerns Tonegate (a payment of others, a payout).
   */
  readonly about: 'payment' | 'capture-failed' | 'refund-failed' | 'other'
  /** The key of the payment, or of the capture or refund that failed; where the gateway tells it. */
  readonly key?: string
  /** The gateway's name for the payment, where it tells it. */
  readonly gatewayReference?: string
  /** The gateway's own word for what happened. */
  readonly gatewayCode: string
  /**
   * What of it tells the outcome of the payment, for a gateway that cannot be asked: in the adapter's own words, at most
   * 500 characters, and nothing of the card. It comes back as {@link AskedBefore.told}.
   */
  readonly tells?: string
}

/** A notification that is not of the gateway, or too old: nothing in it counts. */
export class Forged extends Error {
  /** @param detail what is wrong with it; nothing of what it holds. */
  constructor(detail: string) {
    super(detail)
    this.name = 'Forged'
  }
}

/** Something that was looked at, to see whether payments will work. */
export interface CheckedPoint {
  readonly what: 'credentials' | 'raw-cards' | 'moto' | 'notifications' | 'kept-cards' | 'three-d-secure'
  /** `unknown`: only a live payment shows it. */
  readonly state: 'in-order' | 'wrong' | 'unknown'
  /** A plain sentence in English: what was seen, and what to do. No secret. */
  readonly detail: string
}

/**
 * The gateway has no such payment at this moment, for certain. Long enough after it was asked for that means that it
 * never arrived.
 */
export interface NotFound {
  readonly status: 'not-found'
}

/** The customer's bank was asked, and the gateway waits for what the customer comes back with: nothing is authorised yet. */
export interface AtBank {
  readonly status: 'at-bank'
}

/** A payment that a gateway was asked for before. */
export interface AskedBefore {
  readonly idempotencyKey: string
  readonly purpose: Purpose
  readonly order: Money
  /** Milliseconds since the epoch. */
  readonly requestedAt: number
  /** What becomes of an approval that is found so late: a gateway that cannot tell may void what there may be. */
  readonly lateApproval?: Flow['lateApproval']
  /** What the customer came back from their bank with, where that was handed in, or was about to be. */
  readonly cameBack?: Readonly<Record<string, string>>
  /** What the gateway has told of the payment by itself: {@link Notification.tells}. */
  readonly told?: string
  readonly signal: AbortSignal
}

/**
 * Something to be done with a payment that was approved. Asked again with the same key it is done once: whatever is
 * thrown, it may be asked again.
 */
export interface FollowUp {
  /** Its own, not that of the payment; at most 50 characters of `[0-9a-z-]`. */
  readonly idempotencyKey: string
  /** That of the payment. */
  readonly gatewayReference: string
  /** The key that the payment was authorised with. */
  readonly paymentKey: string
  readonly amount: Money
  /** What the payment's answer said: the sum, and whether it had been taken. */
  readonly authorised: { readonly amount: Money; readonly captured: boolean }
  /** For a gateway that may do twice what it is asked twice. */
  readonly memory?: FollowUpMemory
  readonly signal: AbortSignal
}

/**
 * Whether somebody has asked for an order whose outcome is not known, this process or another. All of it is durable when it
 * resolves.
 */
export interface FollowUpMemory {
  /** When it was asked for, in milliseconds since the epoch. */
  askedAt(): Promise<number | undefined>
  /**
   * It is going to be asked for.
   *
   * @throws where somebody has asked for it since {@link askedAt}: then it may not be.
   */
  asks(now: number): Promise<void>
  /** The gateway has said that it made nothing of it. */
  forget(): Promise<void>
}

/** `done` also when it had been done before. */
export type FollowUpAnswer =
  | { readonly status: 'done'; readonly gatewayReference?: string }
  | { readonly status: 'refused'; readonly gatewayCode: string }

/** The request did not leave for the gateway: a definite failure. */
export class NotSent extends Error {
  /** @param detail what kept it; never anything of the card. */
  constructor(detail: string, options?: ErrorOptions) {
    super(detail, options)
    this.name = 'NotSent'
  }
}

/** The gateways of a vault. */
export interface Gateways {
  /** The gateway of this name that a tenant's flow may use, as it was at most a second ago. */
  find(tenant: number, name: string): Gateway | undefined | Promise<Gateway | undefined>
}

/** Gateways that every tenant may use, by their names. */
export const sharedGateways = (byName: Readonly<Record<string, Gateway>>): Gateways => ({
  find: (_tenant, name) => (Object.hasOwn(byName, name) ? byName[name] : undefined),
})

/** What a customer's bank sent the customer back with, or that the customer never came back. */
export type ChallengeAnswer = Readonly<Record<string, string>> | 'abandoned'

/** What can be done with a payment that was approved. */
export type FollowUpKind = 'capture' | 'void' | 'refund'
