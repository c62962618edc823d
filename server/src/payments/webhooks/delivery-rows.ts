import type { Parts } from '../../base/parts.ts'
import type { MessageRows } from '../../store/outbox/message-kind.ts'
import { attemptText, type DeliveryAttempt } from './attempt.ts'
import type { Messages } from './messages.ts'
import type { Receiver, WebhookMessage } from './webhook-message.ts'

const beforeAll: Receiver = { accountId: -1, configurationId: -1 }

/** Where messages to webhooks wait, as their outbox sees it; what becomes of them is in the log too. */
export function createDeliveryRows({
  messages,
  log,
}: Pick<Parts, 'log'> & { readonly messages: Messages }): MessageRows<WebhookMessage, DeliveryAttempt> {
  return {
    takeBack: messages.takeBack,
    async nextReceiver(after) {
      const found = await messages.nextReceiver(after === undefined ? beforeAll : receiverOf(after))
      return found && { receiver: laneOf(found), dueAt: found.dueAt }
    },
    async due(receiver, { now, heldUntil, max }) {
      const items = await messages.hold(receiverOf(receiver), now, heldUntil, max)
      return { items, mayBeMore: items.length === max }
    },
    async done(message, attempt, now) {
      await messages.settle(message, [attempt], 'delivered', now)
      log.info(
        { ...namesOf(message, attempt), milliseconds: attempt.milliseconds },
        'a webhook was delivered',
      )
    },
    async again(message, attempt, at) {
      log.warn(
        { ...whereOf(message, attempt), againAt: new Date(at).toISOString() },
        `a webhook was not delivered: ${attemptText(attempt)}`,
      )
      await messages.postpone(message, attempt, at)
    },
    async givenUp(message, attempt, now) {
      if (attempt) {
        await messages.settle(message, [attempt], 'gone', now)
        log.error(
          whereOf(message, attempt),
          `a webhook was abandoned after its last attempt: ${attemptText(attempt)}`,
        )
        return
      }
      const { id, sessionGuid, body, attempts } = message
      const last: readonly DeliveryAttempt[] = body
        ? []
        : [{ at: now, milliseconds: 0, fault: 'data-removed' }]
      await messages.settle(message, last, 'given-up', now)
      log.error(
        { webhookId: id, sessionGuid, attempts: attempts.length },
        'a webhook was abandoned after its last attempt',
      )
    },
    giveBack: (given, now) => messages.release(given, now),
    leaveAlone: (message, until) => messages.release([message], Math.min(until, message.keptUntil)),
  }
}

const namesOf = ({ id, sessionGuid, type }: WebhookMessage, { to }: DeliveryAttempt) => ({
  webhookId: id,
  sessionGuid,
  ...(type !== null && { type }),
  to,
})

function whereOf(message: WebhookMessage, attempt: DeliveryAttempt) {
  const { accountId, configurationId } = message
  const { status, fault } = attempt
  return { ...namesOf(message, attempt), accountId, configurationId, status, fault }
}

/** Each configuration is a receiver. */
export const laneOf = ({ accountId, configurationId }: Receiver): string => `${accountId}/${configurationId}`

function receiverOf(lane: string): Receiver {
  const [accountId = 0, configurationId = 0] = lane.split('/').map(Number)
  return { accountId, configurationId }
}
