import type { Guid } from '../../base/guid.ts'
import type { ChargedCard } from '../fields/sealed-card.ts'
import type { Challenge, ChallengeAnswer, GatewayCard, Money } from '../model/gateway.ts'
import type { Flow, KeptCard, Purpose } from '../model/launch.ts'
import type { BankVisit, ChallengeFields } from '../model/sealed-challenge.ts'
import type { CardSender } from '../model/vault-sessions.ts'

/**
 * How the customer's bank was answered; `cancelled`: the payment was called off meanwhile; `decided`: the gateway has told
 * what became of it.
 */
export type Comeback = ChallengeAnswer | 'cancelled' | 'decided'

/** Waits, until that time at most, for a customer whom the process before this one has sent to their bank with these. */
export type Challenged = (
  fields: ChallengeFields,
  endsAt: number,
  decided: Promise<void>,
) => Promise<Comeback>

/** A card that is ready to be charged: one that was typed, or one that the gateway keeps. */
export interface Charging {
  readonly card: GatewayCard | KeptCard
  /** What may be known of it afterwards; of a kept card only what was known when it was kept. */
  readonly charged: ChargedCard | undefined
  readonly channel: 'moto' | 'ecommerce'
  /** Where the customer's bank may send the customer back to; absent where nobody can be asked. */
  readonly challengeReturnUrl?: string
  /** Who typed it into the payment page; absent where the keypad was used. */
  readonly sender?: CardSender
  /**
   * Asks the customer what their bank asks, and resolves when the customer has come back, or has had long enough.
   * Rejects when the process is about to end.
   *
   * @param decided resolves when nobody need be waited for any more.
   */
  challenged(challenge: Challenge, decided: Promise<void>): Promise<Comeback>
  /** Overwrites the digits. */
  wipe(): void
}

/** A charge that was written down before its gateway was asked. */
export interface ChargeAttempt {
  readonly guid: Guid
  readonly tenant: number
  readonly idempotencyKey: string
  /** The gateway's name in the flow. */
  readonly gateway: string
  readonly purpose: Purpose
  readonly order: Money
  /** Milliseconds since the epoch. */
  readonly requestedAt: number
  readonly lateApproval: Flow['lateApproval']
  readonly charged: ChargedCard | undefined
  /** Since when the customer has been asked by their bank, with what, and with what they came back. */
  readonly challenged?: BankVisit & { readonly at: number }
}
