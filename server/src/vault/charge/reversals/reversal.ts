import type { Guid } from '../../../base/guid.ts'
import type { ChargeFollowUpTable } from '../../../store/tables.ts'
import type { FollowUpKind, GatewayAnswer, Money } from '../../model/gateway.ts'

/** A payment that was approved and is to be voided or refunded. */
export interface Reversal {
  readonly guid: Guid
  readonly tenant: number
  readonly gateway: string
  /** Of the payment. */
  readonly idempotencyKey: string
  readonly order: Money
  readonly answer: Extract<GatewayAnswer, { captured: boolean }>
  /** A payment that came too late is refunded if it cannot be voided; one that was cancelled is not. */
  readonly reason: ChargeFollowUpTable['reason']
}

/** What became of it. `not-known`: not yet; it goes on. */
export type Reversed = 'voided' | 'refused' | 'not-known'

/** Of the void or the refund, and not of the payment. */
export const keyOf = ({ idempotencyKey }: Reversal, kind: FollowUpKind): string => `${idempotencyKey}-${kind}`

/** All that was authorised. */
export const sumOf = ({ answer, order }: Reversal): Money => answer.amount ?? order
