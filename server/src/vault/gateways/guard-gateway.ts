import { AsyncLocalStorage } from 'node:async_hooks'
import { createBoundedCache } from '../../base/bounded-cache.ts'
import type { Outgoing } from '../../base/outgoing/outgoing.ts'
import { maskCardNumbers } from '../../base/redaction/find-card-number.ts'
import { type AuthorisationRequest, type Gateway, type Notification, NotSent } from '../model/gateway.ts'
import { type CardMarks, marksOf } from './card-marks.ts'
import { maskAnswer } from './mask-answer.ts'
import { maskBody } from './mask-body.ts'

declare const guard: unique symbol

/** A gateway none of whose answers holds a card number or a security code; {@link guardGateway} alone makes one. */
export type GuardedGateway = Gateway & { readonly [guard]: true }

/** The ways out of a gateway. */
interface Ways {
  readonly send: Outgoing
  readonly sendInside?: Outgoing
}

/** More payments are not on their way at one time, nor asked about soon after. */
const most = 10_000

/**
 * Makes an adapter into one that repeats nothing of a card, whatever its gateway says: what comes back is masked as it
 * comes, before it becomes a text, and what the adapter makes of it once more. A kind of gateway takes no other.
 *
 * A payment's card number is known again by its HMAC for as long as this process remembers the payment, its security code
 * until the gateway has answered; without them whatever could be a card number is taken for one.
 */
export const guardGateway =
  <Parts extends Ways>(create: (parts: Parts) => Gateway) =>
  (parts: Parts): GuardedGateway => {
    const known = createBoundedCache<string, CardMarks>(most)
    /** Whose answer is waited for; whichever way the adapter sends, and however often. */
    const asking = new AsyncLocalStorage<CardMarks | undefined>()
    const masked =
      (send: Outgoing): Outgoing =>
      async (request) => {
        const answer = await send(request)
        const marks = asking.getStore()
        if (marks) maskBody(answer.body, marks)
        return answer
      }
    const gateway = create({
      ...parts,
      send: masked(parts.send),
      ...(parts.sendInside && { sendInside: masked(parts.sendInside) }),
    })

    async function ask<Answer extends Parameters<typeof maskAnswer>[0] | undefined>(
      payment: string,
      question: () => Promise<Answer>,
    ): Promise<Answer> {
      const marks = known.get(payment)
      const answer = await asking.run(marks, question)
      return answer && maskAnswer(answer, marks)
    }

    function forgetCode(payment: string): void {
      const marks = known.get(payment)
      if (marks) known.set(payment, { pan: marks.pan })
    }

    async function authorise(request: AuthorisationRequest) {
      const { idempotencyKey: payment } = request
      known.set(payment, marksOf(request.card))
      try {
        const answer = await ask(payment, () => gateway.authorise(request))
        if (answer.status !== 'challenge') forgetCode(payment)
        return answer
      } catch (error) {
        if (error instanceof NotSent) forgetCode(payment)
        throw error
      }
    }

    const completeChallenge = gateway.completeChallenge?.bind(gateway)
    const authoriseKept = gateway.authoriseKept?.bind(gateway)
    const readNotifications = gateway.readNotifications?.bind(gateway)
    const check = gateway.check?.bind(gateway)
    const guarded: Gateway = {
      authorise,
      ...(authoriseKept && {
        authoriseKept: (request) => ask(request.idempotencyKey, () => authoriseKept(request)),
      }),
      ...(completeChallenge && {
        async completeChallenge(completion) {
          const answer = await ask(completion.idempotencyKey, () => completeChallenge(completion))
          forgetCode(completion.idempotencyKey)
          return answer
        },
      }),
      reconcile: (asked) =>
        ask(asked.idempotencyKey, () => gateway.reconcile(asked)).finally(() =>
          forgetCode(asked.idempotencyKey),
        ),
      capture: (order) => ask(order.paymentKey, () => gateway.capture(order)),
      void: (order) => ask(order.paymentKey, () => gateway.void(order)),
      refund: (order) => ask(order.paymentKey, () => gateway.refund(order)),
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
    return guarded as GuardedGateway
  }

/** What else it says is compared with what is known, and kept nowhere as it is. */
const maskNotification = ({ gatewayCode, ...notification }: Notification): Notification => ({
  ...notification,
  gatewayCode: maskCardNumbers(gatewayCode),
})
