import type { Guid } from '../../base/guid.ts'
import { Problem } from '../../base/problem.ts'
import type { FollowUpKind } from '../model/gateway.ts'
import type { ApprovedPayment, AskedOrder, OrderedFollowUp } from './approved-payment.ts'
import type { NamedGateway } from './calls/named-gateway.ts'
import type { Decided, Wanted } from './decide-follow-up.ts'
import { earlierText } from './follow-up-texts.ts'
import {
  askForFollowUp,
  beginFollowUp,
  decideOn,
  type FollowUpParts,
  requirePayment,
} from './order-follow-up.ts'

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
  readonly order: AskedOrder | undefined
  /** As it is afterwards. */
  readonly payment: ApprovedPayment
}

/**
 * What is done with a payment that was approved, by an operator's command or a program's request. An order is a row with a key and a sum of its own, decided on
 * and written in one transaction, before the gateway is asked; whoever asks again for it asks for its sum. What is under
 * way (its gateway has not answered) is asked for again before anything else is begun, and counts as done where it is
 * asked how much is left.
 */
export interface FollowUps {
  /** @throws {Problem} `not-found` where there is no such payment. */
  find(guid: Guid): Promise<ApprovedPayment>
  /** What an order would do first, at this moment. @throws {Problem} as the order itself would. */
  plan(guid: Guid, kind: FollowUpKind, wanted?: Wanted): Promise<Plan>
  /**
   * Captures money that was held, once: all of it unless less is said.
   *
   * @throws {Problem} `not-found` where there is no such payment, `not-possible-now` where it was captured or
   *   voided, or its gateway is gone, `amount-not-possible` when more is asked for than was authorised.
   */
  capture(guid: Guid, wanted?: Wanted): Promise<FollowedUp>
  /**
   * Refunds money that was captured, all of it that is left unless less is said.
   *
   * @throws {Problem} `not-found`, `not-possible-now` where none was captured or all was refunded,
   *   `amount-not-possible` when more is asked for than is left.
   */
  refund(guid: Guid, wanted?: Wanted): Promise<FollowedUp>
  /**
   * Voids what was authorised and not captured.
   *
   * @throws {Problem} `not-found`, `not-possible-now` where it was captured or voided.
   */
  void(guid: Guid, wanted?: Wanted): Promise<FollowedUp>
}

export function createFollowUps(parts: FollowUpParts): FollowUps {
  async function gatewayOf({ tenant, gateway }: ApprovedPayment): Promise<NamedGateway> {
    const named = await parts.calls.find(tenant, gateway)
    if (named.gateway) return named
    throw new Problem(
      'not-possible-now',
      `The gateway ‘${gateway}’ of this payment no longer exists, so it cannot be asked.`,
    )
  }

  async function give(guid: Guid, kind: FollowUpKind, wanted: Wanted): Promise<FollowedUp> {
    const named = await gatewayOf(await requirePayment(parts, guid))
    const earlier: AskedOrder[] = []
    const asked = new Set<string>()
    for (;;) {
      const { payment, decided } = await beginFollowUp(parts, guid, { kind, wanted, asked })
      if (decided.kind === 'refused') {
        throw new Problem(decided.code, [...earlier.map(earlierText), decided.text].join(' '))
      }
      if (decided.kind === 'wait') return { earlier, order: undefined, payment }
      const { order } = decided
      if (decided.kind === 'answered') return { earlier, order: toldBefore(payment, decided.order), payment }
      const outcome = await askForFollowUp(parts, named, payment, order)
      const amount = { ...payment.authorised, amountMinor: order.amountMinor }
      const told = {
        idempotencyKey: order.idempotencyKey,
        kind,
        amount,
        again: decided.kind !== 'begin',
        outcome,
      }
      if (decided.kind !== 'ask-first') {
        return { earlier, order: told, payment: await requirePayment(parts, guid) }
      }
      earlier.push(told)
      asked.add(order.idempotencyKey)
    }
  }

  return {
    find: (guid) => requirePayment(parts, guid),
    async plan(guid, kind, wanted = {}) {
      const payment = await requirePayment(parts, guid)
      const decided = decideOn(payment, { kind, wanted, asked: new Set() })
      if (decided.kind === 'refused') throw new Problem(decided.code, decided.text)
      if (decided.kind === 'wait') throw new Error('What is under way has not been asked for again.')
      return { payment, decided }
    },
    capture: (guid, wanted = {}) => give(guid, 'capture', wanted),
    refund: (guid, wanted = {}) => give(guid, 'refund', wanted),
    void: (guid, wanted = {}) => give(guid, 'void', wanted),
  }
}

const toldBefore = (
  { authorised }: ApprovedPayment,
  { idempotencyKey, kind, amountMinor, answer }: OrderedFollowUp,
): AskedOrder => ({
  idempotencyKey,
  kind,
  amount: { ...authorised, amountMinor },
  again: true,
  outcome: answer ?? { status: 'not-known' },
})
