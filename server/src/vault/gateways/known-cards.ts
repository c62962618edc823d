import { AsyncLocalStorage } from 'node:async_hooks'
import { createBoundedCache } from '../../base/bounded-cache.ts'
import type { Outgoing } from '../../base/outgoing/outgoing.ts'
import type { GatewayCard } from '../model/gateway.ts'
import { type CardMarks, marksOf } from './card-marks.ts'
import { maskAnswer } from './mask-answer.ts'
import { maskBody } from './mask-body.ts'

/** More payments are not on their way at one time, nor asked about soon after. */
const maxPayments = 10_000

export type KnownCards = ReturnType<typeof createKnownCards>

/**
 * Cards that are known again where a gateway repeats them. A payment's card number is known by its HMAC for as long as this
 * process remembers the payment, its security code until the gateway has answered; without them whatever could be a card
 * number is taken for one.
 */
export function createKnownCards() {
  const known = createBoundedCache<string, CardMarks>(maxPayments)
  /** Whose answer is waited for; whichever way the adapter sends, and however often. */
  const asking = new AsyncLocalStorage<CardMarks | undefined>()
  return {
    /** Marks the card of a payment while its digits can be read. */
    remember(payment: string, card: GatewayCard): void {
      known.set(payment, marksOf(card))
    },
    forgetCode(payment: string): void {
      const marks = known.get(payment)
      if (marks) known.set(payment, { pan: marks.pan })
    },
    /** Asks about a payment; what the adapter makes of what comes back is masked. */
    async ask<Answer extends Parameters<typeof maskAnswer>[0] | undefined>(
      payment: string,
      question: () => Promise<Answer>,
    ): Promise<Answer> {
      const marks = known.get(payment)
      const answer = await asking.run(marks, question)
      return answer && maskAnswer(answer, marks)
    },
    /** A way out by which what comes back is masked as it comes, before it becomes a text. */
    masked:
      (send: Outgoing): Outgoing =>
      async (request) => {
        const answer = await send(request)
        const marks = asking.getStore()
        if (marks) maskBody(answer.body, marks)
        return answer
      },
  }
}
