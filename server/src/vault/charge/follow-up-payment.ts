import type { Guid } from '../../base/guid.ts'
import { Problem } from '../../base/problem.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { Connection } from '../../store/store.ts'
import type { FollowUpAnswer } from '../model/gateway.ts'
import type { VaultRows } from '../model/vault-rows.ts'
import {
  type ApprovedPayment,
  type AskedOrder,
  type OrderedFollowUp,
  type OrderOutcome,
  readApprovedPayment,
} from './approved-payment.ts'
import { type Decided, decideCapture, decideRefund, type Wanted } from './decide-follow-up.ts'
import { earlierText } from './follow-up-texts.ts'
import type { GatewayCalls, NamedGateway } from './gateway-calls.ts'

/** What an operator can order. */
type OrderedKind = 'capture' | 'refund'

/** What is to be asked for first where something is wanted of a payment. */
export interface Plan {
  readonly payment: ApprovedPayment
  readonly decided: Extract<Decided, { readonly order: unknown }>
}

/** What came of asking for something to be done with a payment. */
export interface FollowedUp {
  /** Orders that were under way: they were asked for again first. */
  readonly earlier: readonly AskedOrder[]
  /** `undefined`: nothing was begun, for the last of the earlier orders is still under way. */
  readonly order: (AskedOrder & { readonly kind: OrderedKind }) | undefined
  /** As it is afterwards. */
  readonly payment: ApprovedPayment
}

/**
 * What an operator does with a payment that was approved. An order is a row with a key and a sum of its own, decided on
 * and written in one transaction, before the gateway is asked; whoever asks again for it asks for its sum. What is under
 * way (its gateway has not answered) is asked for again before anything else is begun, and counts as done where it is
 * asked how much is left.
 */
export interface FollowUps {
  /** @throws {Problem} `not-found` where there is no such payment. */
  find(captureGuid: Guid): Promise<ApprovedPayment>
  /** What an order would do first, at this moment. @throws {Problem} as the order itself would. */
  plan(captureGuid: Guid, kind: OrderedKind, wanted?: Wanted): Promise<Plan>
  /**
   * Takes money that was held, once: all of it unless less is said.
   *
   * @throws {Problem} `not-found` where there is no such payment, `not-possible-now` where its money was taken or let
   *   go, or its gateway is gone, `invalid-request` when more is asked for than was authorised.
   */
  capture(captureGuid: Guid, wanted?: Wanted): Promise<FollowedUp>
  /**
   * Gives money back that was taken, all of it that is left unless less is said.
   *
   * @throws {Problem} `not-found`, `not-possible-now` where none was taken or all was given back, `invalid-request`
   *   when more is asked for than is left.
   */
  refund(captureGuid: Guid, wanted?: Wanted): Promise<FollowedUp>
}

export function createFollowUps({
  store,
  rows,
  calls,
  clock,
}: Pick<StoreParts, 'store' | 'clock'> & {
  readonly rows: VaultRows
  readonly calls: GatewayCalls
}): FollowUps {
  async function paymentOf(guid: Guid, connection: Connection = store.reader): Promise<ApprovedPayment> {
    const payment = await readApprovedPayment(rows, connection, guid)
    if (!payment) throw new Problem('not-found', 'This session has no approved payment.')
    return payment
  }

  async function gatewayOf({ tenant, gateway }: ApprovedPayment): Promise<NamedGateway> {
    const named = await calls.find(tenant, gateway)
    if (named.gateway) return named
    throw new Problem(
      'not-possible-now',
      `The gateway ‘${gateway}’ of this payment no longer exists, so it cannot be asked.`,
    )
  }

  /** Decides by the rows, and writes what is to be begun, in one transaction. */
  const decide = (guid: Guid, kind: OrderedKind, wanted: Wanted, asked: ReadonlySet<string>) =>
    store.write(async (tx) => {
      const payment = await paymentOf(guid, tx)
      const decided = deciding[kind](payment, wanted, asked)
      if (decided.kind !== 'begin') return { payment, decided }
      const { order } = decided
      await rows.beginFollowUp.run(tx, {
        idempotency_key: order.idempotencyKey,
        attempt_key: payment.paymentKey,
        kind,
        reason: 'operator',
        amount_minor: order.amountMinor,
        currency: payment.authorised.currency,
        requested_at: clock.now(),
      })
      return { payment, decided }
    })

  /** Asks the gateway. The first answer that is written counts, and is the one that is told. */
  async function ask(
    named: NamedGateway,
    { paymentKey, authorised, answer }: ApprovedPayment,
    { idempotencyKey, kind, amountMinor }: Pick<OrderedFollowUp, 'idempotencyKey' | 'kind' | 'amountMinor'>,
  ): Promise<OrderOutcome> {
    const given = await calls.followUp(named, kind, {
      idempotencyKey,
      paymentKey,
      gatewayReference: answer.gatewayReference,
      amount: { ...authorised, amountMinor },
      authorised: { amount: authorised, captured: answer.captured },
    })
    const key = { idempotency_key: idempotencyKey }
    const recorded = await store.write(async (tx) => {
      if (given) {
        const answer = JSON.stringify(given)
        await rows.answerFollowUp.run(tx, { ...key, answered_at: clock.now(), answer })
      }
      return (await rows.followUpAnswer.first(tx, key))?.answer
    })
    return recorded ? (JSON.parse(recorded) as FollowUpAnswer) : { status: 'not-known' }
  }

  async function give(guid: Guid, kind: OrderedKind, wanted: Wanted): Promise<FollowedUp> {
    const named = await gatewayOf(await paymentOf(guid))
    const earlier: AskedOrder[] = []
    const asked = new Set<string>()
    for (;;) {
      const { payment, decided } = await decide(guid, kind, wanted, asked)
      if (decided.kind === 'refused') {
        throw new Problem(decided.code, [...earlier.map(earlierText), decided.text].join(' '))
      }
      if (decided.kind === 'wait') return { earlier, order: undefined, payment }
      const { order } = decided
      const outcome = await ask(named, payment, order)
      const amount = { ...payment.authorised, amountMinor: order.amountMinor }
      const told = { kind, amount, again: decided.kind !== 'begin', outcome }
      if (decided.kind !== 'ask-first') return { earlier, order: told, payment: await paymentOf(guid) }
      earlier.push(told)
      asked.add(order.idempotencyKey)
    }
  }

  return {
    find: (guid) => paymentOf(guid),
    async plan(guid, kind, wanted = {}) {
      const payment = await paymentOf(guid)
      const decided = deciding[kind](payment, wanted, new Set())
      if (decided.kind === 'refused') throw new Problem(decided.code, decided.text)
      if (decided.kind === 'wait') throw new Error('What is under way has not been asked for again.')
      return { payment, decided }
    },
    capture: (guid, wanted = {}) => give(guid, 'capture', wanted),
    refund: (guid, wanted = {}) => give(guid, 'refund', wanted),
  }
}

const deciding = { capture: decideCapture, refund: decideRefund } as const
