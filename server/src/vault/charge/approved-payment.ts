import type { Guid } from '../../base/guid.ts'
import type { Actor } from '../../base/request-scope.ts'
import type { Connection } from '../../store/store.ts'
import type { ChargeFollowUpTable } from '../../store/tables.ts'
import type { FollowUpAnswer, FollowUpKind, GatewayAnswer, Money } from '../model/gateway.ts'
import { takesMoney } from '../model/launch.ts'
import type { VaultRows } from '../model/vault-rows.ts'

/** Something that was ordered of a payment: a row of `charge_follow_up`. */
export interface OrderedFollowUp {
  readonly idempotencyKey: string
  readonly kind: FollowUpKind
  readonly reason: ChargeFollowUpTable['reason']
  /** The sum that belongs to the key: it never changes. */
  readonly amountMinor: number
  /** Milliseconds since the epoch. */
  readonly requestedAt: number
  readonly answeredAt: number | undefined
  /** What whoever gave it calls it. */
  readonly name: Guid | undefined
  /** `undefined` where the server does it by itself, or a version before has written it. */
  readonly requestedBy: Actor | undefined
  /**
   * `undefined` while its gateway has not answered: it is under way. `failedAt`, in milliseconds since the epoch, where the
   * gateway has told that it came to nothing after all.
   */
  readonly answer: (FollowUpAnswer & { readonly failedAt?: number }) | undefined
}

/** What became of an order. `not-known`: its gateway has not answered; it is under way and can be asked for again. */
export type OrderOutcome = FollowUpAnswer | { readonly status: 'not-known' }

/** An order that was asked for, with the sum that its key belongs to: the sum that its outcome is about. */
export interface AskedOrder {
  readonly idempotencyKey: string
  readonly kind: FollowUpKind
  readonly amount: Money
  /** Whether it had been under way already, and was asked for again. */
  readonly again: boolean
  readonly outcome: OrderOutcome
}

/** A payment that was approved, with all that was ordered of it since, as its rows say at one moment. */
export interface ApprovedPayment {
  readonly guid: Guid
  readonly tenant: number
  readonly gateway: string
  /** The key that it was authorised with. */
  readonly paymentKey: string
  /** `captured` is false where the gateway captured by itself and that failed. */
  readonly answer: Extract<GatewayAnswer, { captured: boolean }>
  readonly authorised: Money
  readonly cancelAfterwards: 'refuse' | 'void'
  /** The oldest first. */
  readonly orders: readonly OrderedFollowUp[]
}

/** Reads it; `undefined` where the session has no approved payment that holds or took money. */
export async function readApprovedPayment(
  rows: VaultRows,
  connection: Connection,
  guid: Guid,
): Promise<ApprovedPayment | undefined> {
  const row = await rows.answeredAttempt.first(connection, { guid })
  const answer = row?.answer ? (JSON.parse(row.answer) as GatewayAnswer) : undefined
  if (!row || !answer || !('captured' in answer)) return undefined
  const ordered = await rows.followUps.all(connection, { attempt_key: row.idempotency_key })
  const isMoney = takesMoney(row.purpose)
  const isCaptured = answer.captured && !ordered.some(({ reason }) => reason === 'gateway')
  return {
    guid,
    tenant: row.tenant_id,
    gateway: row.gateway,
    paymentKey: row.idempotency_key,
    answer: { ...answer, captured: isCaptured },
    authorised: {
      amountMinor: isMoney ? (answer.amount?.amountMinor ?? row.amount_minor) : 0,
      currency: answer.amount?.currency ?? row.currency,
    },
    cancelAfterwards: row.cancel_afterwards,
    orders: ordered.map((each) => ({
      idempotencyKey: each.idempotency_key,
      kind: each.kind,
      reason: each.reason,
      amountMinor: each.amount_minor,
      requestedAt: each.requested_at,
      answeredAt: each.answered_at ?? undefined,
      name: each.order_name ?? undefined,
      requestedBy: each.requested_by === null ? undefined : (JSON.parse(each.requested_by) as Actor),
      answer: each.answer === null ? undefined : (JSON.parse(each.answer) as FollowUpAnswer),
    })),
  }
}

/** Where the money of a payment is, in minor units of its currency. */
export interface MoneyOfPayment {
  /** By the approval itself or by a capture that is done. */
  readonly taken: number
  readonly givenBack: number
  /** Of refunds whose gateway has not answered: it may have been refunded. */
  readonly underWay: number
  /** What can be refunded: of what was captured, neither refunded nor under way. */
  readonly left: number
}

export function moneyOf({ answer, authorised, orders }: ApprovedPayment): MoneyOfPayment {
  const captured = orders.filter((each) => each.kind === 'capture' && isDone(each))
  const refunds = orders.filter(({ kind }) => kind === 'refund')
  const taken = answer.captured ? authorised.amountMinor : sumOf(captured)
  // What was refunded before it was captured was voided.
  const givenBack = Math.min(sumOf(refunds.filter(isDone)), taken)
  const underWay = sumOf(refunds.filter(isUnderWay))
  return { taken, givenBack, underWay, left: taken - givenBack - underWay }
}

/** A gateway that is to refund all of what it has not captured yet voids it. */
export function isVoided(payment: ApprovedPayment): boolean {
  const { orders, authorised } = payment
  const isAllRefunded = orders.some(
    (each) => each.kind === 'refund' && each.amountMinor === authorised.amountMinor && isDone(each),
  )
  return (
    orders.some((each) => each.kind === 'void' && isDone(each)) ||
    (isAllRefunded && moneyOf(payment).taken === 0)
  )
}

export const isUnderWay = ({ answer }: OrderedFollowUp): boolean => answer === undefined

export const isDone = ({ answer }: OrderedFollowUp): boolean => answer?.status === 'done'

const sumOf = (orders: readonly OrderedFollowUp[]): number =>
  orders.reduce((sum, { amountMinor }) => sum + amountMinor, 0)
