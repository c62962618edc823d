import type { Parts } from '../../base/parts.ts'
import type { DeliveryMeter } from '../../store/outbox/delivery-meter.ts'
import type { MessageKind, Verdict } from '../../store/outbox/message-kind.ts'
import { createOutbox, type Outbox } from '../../store/outbox/outbox.ts'
import { type DeliveryAttempt, isDelivered, isGone } from './attempt.ts'
import { createDeliveryRows, laneOf } from './delivery-rows.ts'
import type { Messages } from './messages.ts'
import { retryMilliseconds } from './retry-times.ts'
import { attemptMilliseconds, type SendWebhook } from './send-webhook.ts'
import type { Receiver, WebhookMessage } from './webhook-message.ts'

/** Delivers what is in the outbox: at once what this process has put there, and everything else when it is due. */
export interface Deliveries extends Pick<Outbox<WebhookMessage>, 'start' | 'close'> {
  /** Until when a message that is written at this moment is held for this process; not in the future: it has no room. */
  heldUntil(receiver: Receiver): number
  /** Sends a message that was written and held. */
  take(message: WebhookMessage): void
}

/** Lets what is being sent come to its end for so long when a process closes. */
const closingMilliseconds = 5_000

export function createDeliveries({
  clock,
  random,
  log,
  messages,
  send,
  webhookMeter,
}: Pick<Parts, 'clock' | 'random' | 'log'> & {
  readonly messages: Messages
  readonly send: SendWebhook
  readonly webhookMeter?: DeliveryMeter
}): Deliveries {
  const kind: MessageKind<WebhookMessage, DeliveryAttempt> = {
    rows: createDeliveryRows({ messages, log }),
    meter: webhookMeter,
    attemptMilliseconds,
    closingMilliseconds,
    isOver: ({ keptUntil, body }, now) => now >= keptUntil || body === undefined,
    send: ({ id, accountId, configurationId, body = Buffer.alloc(0) }, signal) =>
      send({ id, accountId, configurationId, body }, signal),
    verdict: ({ attempts, keptUntil }, attempt): Verdict => {
      if (isDelivered(attempt)) return { is: 'done' }
      if (attempt.fault === 'aborted') return { is: 'not sent' }
      if (isGone(attempt)) return { is: 'given up' }
      const pause = retryMilliseconds(attempts.length + 1, random)
      return { is: 'again', pause, retryAfter: attempt.retryAfter, until: keptUntil }
    },
    failed: (error) => log.error({ err: error }, 'a webhook’s delivery result could not be stored'),
    notRead: (error) => log.error({ err: error }, 'due webhooks could not be read'),
  }
  const { heldUntil, take, start, close } = createOutbox(kind, clock)
  return {
    heldUntil: (receiver) => heldUntil(laneOf(receiver)),
    take: (message) => take(laneOf(message), message),
    start,
    close,
  }
}
