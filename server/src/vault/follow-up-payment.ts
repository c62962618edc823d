import type { Clock } from '../base/clock.ts'
import type { Guid } from '../base/guid.ts'
import { Problem } from '../base/problem.ts'
import type { Store } from '../store/store.ts'
import type { CaptureRows } from './capture-rows.ts'
import type { GatewayAnswer, Money } from './gateway.ts'
import type { FollowUpKind, GatewayCalls } from './gateway-calls.ts'

/** What became of an order. `not-known`: the gateway has not answered; the same order can be given again. */
export type FollowedUp =
  | { readonly status: 'done' }
  | { readonly status: 'refused'; readonly gatewayCode: string }
  | { readonly status: 'not-known' }

/** A payment that was approved, and what was ordered of it since. */
export interface ApprovedPayment {
  readonly gateway: string
  readonly gatewayReference: string
  readonly status: 'approved' | 'review'
  readonly authorised: Money
  /** Whether the gateway took the money when it approved. */
  readonly captured: boolean
  readonly orders: readonly {
    readonly kind: FollowUpKind
    readonly reason: 'late' | 'cancelled' | 'operator'
    readonly amountMinor: number
    /** Milliseconds since the epoch. */
    readonly requestedAt: number
    readonly status: FollowedUp['status']
  }[]
}

/** What an operator does with a payment that was approved. */
export interface FollowUps {
  /** @throws {Problem} `not-found` where there is no such payment. */
  find(captureGuid: Guid): Promise<ApprovedPayment>
  /**
   * Takes money that was held, all of it unless less is said.
   *
   * @throws {Problem} `not-found` where there is no such payment, `not-possible-now` where its money was taken or let
   *   go, `invalid-request` when more is asked for than was authorised.
   */
  capture(captureGuid: Guid, amountMinor?: number): Promise<FollowedUp>
  /**
   * Gives money back that was taken, all of it that is left unless less is said.
   *
   * @throws {Problem} `not-found`, `not-possible-now` where none was taken or all was given back, `invalid-request`
   *   when more is asked for than is left.
   */
  refund(captureGuid: Guid, amountMinor?: number): Promise<FollowedUp>
}

/** An order, written before the gateway is asked; given again before it was answered it has the same key. */
export function createFollowUps({
  store,
  rows,
  calls,
  clock,
}: {
  readonly store: Store
  readonly rows: CaptureRows
  readonly calls: GatewayCalls
  readonly clock: Clock
}): FollowUps {
  async function paymentOf(guid: Guid) {
    const row = await rows.answeredAttempt.first(store.reader, { guid })
    const answer = row?.answer ? (JSON.parse(row.answer) as GatewayAnswer) : undefined
    if (!row || !answer || !('captured' in answer)) {
      throw new Problem('not-found', 'There is no approved payment in this session.')
    }
    const earlier = await rows.followUps.all(store.reader, { attempt_key: row.idempotency_key })
    const authorised = answer.amount ?? { amountMinor: row.amount_minor, currency: row.currency }
    return { row, answer, authorised, all: earlier, earlier: earlier.filter((each) => !isRefused(each)) }
  }

  type Payment = Awaited<ReturnType<typeof paymentOf>>

  async function carryOut(
    { row, answer, authorised }: Payment,
    kind: FollowUpKind,
    { key, amount }: { readonly key: string; readonly amount: Money },
  ): Promise<FollowedUp> {
    await store.write((tx) =>
      rows.insertFollowUp.run(tx, {
        idempotency_key: key,
        attempt_key: row.idempotency_key,
        kind,
        reason: 'operator',
        amount_minor: amount.amountMinor,
        currency: amount.currency,
        requested_at: clock.now(),
      }),
    )
    const given = await calls.followUp(await calls.find(row.tenant_id, row.gateway), kind, {
      idempotencyKey: key,
      gatewayReference: answer.gatewayReference,
      paymentKey: row.idempotency_key,
      authorised: { amount: authorised, captured: answer.captured },
      amount,
    })
    if (!given) return { status: 'not-known' }
    const answered = { idempotency_key: key, answered_at: clock.now(), answer: JSON.stringify(given) }
    await store.write((tx) => rows.answerFollowUp.run(tx, answered))
    return given
  }

  return {
    async find(guid) {
      const { row, answer, authorised, all } = await paymentOf(guid)
      return {
        gateway: row.gateway,
        gatewayReference: answer.gatewayReference,
        status: answer.status,
        authorised,
        captured: answer.captured,
        orders: all.map((each) => ({
          kind: each.kind,
          reason: each.reason,
          amountMinor: each.amount_minor,
          requestedAt: each.requested_at,
          status: each.answer === null ? 'not-known' : isRefused(each) ? 'refused' : 'done',
        })),
      }
    },

    async capture(guid, amountMinor) {
      const payment = await paymentOf(guid)
      const { row, answer, authorised, earlier } = payment
      const open = earlier.find(({ kind }) => kind === 'capture')
      if (answer.captured || open?.answered_at) {
        throw new Problem('not-possible-now', 'The money of this payment has been taken already.')
      }
      if (earlier.some(({ kind }) => kind === 'void')) {
        throw new Problem('not-possible-now', 'The money of this payment was let go.')
      }
      const amount = {
        ...authorised,
        amountMinor: open?.amount_minor ?? amountMinor ?? authorised.amountMinor,
      }
      refuseMoreThan(authorised.amountMinor, amountMinor)
      return carryOut(payment, 'capture', { key: `${row.idempotency_key}-capture`, amount })
    },

    async refund(guid, amountMinor) {
      const payment = await paymentOf(guid)
      const { row, authorised, earlier } = payment
      const given = earlier.filter(({ kind }) => kind === 'refund')
      const open = given.find((each) => each.answered_at === null)
      const left = takenOf(payment) - sumOf(given) + (open?.amount_minor ?? 0)
      if (left <= 0) throw new Problem('not-possible-now', 'There is no money of this payment to give back.')
      refuseMoreThan(left, amountMinor)
      const key = open?.idempotency_key ?? `${row.idempotency_key}-refund-${given.length + 1}`
      const amount = { ...authorised, amountMinor: open?.amount_minor ?? amountMinor ?? left }
      return carryOut(payment, 'refund', { key, amount })
    },
  }
}

function takenOf({
  answer,
  authorised,
  earlier,
}: {
  readonly answer: { readonly captured: boolean }
  readonly authorised: Money
  readonly earlier: readonly FollowUpRow[]
}): number {
  if (answer.captured) return authorised.amountMinor
  return sumOf(earlier.filter(({ kind, answered_at }) => kind === 'capture' && answered_at !== null))
}

interface FollowUpRow {
  readonly kind: FollowUpKind
  readonly amount_minor: number
  readonly answered_at: number | null
  readonly answer: string | null
}

const sumOf = (rows: readonly FollowUpRow[]): number =>
  rows.reduce((sum, { amount_minor }) => sum + amount_minor, 0)

const isRefused = ({ answer }: FollowUpRow): boolean =>
  answer !== null && JSON.parse(answer).status === 'refused'

function refuseMoreThan(most: number, amountMinor: number | undefined): void {
  if (amountMinor === undefined || (amountMinor > 0 && amountMinor <= most)) return
  throw new Problem('invalid-request', `The amount is between 1 and ${most} minor units.`)
}
