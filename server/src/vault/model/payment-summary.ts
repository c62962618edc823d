import type { Guid } from '../../base/guid.ts'
import type { Actor } from '../../base/request-scope.ts'
import type { FollowUpKind } from './gateway.ts'

/** Where the money of an approved payment is, and how it came there. Sums are minor units of the currency. */
export interface PaymentSummary {
  readonly gateway: string
  readonly gatewayReference: string
  /** ISO 4217. */
  readonly currency: string
  readonly authorised: number
  readonly captured: number
  readonly refunded: number
  /** Of refunds whose gateway has not answered. */
  readonly refundsUnderWay: number
  /** What can still be refunded. */
  readonly refundable: number
  readonly isVoided: boolean
  /** The oldest first. */
  readonly operations: readonly PaymentOperation[]
}

/** A capture, a refund or a void that was ordered of an approved payment. */
export interface PaymentOperation {
  /** The key that the gateway knows it by. */
  readonly key: string
  readonly kind: FollowUpKind
  readonly amountMinor: number
  /** `pending` while its gateway has not answered. */
  readonly status: 'pending' | 'succeeded' | 'failed'
  /** The gateway's word, where it failed. */
  readonly gatewayCode?: string
  /** Milliseconds since the epoch, as is {@link answeredAt}. */
  readonly requestedAt: number
  readonly answeredAt?: number
  readonly requestedBy: Actor
}

/** What is to be done with an approved payment. */
export interface PaymentOrder {
  readonly kind: FollowUpKind
  /** In major units, such as `12.40`; all that there is, or is left, without it. */
  readonly amount?: string
  /** Whoever gives it twice under one name has given it once. */
  readonly name: Guid
  /**
   * What becomes of it where one of its kind is under way. `usual`: one of the same sum is this one. `another`: it is one
   * beside it. `retry`: only what was given under this name is asked for again, and nothing is begun.
   */
  readonly repeat: 'usual' | 'another' | 'retry'
}

/** An order as it was carried out, and the payment afterwards. */
export interface OrderedPayment {
  readonly operation: PaymentOperation
  readonly payment: PaymentSummary
}
