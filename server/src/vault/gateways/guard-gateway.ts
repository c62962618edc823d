import type { Outgoing } from '../../base/outgoing/outgoing.ts'
import { maskCardNumbers } from '../../base/redaction/find-card-number.ts'
import { type AuthorisationRequest, type Gateway, type Notification, NotSent } from '../model/gateway.ts'
import { createKnownCards, type KnownCards } from './known-cards.ts'

declare const guard: unique symbol

/** A gateway none of whose answers holds a card number or a security code; {@link guardGateway} alone makes one. */
export type GuardedGateway = Gateway & { readonly [guard]: true }

/** The ways out of a gateway. */
interface Ways {
  readonly send: Outgoing
  readonly sendInside?: Outgoing
}

/**
 * Makes an adapter into one that repeats nothing of a card, whatever its gateway says: what comes back is masked as it
 * comes, before it becomes a text, and what the adapter makes of it once more. A kind of gateway takes no other.
 */
export const guardGateway =
  <Parts extends Ways>(create: (parts: Parts) => Gateway) =>
  (parts: Parts): GuardedGateway => {
    const cards = createKnownCards()
    const gateway = create({
      ...parts,
      send: cards.masked(parts.send),
      ...(parts.sendInside && { sendInside: cards.masked(parts.sendInside) }),
    })
    const guarded: Gateway = {
      authorise: (request) => authorise(gateway, cards, request),
      reconcile: (asked) =>
        cards
          .ask(asked.idempotencyKey, () => gateway.reconcile(asked))
          .finally(() => cards.forgetCode(asked.idempotencyKey)),
      capture: (order) => cards.ask(order.paymentKey, () => gateway.capture(order)),
      void: (order) => cards.ask(order.paymentKey, () => gateway.void(order)),
      refund: (order) => cards.ask(order.paymentKey, () => gateway.refund(order)),
      ...guardedWhereThere(gateway, cards),
    }
    return guarded as GuardedGateway
  }

async function authorise(gateway: Gateway, cards: KnownCards, request: AuthorisationRequest) {
  const { idempotencyKey: payment } = request
  cards.remember(payment, request.card)
  try {
    const answer = await cards.ask(payment, () => gateway.authorise(request))
    if (answer.status !== 'challenge') cards.forgetCode(payment)
    return answer
  } catch (error) {
    if (error instanceof NotSent) cards.forgetCode(payment)
    throw error
  }
}

/** What some gateways do: absent where the adapter does not. */
function guardedWhereThere(gateway: Gateway, cards: KnownCards): Partial<Gateway> {
  const completeChallenge = gateway.completeChallenge?.bind(gateway)
  const authoriseKept = gateway.authoriseKept?.bind(gateway)
  const readNotifications = gateway.readNotifications?.bind(gateway)
  const check = gateway.check?.bind(gateway)
  return {
    ...(authoriseKept && {
      authoriseKept: (request) => cards.ask(request.idempotencyKey, () => authoriseKept(request)),
    }),
    ...(completeChallenge && {
      async completeChallenge(completion) {
        const answer = await cards.ask(completion.idempotencyKey, () => completeChallenge(completion))
        cards.forgetCode(completion.idempotencyKey)
        return answer
      },
    }),
    ...(readNotifications && {
      readNotifications: (sent) => readNotifications(sent).map(maskNotification),
    }),
    ...(check && {
      async check(signal) {
        const points = await check(signal)
        return points.map((point) => ({ ...point, detail: maskCardNumbers(point.detail) }))
      },
    }),
  }
}

/** What else it says is compared with what is known, and kept nowhere as it is. */
const maskNotification = ({ gatewayCode, ...notification }: Notification): Notification => ({
  ...notification,
  gatewayCode: maskCardNumbers(gatewayCode),
})
