import type { Store } from '../../store/store.ts'
import { resultMilliseconds } from '../retention.ts'
import type { DeliveryAttempt } from './attempt.ts'
import type { MessageRows } from './message-rows.ts'
import type { WebhookMessage } from './webhook-message.ts'

/**
 * It was delivered, given up when its time was over, or at once because the receiver takes no more: then it can be sent again for
 * as long as one that was delivered. Whatever its session has to say next is due at once.
 */
export type SettleMessage = (
  message: WebhookMessage,
  attempts: readonly DeliveryAttempt[],
  end: 'delivered' | 'given-up' | 'gone',
  now: number,
) => Promise<void>

export function createSettle({
  store,
  rows,
}: {
  readonly store: Store
  readonly rows: MessageRows
}): SettleMessage {
  return async (message, made, end, now) => {
    const { id, sessionGuid, type, keptUntil, deliveredAt } = message
    const isFirst = deliveredAt === null
    const removalAt = end === 'given-up' ? now : now + resultMilliseconds
    const state = end === 'delivered' ? ('delivered' as const) : ('given-up' as const)
    const change = {
      id,
      state: isFirst ? state : ('delivered' as const),
      deliveredAt: isFirst && end === 'delivered' ? now : deliveredAt,
      keptUntil: isFirst && end !== 'given-up' ? removalAt : keptUntil,
      log: loggedAttempts(message.attempts, made),
    }
    await store.write(async (tx) => {
      const [, settled] = await Promise.all([
        rows.touchSession.run(tx, { sessionGuid }),
        rows.settle.run(tx, change),
      ])
      if (settled === 0) return
      await Promise.all([
        // A node of the version before lets a status wait for any message of its session.
        rows.unblock.run(tx, { sessionGuid, now }),
        type === null && rows.setRemoval.run(tx, { sessionGuid, removalAt: isFirst ? removalAt : null }),
      ])
    })
  }
}

/** The log of a message that is tried for 12 hours has some 150. */
const maxAttempts = 300

/** The log of a message, with the newest attempts. */
export const loggedAttempts = (
  before: readonly DeliveryAttempt[],
  made: readonly DeliveryAttempt[],
): string => JSON.stringify([...before, ...made].slice(-maxAttempts))
