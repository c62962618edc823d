import type { DeclineReason } from './capture-result.ts'
import type { ChallengeAnswer } from './capture-sessions.ts'
import type { Digits } from './fields/digits.ts'
import type { Order } from './launch.ts'

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
  readonly securityCode: Digits
}

/** A payment to be authorised. */
export interface AuthorisationRequest {
  /** The same for every try at the same payment; at most 40 characters of `[0-9a-z-]`. */
  readonly idempotencyKey: string
  readonly card: GatewayCard
  /** An amount of zero verifies the card and moves no money. */
  readonly order: Order
  /** What the merchant's program sent along: names, address, references. */
  readonly initialValues: Readonly<Record<string, string | null>>
  /** `moto`: typed on a telephone. `ecommerce`: typed into the payment page. */
  readonly channel: 'moto' | 'ecommerce'
  /** After so long the payment counts as `unknown`; a later answer is still welcome. */
  readonly timeoutSeconds: number
  /**
   * Where the customer's bank may send the customer back to (3-D Secure); absent where nobody can be asked. The
   * answer is a form POST to it.
   */
  readonly challengeReturnUrl?: string
  /** Aborted when nobody will hear the answer any more. */
  readonly signal: AbortSignal
}

/** What a gateway says about a payment. `error`: it was not processed, and no money moved. */
export type GatewayAnswer =
  | {
      readonly status: 'approved'
      readonly gatewayReference: string
      readonly authorisationCode: string
      readonly gatewayCode?: string
    }
  | {
      readonly status: 'declined'
      readonly reason: DeclineReason
      readonly gatewayReference?: string
      readonly gatewayCode?: string
    }
  | {
      readonly status: 'review'
      readonly gatewayReference: string
      readonly authorisationCode?: string
      readonly gatewayCode?: string
    }
  | { readonly status: 'error'; readonly gatewayReference?: string; readonly gatewayCode: string }

/** What the customer's bank asks: a form that the customer's browser posts, in a frame (3-D Secure). */
export interface Challenge {
  /** An absolute https URL; http is for the sandbox. */
  readonly url: string
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
  /** The form that the bank sent the customer back with. After `abandoned` nothing may be charged any more. */
  readonly answer: ChallengeAnswer
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
   * Goes on with a payment that was answered with a challenge. Absent in a gateway that never asks.
   *
   * @throws as {@link authorise} does.
   */
  completeChallenge?(completion: ChallengeCompletion): Promise<GatewayAnswer>
  /** What became of a payment, by its key; `undefined` when the gateway does not know (yet). */
  reconcile(idempotencyKey: string): Promise<GatewayAnswer | undefined>
}

/** The request did not leave for the gateway: a definite failure. */
export class NotSent extends Error {
  /** @param detail what kept it; never anything of the card. */
  constructor(detail: string, options?: ErrorOptions) {
    super(detail, options)
    this.name = 'NotSent'
  }
}

/** Gateways by the name that a flow calls them. */
export type Gateways = Readonly<Record<string, Gateway>>

/** The gateway of a name, if the vault was given it. */
export const gatewayNamed = (gateways: Gateways, name: string): Gateway | undefined =>
  Object.hasOwn(gateways, name) ? gateways[name] : undefined
