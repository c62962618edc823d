import type { TestContext } from 'node:test'
import type { Clock } from '../../base/clock.ts'
import type { Gateway, SentNotification } from '../model/gateway.ts'
import type { DoubleAnswer, GatewayDouble } from './test-double.ts'
import type { TestLedger } from './test-ledger.ts'

/** A gateway's adapter with its double, and what is particular to the two. */
export interface Subject {
  readonly double: GatewayDouble & { readonly ledger: TestLedger }
  /** The adapter; its settings lead to the double, or to another address. */
  gateway(options: { readonly clock?: Clock; readonly ca?: string; readonly baseUrl?: string }): Gateway
  /** The request by which a payment is asked for. */
  readonly paying: RegExp
  /** The same answer, with one minor unit more. */
  otherAmount(answer: DoubleAnswer): DoubleAnswer
  /** The same answer, with this where the gateway tells something beyond its verdict. */
  repeating(answer: DoubleAnswer, said: unknown): DoubleAnswer
  /** An error in the gateway's own words. */
  ownError(status: number): DoubleAnswer
  /** An answer of 200 with an error in it. */
  readonly errorInside: DoubleAnswer
  /** The requests by which a payment is voided or refunded. */
  readonly reversals: RegExp
  /** The request by which a payment goes on after its customer has been to the bank. */
  readonly completing: RegExp
  /** A card whose bank asks its customer. */
  readonly askedPan: string
  /** What the customer comes back with. */
  backFromBank(decision: 'confirms' | 'refuses'): Readonly<Record<string, string>>
  /** What becomes of a payment whose process ended while its customer was at the bank. */
  readonly leftAtBank: 'declined' | 'unknown'
  /** What reconciliation says at last of a payment that never arrived. */
  readonly neverArrived: 'failed' | 'unknown'
  /** A card of which a bank authorises a part, and what becomes of such a payment in the end. */
  readonly part: { readonly pan: string; readonly ends: 'declined' | 'unknown' }
  /** A card that somebody looks at first, and what is said of its payment till then. */
  readonly review: { readonly pan: string; readonly ends: 'review' | 'unknown' }
  /** That it will not void, or refund. */
  readonly refusal: DoubleAnswer
  /** Absent where it tells nothing by itself. */
  readonly tells?: Tells
  /** A day has passed: it has no answers left that it would give again. Absent where it keeps them. */
  forget?(): void
  /** Decides about what somebody looks at. Absent where it tells so of none. */
  decide?(verdict: 'approved' | 'declined'): void
  /** What is younger is not found. Absent where everything is found at once. */
  lookUpIsBehind?(milliseconds: number): void
}

/** What a gateway tells by itself, in its own words. */
export interface Tells {
  /** Of what has happened so far, in its order. */
  facts(): readonly unknown[]
  /** That the payment of this key has been approved, whatever is true. */
  approval(key: string): unknown
  /**
   * That an order which was done came to nothing after all; the gateway knows it from then on. `undefined`: none of this
   * kind ever does.
   *
   * @param order its key; that of the payment for what was taken by itself.
   */
  failure(kind: 'capture' | 'refund', order: string): unknown
  /**
   * As it comes in.
   *
   * @param by `somebody`: who does not know how the gateway signs.
   * @param at milliseconds since the epoch.
   */
  send(
    fact: unknown,
    sent: { readonly by: 'gateway' | 'somebody'; readonly at: number },
  ): Omit<SentNotification, 'now'>
}

export type StartSubject = (
  t: TestContext,
  options: { readonly clock?: Clock; readonly tls?: { readonly key: string; readonly cert: string } },
) => Promise<Subject>
